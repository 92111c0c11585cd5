import { type Selectable, sql } from 'kysely'
import { platformOrganizationId } from '#contract/ids.ts'
import type { WebhookStatus } from '#contract/vocabulary.ts'
import { parseWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { unguardedCondition } from './index-conditions.ts'
import type { Tables } from './schema.ts'
import { keepShape } from './shapes.ts'
import { containing } from './text-search.ts'

export interface WebhookRecord {
  id: string
  organizationId: string
  occasionId: string | null
  name: string
  url: string
  events: string[]
  status: WebhookStatus
  statusReason: string | null
  statusChangedAt: number | null
  timeoutMs: number
  concurrency: number
  scheduleMs: number[] | null
  options: WebhookOptions
  createdAt: number
  createdBy: string
  lastAttemptAt: number | null
  lastSuccessAt: number | null
}

/** What a person may change of a webhook. */
export type ChangeableWebhook = Pick<
  WebhookRecord,
  'name' | 'url' | 'events' | 'timeoutMs' | 'concurrency' | 'scheduleMs' | 'options'
>

export interface WebhookSecretRecord {
  id: string
  webhookId: string
  /** The last characters of the secret, to tell two apart. */
  tail: string
  /** `whpk_…` of an ed25519 key; null for HMAC. */
  publicKey: string | null
  createdAt: number
  expiresAt: number | null
}

/** A run of nothing but failures that is not over. */
export interface FailingRun {
  id: string
  failingSince: number
  consecutiveFailures: number
  lastAttemptAt: number
}

/** Webhooks that were deleted are not there for any of these. */
export interface WebhookReader {
  get(id: string): Promise<WebhookRecord | null>
  /** Those of `ids` that exist, in no order. */
  getMany(ids: readonly string[]): Promise<WebhookRecord[]>
  /** Of the organization and all its occasions, or of one occasion. Newest first, older than `beforeId`. */
  list(query: {
    organizationId: string
    occasionId: string | null
    search?: string
    status?: WebhookStatus
    /** Only active ones whose latest attempt has failed. */
    failing?: boolean
    beforeId?: string
    limit: number
  }): Promise<WebhookRecord[]>
  /** Of the organization and all its occasions, in the order in which they were made. */
  listOfStatus(organizationId: string, status: WebhookStatus): Promise<WebhookRecord[]>
  /** Of the organization and all its occasions, those of which a replay waits. */
  listReplaying(organizationId: string): Promise<WebhookRecord[]>
  /** Of active webhooks, those that began at `since` or before, by id. */
  listFailingRuns(query: { since: number; afterId: string; limit: number }): Promise<FailingRun[]>
  /** Of those of the webhooks that are active and failing. */
  getFailingRuns(webhookIds: readonly string[]): Promise<FailingRun[]>
  /** The organizations that have webhooks, by id, after `afterId`; the platform is none. */
  listOrganizationIds(query: { afterId?: string; limit: number }): Promise<string[]>
  /** What is known of the secrets of the webhooks, newest first; never the secrets. */
  listSecrets(webhookIds: readonly string[]): Promise<WebhookSecretRecord[]>
}
export interface WebhookWriter extends WebhookReader {
  insert(webhook: WebhookRecord): Promise<void>
  /** Seals `secret`, the whole text `whsec_…` or `whsk_…`, bound to the id of its row. */
  insertSecret(secret: WebhookSecretRecord & { secret: string }): Promise<void>
  /** They sign until `at`. */
  setSecretsEnd(ids: readonly string[], at: number): Promise<void>
  deleteSecrets(ids: readonly string[]): Promise<void>
  /** Deletes up to `limit` secrets that ended at `now` or before. */
  deleteEndedSecrets(now: number, limit: number): Promise<void>
  /** Another address closes the circuit breaker. `at`: from when on what waits is being put in order, if it has one. */
  update(id: string, changes: ChangeableWebhook, at: number): Promise<void>
  /**
   * A webhook that becomes active starts with no failures behind it, a closed circuit breaker, and no pause of its token
   * endpoint. `keepsHeld`: what is held for it by then waits for a person. Otherwise it is being released, until
   * `noteReleased`.
   */
  setStatus(
    id: string,
    change: { status: WebhookStatus; reason: string | null; at: number; keepsHeld?: boolean },
  ): Promise<void>
  /** What was held when it became active has been released. */
  noteReleased(id: string): Promise<void>
  /** Keeps the row for the history of its deliveries, and removes secrets and credentials. */
  delete(id: string, at: number): Promise<void>
}

const eventsOf = (text: string): string[] => {
  const events: unknown = JSON.parse(text)
  return Array.isArray(events) ? events.map(String) : []
}
const scheduleOf = (text: string | null): number[] | null => {
  const schedule: unknown = text === null ? null : JSON.parse(text)
  return Array.isArray(schedule) ? schedule.map(Number) : null
}

export const toWebhook = (row: Selectable<Tables['webhooks']>): WebhookRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  name: row.name,
  url: row.url,
  events: eventsOf(row.events),
  status: row.status,
  statusReason: row.status_reason,
  statusChangedAt: row.status_changed_at,
  timeoutMs: row.timeout_ms,
  concurrency: row.concurrency,
  scheduleMs: scheduleOf(row.schedule_ms),
  options: parseWebhookOptions(JSON.parse(row.options)),
  createdAt: row.created_at,
  createdBy: row.created_by,
  lastAttemptAt: row.last_attempt_at,
  lastSuccessAt: row.last_success_at,
})

const closedBreaker = {
  breaker_opened_at: null,
  breaker_probe_at: null,
  breaker_failed: null,
  breaker_requests: null,
}

const changeable = (webhook: ChangeableWebhook) => ({
  name: webhook.name,
  url: webhook.url,
  events: JSON.stringify(webhook.events),
  timeout_ms: webhook.timeoutMs,
  concurrency: webhook.concurrency,
  schedule_ms: webhook.scheduleMs === null ? null : JSON.stringify(webhook.scheduleMs),
  options: JSON.stringify(webhook.options),
})

export const webhookReader = ({ db }: ReadContext): WebhookReader => {
  const webhooks = db.selectFrom('webhooks').selectAll().where('deleted_at', 'is', null)
  const failingRuns = db
    .selectFrom('webhooks')
    .select([
      'id',
      sql<number>`failing_since`.as('failingSince'),
      'consecutive_failures as consecutiveFailures',
      sql<number>`coalesce(last_attempt_at, failing_since)`.as('lastAttemptAt'),
    ])
    .where('deleted_at', 'is', null)
    .where('status', '=', 'active')
    .where('failing_since', 'is not', null)
  return {
    async listFailingRuns({ since, afterId, limit }) {
      const runs = failingRuns.where('failing_since', '<=', since).where('id', '>', afterId)
      return runs.orderBy('id').limit(limit).execute()
    },
    async getFailingRuns(webhookIds) {
      return webhookIds.length === 0 ? [] : failingRuns.where('id', 'in', webhookIds).execute()
    },
    async get(id) {
      const row = await webhooks.where('id', '=', id).executeTakeFirst()
      return row ? toWebhook(row) : null
    },
    async getMany(ids) {
      if (ids.length === 0) return []
      return (await webhooks.where('id', 'in', ids).execute()).map(toWebhook)
    },
    async list({ organizationId, occasionId, search, status, failing, beforeId, limit }) {
      let query = webhooks.where('organization_id', '=', organizationId).orderBy('id', 'desc').limit(limit)
      if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
      if (status !== undefined) query = query.where('status', '=', status)
      if (failing) query = query.where('status', '=', 'active').where('failing_since', 'is not', null)
      if (beforeId !== undefined) query = query.where('id', '<', beforeId)
      if (search) {
        const pattern = containing(search)
        query = query.where(
          sql<boolean>`(name LIKE ${pattern} ESCAPE '\\' OR url LIKE ${pattern} ESCAPE '\\')`,
        )
      }
      return (await query.execute()).map(toWebhook)
    },
    async listOfStatus(organizationId, status) {
      const rows = await webhooks
        .where('organization_id', '=', organizationId)
        .where('status', '=', status)
        .orderBy('id')
        .execute()
      return rows.map(toWebhook)
    },
    async listReplaying(organizationId) {
      const rows = await webhooks
        .where('organization_id', '=', organizationId)
        .where(
          sql<boolean>`EXISTS (SELECT 1 FROM deliveries WHERE webhook_id = webhooks.id AND status = 'waiting'
            AND ${sql.raw(unguardedCondition)} AND kind = 'replay')`,
        )
        .orderBy('id')
        .execute()
      return rows.map(toWebhook)
    },
    async listOrganizationIds({ afterId, limit }) {
      const rows = await db
        .selectFrom('webhooks')
        .select('organization_id as id')
        .distinct()
        .where('deleted_at', 'is', null)
        .where('organization_id', '>', afterId ?? platformOrganizationId)
        .orderBy('organization_id')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    async listSecrets(webhookIds) {
      if (webhookIds.length === 0) return []
      return db
        .selectFrom('webhook_secrets')
        .select([
          'id',
          'webhook_id as webhookId',
          'tail',
          'public_key as publicKey',
          'created_at as createdAt',
          'expires_at as expiresAt',
        ])
        .where('webhook_id', 'in', webhookIds)
        .orderBy(sql`expires_at IS NOT NULL`)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
    },
  }
}

export const webhookWriter = (context: WriteContext): WebhookWriter => {
  const { db, cipher, changed } = context
  return {
    ...webhookReader(context),
    async insert(webhook) {
      await keepShape(context, webhook.options.shape)
      await db
        .insertInto('webhooks')
        .values({
          ...changeable(webhook),
          id: webhook.id,
          organization_id: webhook.organizationId,
          occasion_id: webhook.occasionId,
          status: webhook.status,
          status_reason: webhook.statusReason,
          status_changed_at: webhook.statusChangedAt,
          created_at: webhook.createdAt,
          created_by: webhook.createdBy,
          deleted_at: null,
          last_attempt_at: webhook.lastAttemptAt,
          last_success_at: webhook.lastSuccessAt,
          failing_since: null,
          consecutive_failures: 0,
          ordered: webhook.options.ordered ? 1 : null,
        })
        .execute()
      changed('webhooks')
    },
    async insertSecret({ id, webhookId, secret, tail, publicKey, createdAt, expiresAt }) {
      await db
        .insertInto('webhook_secrets')
        .values({
          id,
          webhook_id: webhookId,
          sealed: cipher.seal(secret, id),
          tail,
          public_key: publicKey,
          created_at: createdAt,
          expires_at: expiresAt,
        })
        .execute()
      changed('webhooks')
    },
    async setSecretsEnd(ids, at) {
      if (ids.length === 0) return
      await db.updateTable('webhook_secrets').set({ expires_at: at }).where('id', 'in', ids).execute()
      changed('webhooks')
    },
    async deleteSecrets(ids) {
      if (ids.length === 0) return
      await db.deleteFrom('webhook_secrets').where('id', 'in', ids).execute()
      changed('webhooks')
    },
    async deleteEndedSecrets(now, limit) {
      const ended = db
        .selectFrom('webhook_secrets')
        .select('id')
        .where('expires_at', '<=', now)
        .where('expires_at', 'is not', null)
        .orderBy('expires_at')
        .limit(limit)
      const { numDeletedRows } = await db
        .deleteFrom('webhook_secrets')
        .where('id', 'in', ended)
        .executeTakeFirst()
      if (numDeletedRows > 0) changed('webhooks')
    },
    async update(id, changes, at) {
      await keepShape(context, changes.options.shape)
      const ordered = changes.options.ordered ? sql<number>`coalesce(ordered, ${-at})` : null
      const webhook = db.updateTable('webhooks').where('id', '=', id)
      await webhook.set(closedBreaker).where('url', '<>', changes.url).execute()
      await webhook.set({ ...changeable(changes), ordered }).execute()
      changed('webhooks')
    },
    async setStatus(id, { status, reason, at, keepsHeld = false }) {
      await db
        .updateTable('webhooks')
        .set({
          status,
          status_reason: reason,
          status_changed_at: at,
          keeps_held: null,
          ...(status === 'active'
            ? {
                keeps_held: keepsHeld ? 1 : 0,
                failing_since: null,
                consecutive_failures: 0,
                ...closedBreaker,
                token_paused_until: null,
                token_error_class: null,
                token_error_message: null,
              }
            : {}),
        })
        .where('id', '=', id)
        .execute()
      changed('webhooks')
    },
    async noteReleased(id) {
      await db
        .updateTable('webhooks')
        .set({ keeps_held: null })
        .where('id', '=', id)
        .where('keeps_held', '=', 0)
        .execute()
    },
    async delete(id, at) {
      await db.updateTable('webhooks').set({ deleted_at: at }).where('id', '=', id).execute()
      await db.deleteFrom('webhook_secrets').where('webhook_id', '=', id).execute()
      await db.deleteFrom('webhook_credentials').where('webhook_id', '=', id).execute()
      changed('webhooks')
    },
  }
}
