import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { type Recovery, recoverableStatusSchema } from '#contract/recoveries.ts'
import { openCountMax } from '#contract/settings.ts'
import type { DeliveryStatus } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { activeRecoveryCondition, openRecoveryCondition, recoverableCondition } from './index-conditions.ts'
import type { Tables } from './schema.ts'

export interface RecoveryRecord extends Omit<Recovery, 'delivered' | 'failed' | 'underWay' | 'waitsFor'> {
  organizationId: string
  /** The last delivery that it looked at, or the lowest id that it concerns. */
  afterId: string
  beforeId: string
}

/** The ended deliveries that are looked at: those of the webhook between two ids. */
export interface RecoverySearch
  extends Pick<RecoveryRecord, 'webhookId' | 'statuses' | 'eventTypes' | 'afterId' | 'beforeId'> {
  /** So many are looked at. */
  limit: number
}

export interface Recoverable {
  id: string
  eventId: string
  occasionId: string | null
  createdAt: number
  /** False when the event arrived already, or has a newer delivery to the webhook. */
  missing: boolean
}

export interface RecoveryReader {
  get(id: string): Promise<RecoveryRecord | null>
  /** Newest first. */
  list(webhookId: string, limit: number): Promise<RecoveryRecord[]>
  getOpen(webhookId: string): Promise<RecoveryRecord | null>
  /** Those that have something to do by themselves, oldest first. */
  listActiveIds(page: { afterId?: string; limit: number }): Promise<string[]>
  /** Those that fit, oldest first, and the last id that was looked at; null when there are no more. */
  search(search: RecoverySearch): Promise<{ found: Recoverable[]; lastId: string | null }>
  /** Of the newest `openCountMax` resends of a recovery. */
  countOutcomes(id: string): Promise<Pick<Recovery, 'delivered' | 'failed' | 'underWay'>>
  /** The mean duration, ms, of attempts at this URL by the newest deliveries of a webhook; null without any. */
  meanAttemptMs(webhookId: string, url: string): Promise<number | null>
}
export type RecoveryChanges = Partial<
  Pick<RecoveryRecord, 'canaryDeliveryId' | 'state' | 'stateReason' | 'queued' | 'afterId' | 'finishedAt'>
>
export interface RecoveryWriter extends RecoveryReader {
  insert(recovery: RecoveryRecord): Promise<void>
  update(id: string, changes: RecoveryChanges): Promise<void>
  /** Notes which resends a recovery made. */
  addDeliveries(id: string, deliveryIds: readonly string[]): Promise<void>
}

const statusesSchema = z.array(recoverableStatusSchema)
const typesSchema = z.array(z.string())

const toRecovery = (row: Selectable<Tables['recoveries']>): RecoveryRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  webhookId: row.webhook_id,
  since: row.since,
  until: row.until,
  statuses: statusesSchema.parse(JSON.parse(row.statuses)),
  eventTypes: row.event_types === null ? null : typesSchema.parse(JSON.parse(row.event_types)),
  url: row.url,
  state: row.state,
  stateReason: row.state_reason,
  canaryDeliveryId: row.canary_delivery_id,
  total: row.total,
  queued: row.queued,
  afterId: row.after_id,
  beforeId: row.before_id,
  createdAt: row.created_at,
  createdBy: row.created_by,
  finishedAt: row.finished_at,
})

const open = sql.raw<boolean>(openRecoveryCondition)
const active = sql.raw<boolean>(activeRecoveryCondition)
const measured = 50

export const recoveryReader = ({ db }: ReadContext): RecoveryReader => {
  const recoveries = db.selectFrom('recoveries').selectAll()
  return {
    async get(id) {
      const row = await recoveries.where('id', '=', id).executeTakeFirst()
      return row ? toRecovery(row) : null
    },
    async list(webhookId, limit) {
      const newest = recoveries.where('webhook_id', '=', webhookId).orderBy('id', 'desc').limit(limit)
      return (await newest.execute()).map(toRecovery)
    },
    async getOpen(webhookId) {
      const row = await recoveries.where('webhook_id', '=', webhookId).where(open).executeTakeFirst()
      return row ? toRecovery(row) : null
    },
    async listActiveIds({ afterId = '', limit }) {
      const rows = await db
        .selectFrom('recoveries')
        .select('id')
        .where(active)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    async search({ webhookId, statuses, eventTypes, afterId, beforeId, limit }) {
      const rows = await db
        .selectFrom(
          db
            .selectFrom('deliveries')
            .select(['id', 'event_id', 'occasion_id', 'created_at', 'status', 'kind'])
            .where('webhook_id', '=', webhookId)
            .where(sql.raw<boolean>(recoverableCondition))
            .where('id', '>', afterId)
            .where('id', '<', beforeId)
            .orderBy('id')
            .limit(limit)
            .as('looked'),
        )
        .select((select) => [
          'looked.id',
          'looked.event_id as eventId',
          'looked.occasion_id as occasionId',
          'looked.created_at as createdAt',
          'looked.status',
          'looked.kind',
          select
            .selectFrom('events')
            .select('type')
            .whereRef('events.id', '=', 'looked.event_id')
            .where('events.erased_at', 'is', null)
            .as('eventType'),
          sql<number>`EXISTS (SELECT 1 FROM deliveries other WHERE other.event_id = looked.event_id
            AND other.webhook_id = ${webhookId} AND other.kind IN ('event', 'resend')
            AND (other.status = 'delivered' OR other.id > looked.id))`.as('settled'),
        ])
        .orderBy('looked.id')
        .execute()
      const found = rows
        .filter(({ kind }) => kind === 'event' || kind === 'resend')
        .filter(({ status }) => statuses.some((wanted) => wanted === status))
        .filter(({ eventType }) => eventType !== null && (eventTypes?.includes(eventType) ?? true))
        .map(({ id, eventId, occasionId, createdAt, settled }) => ({
          id,
          eventId,
          occasionId,
          createdAt,
          missing: settled === 0,
        }))
      return { found, lastId: rows.length < limit ? null : (rows.at(-1)?.id ?? null) }
    },
    async countOutcomes(id) {
      const rows = await db
        .selectFrom(
          db
            .selectFrom('recovery_deliveries')
            .select('delivery_id')
            .where('recovery_id', '=', id)
            .orderBy('delivery_id', 'desc')
            .limit(openCountMax)
            .as('made'),
        )
        .innerJoin('deliveries', 'deliveries.id', 'made.delivery_id')
        .select(['deliveries.status', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy('deliveries.status')
        .execute()
      const of = (...statuses: DeliveryStatus[]) =>
        rows.reduce((sum, { status, count }) => sum + (statuses.includes(status) ? count : 0), 0)
      return {
        delivered: of('delivered'),
        failed: of('exhausted', 'discarded'),
        underWay: of('waiting', 'sending', 'held'),
      }
    },
    async meanAttemptMs(webhookId, url) {
      const newest = db
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .orderBy('id', 'desc')
        .limit(measured)
      const row = await db
        .selectFrom('attempts')
        .select(sql<number | null>`avg(finished_at - started_at)`.as('mean'))
        .where('delivery_id', 'in', newest)
        .where('url', '=', url)
        .executeTakeFirst()
      return row?.mean ?? null
    },
  }
}

export const recoveryWriter = (context: WriteContext): RecoveryWriter => {
  const { db, changed } = context
  return {
    ...recoveryReader(context),
    async insert(recovery) {
      await db
        .insertInto('recoveries')
        .values({
          id: recovery.id,
          organization_id: recovery.organizationId,
          webhook_id: recovery.webhookId,
          since: recovery.since,
          until: recovery.until,
          statuses: JSON.stringify(recovery.statuses),
          event_types: recovery.eventTypes === null ? null : JSON.stringify(recovery.eventTypes),
          url: recovery.url,
          state: recovery.state,
          state_reason: recovery.stateReason,
          canary_delivery_id: recovery.canaryDeliveryId,
          total: recovery.total,
          queued: recovery.queued,
          after_id: recovery.afterId,
          before_id: recovery.beforeId,
          created_at: recovery.createdAt,
          created_by: recovery.createdBy,
          finished_at: recovery.finishedAt,
        })
        .execute()
      changed('deliveries')
    },
    async update(id, changes) {
      await db
        .updateTable('recoveries')
        .set({
          canary_delivery_id: changes.canaryDeliveryId,
          state: changes.state,
          state_reason: changes.stateReason,
          queued: changes.queued,
          after_id: changes.afterId,
          finished_at: changes.finishedAt,
        })
        .where('id', '=', id)
        .execute()
      changed('deliveries')
    },
    async addDeliveries(id, deliveryIds) {
      if (deliveryIds.length === 0) return
      await db
        .insertInto('recovery_deliveries')
        .values(deliveryIds.map((deliveryId) => ({ recovery_id: id, delivery_id: deliveryId })))
        .execute()
    },
  }
}
