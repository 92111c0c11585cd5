import { type Selectable, sql } from 'kysely'
import type { Release } from '#contract/releases.ts'
import { openCountMax } from '#contract/settings.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { heldReplayCondition, openReleaseCondition } from './index-conditions.ts'
import type { Tables } from './schema.ts'

export interface ReleaseRecord extends Omit<Release, 'waitsFor'> {
  organizationId: string
  /** The last delivery that it looked at; null before the first. */
  afterId: string | null
  /** Until when what the rate allows has been released. */
  steppedAt: number
}

/** What is held for one webhook for one reason. */
export interface HeldCount {
  webhookId: string
  reason: HeldReason
  /** Counted up to `openCountMax`. */
  count: number
  /** So many of them are replays; as above. */
  replays: number
  oldestAt: number
  newestAt: number
}

export interface ReleaseReader {
  get(id: string): Promise<ReleaseRecord | null>
  /** Newest first. */
  list(webhookId: string, limit: number): Promise<ReleaseRecord[]>
  /** The one that is running or paused. */
  getOpen(webhookId: string): Promise<ReleaseRecord | null>
  /** Those of the webhooks that are running or paused. */
  listOpen(webhookIds: readonly string[]): Promise<ReleaseRecord[]>
  /** Those that run, oldest first. */
  listRunningIds(page: { afterId?: string; limit: number }): Promise<string[]>
  /** One seek, one bounded count for each webhook and reason, in their order; those without deliveries are absent. */
  countHeld(webhookIds: readonly string[], reasons: readonly HeldReason[]): Promise<HeldCount[]>
  /** All of them, however many. */
  countAllHeld(webhookId: string, reasons: readonly HeldReason[]): Promise<number>
  /** Webhooks of an organization, or of one of its occasions, that hold anything, in the order of their ids. */
  listHolding(organizationId: string, occasionId: string | null): Promise<string[]>
  /** How many of the deliveries belong to the organization. */
  countOwn(organizationId: string, deliveryIds: readonly string[]): Promise<number>
}
export type ReleaseChanges = Partial<
  Pick<ReleaseRecord, 'released' | 'afterId' | 'steppedAt' | 'state' | 'stateReason' | 'finishedAt'>
>
export interface ReleaseWriter extends ReleaseReader {
  insert(release: ReleaseRecord): Promise<void>
  update(id: string, changes: ReleaseChanges): Promise<void>
  /** Discards up to `limit` held deliveries with ids before `beforeId`. @returns how many; 0 when none are left. */
  discardHeld(step: {
    webhookId: string
    reasons: readonly HeldReason[]
    deliveryIds: readonly string[] | null
    beforeId: string
    at: number
    limit: number
  }): Promise<number>
}

const toRelease = (row: Selectable<Tables['releases']>): ReleaseRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  webhookId: row.webhook_id,
  reason: row.reason,
  perSecond: row.per_second,
  total: row.total,
  released: row.released,
  state: row.state,
  stateReason: row.state_reason,
  afterId: row.after_id,
  steppedAt: row.stepped_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  finishedAt: row.finished_at,
})

const held = sql<boolean>`status = 'held'`
const open = sql.raw<boolean>(openReleaseCondition())
const running = sql<boolean>`state = 'running'`

export const releaseReader = ({ db }: ReadContext): ReleaseReader => {
  const heldFor = (webhookId: string, reason: HeldReason) =>
    db
      .selectFrom('deliveries')
      .where('webhook_id', '=', webhookId)
      .where('held_reason', '=', reason)
      .where(held)

  return {
    async get(id) {
      const row = await db.selectFrom('releases').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toRelease(row) : null
    },
    async list(webhookId, limit) {
      const rows = await db
        .selectFrom('releases')
        .selectAll()
        .where('webhook_id', '=', webhookId)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toRelease)
    },
    async getOpen(webhookId) {
      const row = await db
        .selectFrom('releases')
        .selectAll()
        .where('webhook_id', '=', webhookId)
        .where(open)
        .executeTakeFirst()
      return row ? toRelease(row) : null
    },
    async listOpen(webhookIds) {
      if (webhookIds.length === 0) return []
      const rows = await db
        .selectFrom('releases')
        .selectAll()
        .where('webhook_id', 'in', webhookIds)
        .where(open)
        .execute()
      return rows.map(toRelease)
    },
    async listRunningIds({ afterId = '', limit }) {
      const rows = await db
        .selectFrom('releases')
        .select('id')
        .where(running)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },
    async countHeld(webhookIds, reasons) {
      if (webhookIds.length === 0 || reasons.length === 0) return []
      const those = sql`FROM deliveries
        WHERE webhook_id = webhooks.id AND held_reason = asked.reason AND status = 'held'`
      // The plus keeps the planner from all that is held for the reason, to the few that are replays.
      const replays = sql`FROM deliveries
        WHERE webhook_id = webhooks.id AND ${sql.raw(heldReplayCondition)} AND +held_reason = asked.reason`
      // One statement for all: an organization may have hundreds of webhooks, and each has every reason.
      const { rows } = await sql<{ [Name in keyof HeldCount]: HeldCount[Name] | null }>`
        WITH asked (reason) AS (VALUES ${sql.join(reasons.map((reason) => sql`(${reason})`))})
        SELECT webhooks.id AS "webhookId", asked.reason,
          (SELECT created_at ${those} ORDER BY id LIMIT 1) AS "oldestAt",
          (SELECT created_at ${those} ORDER BY id DESC LIMIT 1) AS "newestAt",
          (SELECT count(*) FROM (SELECT 1 ${those} LIMIT ${openCountMax}) AS counted) AS count,
          (SELECT count(*) FROM
            (SELECT 1 ${replays} LIMIT ${openCountMax}) AS counted) AS replays
        FROM webhooks CROSS JOIN asked
        WHERE webhooks.id IN (${sql.join(webhookIds)})`.execute(db)
      const found = rows.flatMap(({ webhookId, reason, count, replays, oldestAt, newestAt }) => {
        if (webhookId === null || reason === null || oldestAt === null || newestAt === null) return []
        return [{ webhookId, reason, count: count ?? 0, replays: replays ?? 0, oldestAt, newestAt }]
      })
      const byWebhook = Map.groupBy(found, ({ webhookId }) => webhookId)
      return webhookIds.flatMap((id) =>
        reasons.flatMap((reason) => byWebhook.get(id)?.find((count) => count.reason === reason) ?? []),
      )
    },
    async countAllHeld(webhookId, reasons) {
      let total = 0
      for (const reason of reasons) {
        const { count } = await heldFor(webhookId, reason)
          .select((select) => select.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        total += count
      }
      return total
    },
    async listHolding(organizationId, occasionId) {
      let query = db
        .selectFrom('webhooks')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('deleted_at', 'is', null)
        .where(
          sql<boolean>`EXISTS (SELECT 1 FROM deliveries WHERE webhook_id = webhooks.id AND status = 'held')`,
        )
        .orderBy('id')
      if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
      return (await query.execute()).map(({ id }) => id)
    },
    async countOwn(organizationId, deliveryIds) {
      const { count } = await db
        .selectFrom('deliveries')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('id', 'in', deliveryIds)
        .executeTakeFirstOrThrow()
      return count
    },
  }
}

export const releaseWriter = (context: WriteContext): ReleaseWriter => {
  const { db, changed } = context
  return {
    ...releaseReader(context),
    async insert(release) {
      await db
        .insertInto('releases')
        .values({
          id: release.id,
          organization_id: release.organizationId,
          webhook_id: release.webhookId,
          reason: release.reason,
          per_second: release.perSecond,
          total: release.total,
          released: release.released,
          state: release.state,
          state_reason: release.stateReason,
          after_id: release.afterId,
          stepped_at: release.steppedAt,
          created_at: release.createdAt,
          created_by: release.createdBy,
          finished_at: release.finishedAt,
        })
        .execute()
      changed('deliveries')
    },
    async update(id, changes) {
      await db
        .updateTable('releases')
        .set({
          released: changes.released,
          after_id: changes.afterId,
          stepped_at: changes.steppedAt,
          state: changes.state,
          state_reason: changes.stateReason,
          finished_at: changes.finishedAt,
        })
        .where('id', '=', id)
        .execute()
      changed('deliveries')
    },
    async discardHeld({ webhookId, reasons, deliveryIds, beforeId, at, limit }) {
      let ids = db
        .selectFrom('deliveries')
        .select('id')
        .where('webhook_id', '=', webhookId)
        .where(held)
        .where('id', '<', beforeId)
        .where('held_reason', 'in', reasons)
        .limit(limit)
      if (deliveryIds !== null) ids = ids.where('id', 'in', deliveryIds)
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ status: 'discarded', held_reason: null, due_at: null, finished_at: at })
        .where('id', 'in', ids)
        .executeTakeFirst()
      if (numUpdatedRows > 0) changed('deliveries')
      return Number(numUpdatedRows)
    },
  }
}
