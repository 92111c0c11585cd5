import { type RawBuilder, sql } from 'kysely'
import { platformOrganizationId } from '#contract/ids.ts'
import type { Environment } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** Something that happened in a transaction that could not tell of it by itself: the delivery worker's. */
export interface Notice {
  seq: number
  type: string
  /** What it happened to: a webhook, a delivery. */
  subjectId: string
  at: number
}

/** What was told of already, once for as long as it lasts. `about` tells one occurrence from the next. */
export interface Told {
  type: string
  subjectId: string
  about: number
}

export interface ExpiringKey {
  id: string
  organizationId: string
  name: string
  prefix: string
  environment: Environment
  expiresAt: number
}
export interface FailingWebhook {
  id: string
  organizationId: string
  name: string
  url: string
  failingSince: number
  consecutiveFailures: number
}
export interface RecoveredWebhook extends Omit<FailingWebhook, 'consecutiveFailures'> {
  /** Null when nothing was delivered since: the webhook was deleted, stopped or begun anew. */
  recoveredAt: number | null
}
export interface FailingConnection {
  id: string
  organizationId: string
  connectorId: string
  reason: string
  checkedAt: number
}

/** Whom it is told to remembers it under this name. */
export interface Untold {
  toldAs: string
  limit: number
}
/** In the order of their ids, after one of them. */
export interface UntoldPage extends Untold {
  afterId: string
}

/** What the platform tells its operational webhooks and its console. "Untold" is what `operational_told` does not have yet. */
export interface OperationalReader {
  listNotices(limit: number): Promise<Notice[]>
  getTold(type: string, subjectId: string): Promise<Told | null>
  /** Usable keys whose end is after `now` and not after `until`, untold. */
  listExpiringKeys(query: { now: number; until: number } & UntoldPage): Promise<ExpiringKey[]>
  /** Active webhooks of tenants that have failed for as long as one of the levels asks, and are untold of that one. */
  listFailingWebhooks(query: {
    levels: readonly { since: number; toldAs: string }[]
    afterId: string
    limit: number
  }): Promise<FailingWebhook[]>
  /** Webhooks that were told to be failing and are no longer in that run of failures. */
  listRecoveredWebhooks(query: Untold): Promise<RecoveredWebhook[]>
  /** Connections whose latest check failed, untold. */
  listFailingConnections(query: UntoldPage): Promise<FailingConnection[]>
  /** Connections that were told to be failing and are so no longer. */
  listRecoveredConnections(query: Untold): Promise<string[]>
  /** When the first delivery of an active webhook that may be sent to now was due; null when nothing waits. */
  readDueSince(): Promise<number | null>
  /** All waiting deliveries, counted up to `limit`. */
  countWaiting(limit: number): Promise<number>
}
export interface OperationalWriter extends OperationalReader {
  deleteNotices(seqs: readonly number[]): Promise<void>
  /** What happens to the platform's own webhooks is not noted: each failure would beget the next. */
  addNotice(notice: {
    type: 'webhook.disabled'
    webhook: { id: string; organizationId: string }
    at: number
  }): Promise<void>
  setTold(told: Told): Promise<void>
  deleteTold(type: string, subjectId: string): Promise<void>
}

/** `about`: untold of just this occurrence. */
const untold = (type: string, subject: RawBuilder<unknown>, about?: RawBuilder<unknown>) =>
  sql<boolean>`NOT EXISTS (SELECT 1 FROM operational_told WHERE operational_told.type = ${type}
    AND operational_told.subject_id = ${subject}${about === undefined ? sql`` : sql` AND about = ${about}`})`

export const operationalReader = ({ db }: ReadContext): OperationalReader => {
  return {
    async listNotices(limit) {
      const rows = await db
        .selectFrom('operational_notices')
        .selectAll()
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(({ subject_id: subjectId, ...notice }) => ({ ...notice, subjectId }))
    },
    async getTold(type, subjectId) {
      const row = await db
        .selectFrom('operational_told')
        .select('about')
        .where('type', '=', type)
        .where('subject_id', '=', subjectId)
        .executeTakeFirst()
      return row ? { type, subjectId, about: row.about } : null
    },
    async listExpiringKeys({ now, until, toldAs, afterId, limit }) {
      return db
        .selectFrom('api_keys')
        .select([
          'id',
          'organization_id as organizationId',
          'name',
          'prefix',
          'environment',
          sql<number>`expires_at`.as('expiresAt'),
        ])
        .where('revoked_at', 'is', null)
        .where('disabled_at', 'is', null)
        .where('expires_at', '>', now)
        .where('expires_at', '<=', until)
        .where(untold(toldAs, sql`api_keys.id`, sql`api_keys.expires_at`))
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
    },
    async listFailingWebhooks({ levels, afterId, limit }) {
      return db
        .selectFrom('webhooks')
        .select([
          'id',
          'organization_id as organizationId',
          'name',
          'url',
          sql<number>`failing_since`.as('failingSince'),
          'consecutive_failures as consecutiveFailures',
        ])
        .where('deleted_at', 'is', null)
        .where('organization_id', '!=', platformOrganizationId)
        .where('status', '=', 'active')
        .where((where) =>
          where.or(
            levels.map(({ since, toldAs }) =>
              where.and([where('failing_since', '<=', since), untold(toldAs, sql`webhooks.id`)]),
            ),
          ),
        )
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
    },
    async listRecoveredWebhooks({ toldAs, limit }) {
      const rows = await db
        .selectFrom('operational_told')
        .innerJoin('webhooks', 'webhooks.id', 'operational_told.subject_id')
        .select([
          'webhooks.id',
          'webhooks.organization_id',
          'webhooks.name',
          'webhooks.url',
          'operational_told.about',
          'webhooks.last_success_at',
          'webhooks.deleted_at',
        ])
        .where('operational_told.type', '=', toldAs)
        .where((where) =>
          where.or([
            where('webhooks.deleted_at', 'is not', null),
            where('webhooks.failing_since', 'is', null),
            where('webhooks.failing_since', '!=', where.ref('operational_told.about')),
          ]),
        )
        .orderBy('webhooks.id')
        .limit(limit)
        .execute()
      return rows.map(({ id, organization_id, name, url, about, last_success_at, deleted_at }) => ({
        id,
        organizationId: organization_id,
        name,
        url,
        failingSince: about,
        recoveredAt:
          deleted_at === null && last_success_at !== null && last_success_at >= about
            ? last_success_at
            : null,
      }))
    },
    async listFailingConnections({ toldAs, afterId, limit }) {
      return db
        .selectFrom('connections')
        .select([
          'id',
          'organization_id as organizationId',
          'connector_id as connectorId',
          sql<string>`coalesce(check_reason, '')`.as('reason'),
          sql<number>`checked_at`.as('checkedAt'),
        ])
        .where('disconnected_at', 'is', null)
        .where('check_status', '=', 'failing')
        .where('checked_at', 'is not', null)
        .where(untold(toldAs, sql`connections.id`))
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
    },
    async listRecoveredConnections({ toldAs, limit }) {
      const rows = await db
        .selectFrom('operational_told')
        .innerJoin('connections', 'connections.id', 'operational_told.subject_id')
        .select('connections.id')
        .where('operational_told.type', '=', toldAs)
        .where((where) =>
          where.or([
            where('connections.disconnected_at', 'is not', null),
            where('connections.check_status', 'is', null),
            where('connections.check_status', '!=', 'failing'),
          ]),
        )
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    async readDueSince() {
      const row = await db
        .selectFrom('webhooks')
        .select(
          sql<number | null>`min((SELECT due_at FROM deliveries
            WHERE webhook_id = webhooks.id AND status = 'waiting' ORDER BY due_at LIMIT 1))`.as('dueSince'),
        )
        .where('deleted_at', 'is', null)
        .where('status', '=', 'active')
        .where('breaker_opened_at', 'is', null)
        // In the words of the JSON, which no text inside of it can hold: there quotes are escaped.
        .where('options', 'not like', '%"ordered":true%')
        .where('options', 'not like', '%"throttle":{%')
        .where(
          sql<boolean>`NOT EXISTS (SELECT 1 FROM kill_switches
            WHERE kill_switches.name = 'delivery' AND kill_switches.organization_id IN ('', webhooks.organization_id))`,
        )
        .executeTakeFirstOrThrow()
      return row.dueSince
    },
    async countWaiting(limit) {
      const { count } = await db
        .selectFrom(
          db
            .selectFrom('deliveries')
            .select('id')
            .where('status', '=', sql.lit('waiting'))
            .limit(limit)
            .as('counted'),
        )
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },
  }
}

export const operationalWriter = (context: WriteContext): OperationalWriter => ({
  ...operationalReader(context),
  async deleteNotices(seqs) {
    if (seqs.length === 0) return
    await context.db.deleteFrom('operational_notices').where('seq', 'in', seqs).execute()
  },
  async addNotice({ type, webhook, at }) {
    if (webhook.organizationId === platformOrganizationId) return
    await context.db.insertInto('operational_notices').values({ type, subject_id: webhook.id, at }).execute()
  },
  async setTold({ type, subjectId, about }) {
    await context.db
      .insertInto('operational_told')
      .values({ type, subject_id: subjectId, about })
      .onConflict((conflict) => conflict.columns(['type', 'subject_id']).doUpdateSet({ about }))
      .execute()
  },
  async deleteTold(type, subjectId) {
    await context.db
      .deleteFrom('operational_told')
      .where('type', '=', type)
      .where('subject_id', '=', subjectId)
      .execute()
  },
})
