import { type RawBuilder, sql } from 'kysely'
import { openCountMax } from '#contract/settings.ts'
import type { DeliveryKind } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { inLineCondition, openReleaseCondition } from './index-conditions.ts'
import type { TokenPauseRecord } from './token-pauses.ts'
import type { BreakerRecord } from './work-queue-breakers.ts'

/** The first delivery of an ordered webhook. */
export interface FirstInOrder {
  deliveryId: string
  attempts: number
  /** Null while it is being sent. */
  dueAt: number | null
  /** How many wait behind it, counted up to `openCountMax`. */
  behind: number
}

/** A paused release of an ordered webhook that newer deliveries wait for. */
export interface PausedRelease {
  releaseId: string
  /** The oldest that it has not released: newer ones wait. */
  oldestHeldId: string
  /** Why it is paused, as a sentence. */
  reason: string | null
  /** How many wait for it, counted up to `openCountMax`. */
  waiting: number
}

export interface WebhookProtection {
  /** Null while it is closed. */
  breaker: BreakerRecord | null
  /** The latest, also when it is over; null when it was ended, and where there was none. */
  tokenPause: TokenPauseRecord | null
  /** Whether its rate is limited. */
  throttled: boolean
  /** Null while nothing waits, and for webhooks without an order. */
  firstInOrder: FirstInOrder | null
  /** Null while nothing waits for one, and for webhooks without an order. */
  pausedRelease: PausedRelease | null
}

export interface WebhookProtectionReader {
  getMany(webhookIds: readonly string[]): Promise<Map<string, WebhookProtection>>
}
export interface WebhookProtectionWriter extends WebhookProtectionReader {
  /** Keeps the pause of the token endpoint; null when it was ended. */
  setTokenPause(webhookId: string, pause: TokenPauseRecord | null): Promise<void>
  /** Discards a delivery that waits or is being sent. @returns whether it did either. */
  skip(deliveryId: string, at: number): Promise<boolean>
}

/** A delivery that begins to wait again gets a place in the order of its webhook, if that has one. Replays go past it. */
export const placeInOrder: RawBuilder<1 | null> = sql`CASE WHEN kind IN ('event', 'resend') THEN
  (SELECT CASE WHEN ordered IS NULL THEN NULL ELSE 1 END FROM webhooks WHERE id = deliveries.webhook_id) END`

/** Gives new deliveries of ordered webhooks their places. One look at their webhooks when there are none. */
export const placeNewInOrder = (
  { statements }: WriteContext,
  deliveries: readonly { id: string; webhookId: string; kind: DeliveryKind }[],
): void => {
  const webhookIds = JSON.stringify([...new Set(deliveries.map(({ webhookId }) => webhookId))])
  const rows = statements.all<{ id: string }>(orderedAmong, webhookIds)
  if (rows.length === 0) return
  const ordered = new Set(rows.map(({ id }) => id))
  const ids = deliveries
    .filter(({ webhookId, kind }) => ordered.has(webhookId) && (kind === 'event' || kind === 'resend'))
    .map(({ id }) => id)
  statements.run(placeMany, JSON.stringify(ids))
}

const orderedAmong =
  'SELECT id FROM webhooks WHERE id IN (SELECT value FROM json_each(?)) AND ordered IS NOT NULL'
const placeMany = 'UPDATE deliveries SET ordered = 1 WHERE id IN (SELECT value FROM json_each(?))'

const inOrder = sql.raw<boolean>(inLineCondition)

export const webhookProtectionReader = ({ db }: ReadContext): WebhookProtectionReader => {
  const deliveriesOf = (webhookId: string) => db.selectFrom('deliveries').where('webhook_id', '=', webhookId)

  const countBehind = async (webhookId: string, deliveryId: string): Promise<number> => {
    const behind = deliveriesOf(webhookId).where(inOrder).select('id').where('id', '>', deliveryId)
    const { count } = await db
      .selectFrom(behind.limit(openCountMax).as('counted'))
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }

  const firstOf = async (webhookId: string): Promise<FirstInOrder | null> => {
    const first = await deliveriesOf(webhookId)
      .where(inOrder)
      .select(['id as deliveryId', 'attempts', 'due_at as dueAt'])
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return first === undefined ? null : { ...first, behind: await countBehind(webhookId, first.deliveryId) }
  }

  const pausedReleaseOf = async (webhookId: string): Promise<PausedRelease | null> => {
    const release = await db
      .selectFrom('releases')
      .select(['id', 'reason', 'after_id', 'state', 'state_reason'])
      .where('webhook_id', '=', webhookId)
      .where(sql.raw<boolean>(openReleaseCondition()))
      .executeTakeFirst()
    if (release?.state !== 'paused') return null
    let held = deliveriesOf(webhookId)
      .select('id')
      .where(sql<boolean>`status = 'held'`)
      .where('id', '>', release.after_id ?? '')
    if (release.reason !== null) held = held.where('held_reason', '=', release.reason)
    const oldest = await held.orderBy('id').limit(1).executeTakeFirst()
    if (oldest === undefined) return null
    const waiting = await countBehind(webhookId, oldest.id)
    if (waiting === 0) return null
    return { releaseId: release.id, oldestHeldId: oldest.id, reason: release.state_reason, waiting }
  }

  return {
    async getMany(webhookIds) {
      const protection = new Map<string, WebhookProtection>()
      if (webhookIds.length === 0) return protection
      const rows = await db
        .selectFrom('webhooks')
        .select([
          'id',
          'ordered',
          'breaker_opened_at as openedAt',
          'breaker_probe_at as probeAt',
          'breaker_failed as failed',
          'breaker_requests as requests',
          sql<number>`json_extract(options, '$.throttle') IS NOT NULL`.as('throttled'),
          'token_paused_until as until',
          'token_error_class as errorClass',
          'token_error_message as message',
        ])
        .where('id', 'in', webhookIds)
        .execute()
      for (const { id, ordered, throttled, ...row } of rows) {
        const { openedAt, probeAt, failed, requests, until, errorClass, message } = row
        protection.set(id, {
          breaker:
            openedAt === null ? null : { openedAt, probeAt, failed: failed ?? 0, requests: requests ?? 0 },
          tokenPause:
            until === null || errorClass === null || message === null ? null : { until, errorClass, message },
          throttled: throttled === 1,
          firstInOrder: ordered === null ? null : await firstOf(id),
          pausedRelease: ordered === null ? null : await pausedReleaseOf(id),
        })
      }
      return protection
    },
  }
}

export const webhookProtectionWriter = (context: WriteContext): WebhookProtectionWriter => ({
  ...webhookProtectionReader(context),
  async setTokenPause(webhookId, pause) {
    const { numUpdatedRows } = await context.db
      .updateTable('webhooks')
      .set({
        token_paused_until: pause?.until ?? null,
        token_error_class: pause?.errorClass ?? null,
        token_error_message: pause?.message ?? null,
      })
      .where('id', '=', webhookId)
      .where(sql<boolean>`token_paused_until IS NOT ${pause?.until ?? null}`)
      .executeTakeFirst()
    // What waits for it is told with it.
    if (numUpdatedRows > 0) context.changed('deliveries')
  },
  async skip(deliveryId, at) {
    const { numUpdatedRows } = await context.db
      .updateTable('deliveries')
      .set({ status: 'discarded', due_at: null, finished_at: at, lease_owner: null, lease_until: null })
      .where('id', '=', deliveryId)
      .where('status', 'in', ['waiting', 'sending'])
      .executeTakeFirst()
    if (numUpdatedRows > 0) context.changed('deliveries')
    return numUpdatedRows > 0
  },
})
