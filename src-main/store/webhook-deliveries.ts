import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { openCountMax } from '#contract/settings.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { heldReplayCondition, unguardedCondition } from './index-conditions.ts'
import { placeInOrder } from './webhook-protection.ts'

/** What the deliveries of one webhook add up to. */
export interface WebhookNumbers {
  delivered: number
  failedAttempts: number
  /** Counted up to `openCountMax`. */
  waiting: number
  held: number
}

export interface ReleaseStep {
  webhookId: string
  reasons: readonly HeldReason[]
  /** Occasions without the capability: what is held as `suspended` for their events stays held. */
  suspendedOccasionIds: readonly string[]
  dueAt: number
  afterId: string | null
  limit: number
  /** At most so many are released; all that it looks at when absent. */
  releaseMax?: number
}

/**
 * The waiting deliveries of a webhook: all, or those for events of some occasions. Trials are never among them, replays
 * only when they are asked for.
 */
export interface WaitingDeliveries {
  webhookId: string
  occasionIds: readonly string[] | null
  replays?: 'too' | 'only'
}

export interface WebhookDeliveryReader {
  /** Attempts of the hours that started at `since` or later, and what is waiting and held now. */
  getNumbers(webhookIds: readonly string[], since: number): Promise<Map<string, WebhookNumbers>>
  /**
   * Where moving the backlog was interrupted: webhooks that somebody resumed, other active ones with deliveries held for
   * one of the reasons that were not told to keep them, and deleted ones for which something waits or is held. For the
   * start of the program.
   */
  listUnfinished(
    reasons: readonly HeldReason[],
  ): Promise<{ resumed: string[]; toRelease: string[]; toDiscard: string[] }>
  /** Counts up to `limit`. */
  countWaiting(of: WaitingDeliveries, limit: number): Promise<number>
  /** Webhooks for which something is held for this reason; none that was deleted. One seek each. */
  listHeldFor(reason: HeldReason): Promise<{ webhookId: string; organizationId: string; url: string }[]>
}

/** Moves the deliveries of a webhook in steps, so that no transaction is long, however many there are. */
export interface WebhookDeliveryWriter extends WebhookDeliveryReader {
  /**
   * Looks at `limit` held deliveries after `afterId`, oldest first; those held for one of the reasons wait for
   * their next attempt, due at `dueAt`. Answers the last id that it looked at; null when there are no more.
   */
  release(step: ReleaseStep): Promise<{ released: number; lastId: string | null }>
  /** As above for what is held as `switched_off`. @returns how many; fewer than `limit` when none are left. */
  releaseSwitchedOff(step: { webhookId: string; dueAt: number; limit: number }): Promise<number>
  /**
   * As above for what is held as `offline`. `dueAt` is asked for the first of each `together` that are due at once,
   * by its place in this step.
   */
  releaseOffline(step: {
    webhookId: string
    dueAt: (index: number) => number
    together: number
    limit: number
  }): Promise<number>
  /** As above for replays, but those for events of occasions without the capability. */
  releaseReplays(
    step: Pick<ReleaseStep, 'webhookId' | 'suspendedOccasionIds' | 'dueAt' | 'limit'>,
  ): Promise<number>
  /** Holds up to `limit` of them. @returns how many; fewer than `limit` when none are left. */
  hold(of: WaitingDeliveries, reason: HeldReason, limit: number): Promise<number>
  /** Discards up to `limit` waiting and as many held deliveries. @returns how many; 0 when none are left. */
  discardOpen(step: { webhookId: string; at: number; limit: number }): Promise<number>
}

const waitingKinds = {
  none: sql<boolean>`kind IN ('event', 'resend')`,
  too: sql<boolean>`kind IN ('event', 'resend', 'replay')`,
  // In the words of their partial index: they are few among many.
  only: sql<boolean>`${sql.raw(unguardedCondition)} AND kind = 'replay'`,
} as const

const waitingDeliveries = (
  { db }: Pick<ReadContext, 'db'>,
  { webhookId, occasionIds, replays }: WaitingDeliveries,
  limit: number,
) => {
  const query = db
    .selectFrom('deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where('status', '=', sql.lit('waiting'))
    .where(waitingKinds[replays ?? 'none'])
    .orderBy('due_at')
    .limit(limit)
  return occasionIds === null ? query : query.where('occasion_id', 'in', occasionIds)
}

export const webhookDeliveryReader = ({ db }: ReadContext): WebhookDeliveryReader => ({
  async getNumbers(webhookIds, since) {
    const numbers = new Map<string, WebhookNumbers>()
    if (webhookIds.length === 0) return numbers
    const open = await db
      .selectFrom('webhooks')
      .select([
        'id',
        sql<number>`(SELECT count(*) FROM (SELECT 1 FROM deliveries
          WHERE webhook_id = webhooks.id AND status = 'waiting' LIMIT ${openCountMax}))`.as('waiting'),
        sql<number>`(SELECT count(*) FROM (SELECT 1 FROM deliveries
          WHERE webhook_id = webhooks.id AND status = 'held' LIMIT ${openCountMax}))`.as('held'),
      ])
      .where('id', 'in', webhookIds)
      .execute()
    for (const { id, waiting, held } of open)
      numbers.set(id, { delivered: 0, failedAttempts: 0, waiting, held })
    const attempts = await db
      .selectFrom('attempt_hours')
      .select((select) => [
        'webhook_id as id',
        select.fn.sum<number>('delivered').as('delivered'),
        select.fn.sum<number>('failed').as('failedAttempts'),
      ])
      .where('webhook_id', 'in', webhookIds)
      .where('hour', '>=', since)
      .groupBy('webhook_id')
      .execute()
    for (const { id, delivered, failedAttempts } of attempts) {
      const known = numbers.get(id)
      if (known) numbers.set(id, { ...known, delivered, failedAttempts })
    }
    return numbers
  },
  async listUnfinished(reasons) {
    const idsWhere = async (condition: RawBuilder<SqlBool>): Promise<string[]> => {
      const rows = await db.selectFrom('webhooks').select('id').where(condition).orderBy('id').execute()
      return rows.map(({ id }) => id)
    }
    return {
      resumed: await idsWhere(sql`deleted_at IS NULL AND status = 'active' AND keeps_held = 0`),
      toRelease:
        await idsWhere(sql`deleted_at IS NULL AND status = 'active' AND keeps_held IS NULL AND EXISTS (
        SELECT 1 FROM deliveries WHERE webhook_id = webhooks.id AND status = 'held'
          AND held_reason IN (${sql.join(reasons)}))`),
      toDiscard: await idsWhere(sql`deleted_at IS NOT NULL AND (
        EXISTS (SELECT 1 FROM deliveries WHERE webhook_id = webhooks.id AND status = 'waiting')
        OR EXISTS (SELECT 1 FROM deliveries WHERE webhook_id = webhooks.id AND status = 'held'))`),
    }
  },
  async countWaiting(of, limit) {
    const { count } = await db
      .selectFrom(waitingDeliveries({ db }, of, limit).as('counted'))
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  },
  async listHeldFor(reason) {
    return db
      .selectFrom('webhooks')
      .select(['id as webhookId', 'organization_id as organizationId', 'url'])
      .where('deleted_at', 'is', null)
      .where(
        sql<SqlBool>`EXISTS (SELECT 1 FROM deliveries
          WHERE webhook_id = webhooks.id AND held_reason = ${reason} AND status = 'held')`,
      )
      .orderBy('id')
      .execute()
  },
})

export const webhookDeliveryWriter = (context: WriteContext): WebhookDeliveryWriter => {
  const { db, changed } = context
  const discard = async (
    { webhookId, at, limit }: { webhookId: string; at: number; limit: number },
    status: 'waiting' | 'held',
  ): Promise<number> => {
    const ids = db
      .selectFrom('deliveries')
      .select('id')
      .where('webhook_id', '=', webhookId)
      .where('status', '=', sql.lit(status))
      .orderBy(status === 'waiting' ? 'due_at' : 'id')
      .limit(limit)
    const { numUpdatedRows } = await db
      .updateTable('deliveries')
      .set({ status: 'discarded', held_reason: null, due_at: null, finished_at: at })
      .where('id', 'in', ids)
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }
  return {
    ...webhookDeliveryReader(context),
    async release({ webhookId, reasons, suspendedOccasionIds, dueAt, afterId, limit, releaseMax = limit }) {
      const suspended = new Set(suspendedOccasionIds)
      const held = await db
        .selectFrom('deliveries')
        .select(['id', 'held_reason', 'occasion_id'])
        .where('webhook_id', '=', webhookId)
        .where('status', '=', sql.lit('held'))
        .where('id', '>', afterId ?? '')
        .orderBy('id')
        .limit(limit)
        .execute()
      const fitting = held
        .filter(({ held_reason }) => held_reason !== null && reasons.includes(held_reason))
        .filter((one) => one.held_reason !== 'suspended' || !suspended.has(one.occasion_id ?? ''))
        .map(({ id }) => id)
      const ids = fitting.slice(0, releaseMax)
      if (ids.length > 0) {
        await db
          .updateTable('deliveries')
          .set({ status: 'waiting', held_reason: null, due_at: dueAt, ordered: placeInOrder })
          .where('id', 'in', ids)
          .execute()
        changed('deliveries')
      }
      if (ids.length < fitting.length) return { released: ids.length, lastId: ids.at(-1) ?? afterId }
      return { released: ids.length, lastId: held.length < limit ? null : (held.at(-1)?.id ?? null) }
    },
    async releaseSwitchedOff({ webhookId, dueAt, limit }) {
      const ids = db
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where('held_reason', '=', sql.lit('switched_off'))
        .orderBy('id')
        .limit(limit)
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ status: 'waiting', held_reason: null, due_at: dueAt, ordered: placeInOrder })
        .where('id', 'in', ids)
        .executeTakeFirst()
      if (numUpdatedRows > 0) changed('deliveries')
      return Number(numUpdatedRows)
    },
    async releaseOffline({ webhookId, dueAt, together, limit }) {
      const held = await db
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where('held_reason', '=', sql.lit('offline'))
        .where('status', '=', sql.lit('held'))
        .orderBy('id')
        .limit(limit)
        .execute()
      for (let index = 0; index < held.length; index += together) {
        await db
          .updateTable('deliveries')
          .set({ status: 'waiting', held_reason: null, due_at: dueAt(index), ordered: placeInOrder })
          .where(
            'id',
            'in',
            held.slice(index, index + together).map(({ id }) => id),
          )
          .execute()
      }
      if (held.length > 0) changed('deliveries')
      return held.length
    },
    async releaseReplays({ webhookId, suspendedOccasionIds, dueAt, limit }) {
      const held = db
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where(sql.raw<SqlBool>(heldReplayCondition))
        .where(
          sql<SqlBool>`coalesce(occasion_id, '') NOT IN
            (SELECT value FROM json_each(${JSON.stringify(suspendedOccasionIds)}))`,
        )
        .orderBy('id')
        .limit(limit)
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ status: 'waiting', held_reason: null, due_at: dueAt })
        .where('id', 'in', held)
        .executeTakeFirst()
      if (numUpdatedRows > 0) changed('deliveries')
      return Number(numUpdatedRows)
    },
    async hold(of, reason, limit) {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ status: 'held', held_reason: reason, due_at: null })
        .where('id', 'in', waitingDeliveries(context, of, limit))
        .executeTakeFirst()
      if (numUpdatedRows > 0) changed('deliveries')
      return Number(numUpdatedRows)
    },
    async discardOpen(step) {
      const discarded = (await discard(step, 'waiting')) + (await discard(step, 'held'))
      if (discarded > 0) changed('deliveries')
      return discarded
    },
  }
}
