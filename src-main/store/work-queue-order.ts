import type Database from 'better-sqlite3'
import { inLineCondition, openReleaseCondition } from './index-conditions.ts'
import { steady } from './statements.ts'
import type { UnderWay } from './under-way.ts'

/** Deliveries that are put in order in one step. */
const orderedAtOnce = 500

/** How far putting in order has come; `since` tells one beginning from the next. */
interface Progress {
  since: number
  dueAt: number
  id: string
}

/**
 * Ordered webhooks: one delivery after the other, by their ids. Only their deliveries have `ordered`, which finds the
 * first one in a step however many there are. Everything here runs inside a transaction.
 */
export const createOrder = (database: Database.Database) => {
  const statements = prepareOrder(database)

  const hasHead = (webhookId: string): boolean => statements.line.get(webhookId) !== undefined

  return {
    /**
     * Whether something waits that has not got its place yet: the webhook was given its order a while ago, or what was
     * made without an order has come back. `ordered` is the column of the webhook.
     */
    isUnready(webhookId: string, ordered: number | null): boolean {
      if (ordered === null) return false
      if (ordered !== 1) return true
      return !hasHead(webhookId) && statements.waits.get(webhookId) !== undefined
    },
    /** Gives places to what waits, a step at a time, from `progress` on. @returns null when all have one. */
    place(webhookId: string, ordered: number, progress: Progress | undefined): Progress | null {
      const from = progress?.since === ordered ? progress : { since: ordered, dueAt: -1, id: '' }
      const rows = statements.unplaced.all(webhookId, from.dueAt, from.id, orderedAtOnce)
      statements.place.run(JSON.stringify(rows.map(({ id }) => id)))
      const last = rows.at(-1)
      if (last !== undefined && rows.length === orderedAtOnce) {
        return { since: ordered, dueAt: last.due_at, id: last.id }
      }
      statements.placeSending.run(webhookId)
      statements.ready.run(webhookId)
      return null
    },
    /**
     * The next of the line that are due, up to `limit`, and when the one after them is. The first that is not due keeps
     * all behind it waiting, and so does an older one that is to be released: what ends that is a commit, and noticed.
     * Null while the first one is under way.
     */
    next(
      webhookId: string,
      { now, limit, taken }: { now: number; limit: number; taken: Pick<UnderWay, 'has'> },
    ): { ids: string[]; nextDueAt: number | null } | null {
      const ids: string[] = []
      const { id: released } = statements.released.get({ webhookId }) ?? { id: null }
      for (const { id, due_at: dueAt } of statements.line.iterate(webhookId)) {
        if (dueAt === null || taken.has(id)) return ids.length === 0 ? null : { ids, nextDueAt: null }
        if (released !== null && id > released) return { ids, nextDueAt: null }
        if (dueAt > now || ids.length === limit) return { ids, nextDueAt: dueAt }
        ids.push(id)
      }
      return { ids, nextDueAt: null }
    },
  }
}

/** Gives places to what waits for a webhook that has become ordered. It remembers how far it has come. */
export const createPlacing = (database: Database.Database) => {
  const order = createOrder(database)
  const webhook = database.prepare<[string], { ordered: number | null }>(orderTexts.webhook)
  const place = database.transaction(order.place)
  const progress = new Map<string, Progress>()
  return {
    /** One step, if there is something to do for the webhook. @throws while somebody else is writing. */
    step(webhookId: string): void {
      const { ordered } = webhook.get(webhookId) ?? { ordered: null }
      if (ordered === null || !order.isUnready(webhookId, ordered)) return
      const next = place.immediate(webhookId, ordered, progress.get(webhookId))
      if (next === null) progress.delete(webhookId)
      else progress.set(webhookId, next)
    },
  }
}

/** The texts; a test asks SQLite for the plan of each. */
export const orderTexts = {
  line: steady(`SELECT id, due_at FROM deliveries
    WHERE webhook_id = ? AND ${inLineCondition} ORDER BY id`),
  // The oldest that is held and has its turn before all newer ones: it waits again when network and switch are back, or
  // the webhook was resumed, or it is part of a release, be that paused at the moment. Each part is one step in an index.
  released: steady(`SELECT min(id) AS id FROM (
      SELECT min(id) AS id FROM deliveries
        WHERE webhook_id = @webhookId AND held_reason = 'offline' AND status = 'held'
      UNION ALL
      SELECT min(id) FROM deliveries
        WHERE webhook_id = @webhookId AND held_reason = 'switched_off' AND status = 'held'
      UNION ALL
      SELECT (SELECT min(id) FROM deliveries WHERE webhook_id = w.id AND status = 'held')
        FROM webhooks w WHERE w.id = @webhookId AND w.keeps_held = 0
      UNION ALL
      SELECT CASE WHEN r.reason IS NULL
          THEN (SELECT min(id) FROM deliveries
            WHERE webhook_id = r.webhook_id AND id > coalesce(r.after_id, '') AND status = 'held')
          ELSE (SELECT min(id) FROM deliveries WHERE webhook_id = r.webhook_id AND held_reason = r.reason
            AND id > coalesce(r.after_id, '') AND status = 'held') END
        FROM releases r
        WHERE r.webhook_id = @webhookId AND ${openReleaseCondition('r.')}
    )`),
  waits: `SELECT 1 FROM deliveries
    WHERE webhook_id = ? AND status = 'waiting' AND kind IN ('event', 'resend') ORDER BY due_at LIMIT 1`,
  unplaced: `SELECT id, due_at FROM deliveries
    WHERE webhook_id = ? AND status = 'waiting' AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?`,
  place: `UPDATE deliveries SET ordered = 1
    WHERE id IN (SELECT value FROM json_each(?)) AND kind IN ('event', 'resend')`,
  // The plus keeps the planner from the index by webhook: few deliveries are being sent, a webhook may have millions.
  placeSending: `UPDATE deliveries SET ordered = 1
    WHERE status = 'sending' AND +webhook_id = ? AND kind IN ('event', 'resend')`,
  webhook: 'SELECT ordered FROM webhooks WHERE id = ?',
  ready: 'UPDATE webhooks SET ordered = 1 WHERE id = ? AND ordered IS NOT NULL',
} as const

const prepareOrder = (database: Database.Database) => ({
  line: database.prepare<[string], { id: string; due_at: number | null }>(orderTexts.line),
  released: database.prepare<[{ webhookId: string }], { id: string | null }>(orderTexts.released),
  waits: database.prepare<[string]>(orderTexts.waits),
  unplaced: database.prepare<[string, number, string, number], { id: string; due_at: number }>(
    orderTexts.unplaced,
  ),
  place: database.prepare<[string]>(orderTexts.place),
  placeSending: database.prepare<[string]>(orderTexts.placeSending),
  ready: database.prepare<[string]>(orderTexts.ready),
})
