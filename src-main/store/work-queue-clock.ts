import type Database from 'better-sqlite3'
import type { ClockJump } from './machine.ts'

/** So many deliveries are moved in one transaction. */
const movedAtOnce = 500

/** Where moving has come to; the same jump goes on from there. */
export interface ClockProgress {
  webhookId: string
  dueAt: number
  id: string
}

/** What is to be moved after a jump of the clock. */
export interface JumpMove extends ClockJump {
  /** What became due in a jump forwards is spread over so long. */
  spreadMs: number
  /** Null at the beginning. */
  from: ClockProgress | null
}

/** After a jump of the clock: when waiting deliveries are due. Everything here runs inside a transaction. */
export const createClockMoves = (database: Database.Database) => {
  const statements = prepareClockMoves(database)

  /** What became due in the jump is due soon, in its order, and only ever later than it was; what is new goes at once. */
  const spread = (move: JumpMove): JumpMove | null => {
    const { at, byMs, spreadMs } = move
    const { changes } = statements.spread.run({
      at,
      from: at - byMs,
      part: spreadMs / byMs,
      limit: movedAtOnce,
    })
    return changes === movedAtOnce ? move : null
  }

  /**
   * What was put off by a clock that was ahead comes back by as much; by a jump of 0, one that nobody saw, it waits its
   * whole delay from now on. What was put off before that keeps its time.
   */
  const bringBack = (move: JumpMove): JumpMove | null => {
    const { at, byMs, from } = move
    const after = from ?? { webhookId: '', dueAt: 0, id: '' }
    const rows = statements.ahead.all({ ...after, at, limit: movedAtOnce })
    for (const { id, due_at: dueAt, put_off_at: putOffAt } of rows) {
      if (putOffAt <= at) continue
      statements.move.run(byMs === 0 ? at + Math.max(0, dueAt - putOffAt) : Math.max(at, dueAt + byMs), id)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < movedAtOnce) return null
    return { ...move, from: { webhookId: last.webhook_id, dueAt: last.due_at, id: last.id } }
  }

  /** One step. @returns what is left to be done; null when that was all. */
  return (move: JumpMove): JumpMove | null => (move.byMs > 0 ? spread(move) : bringBack(move))
}

/** The texts; a test asks SQLite for the plan of each. */
export const clockTexts = {
  spread: `UPDATE deliveries SET due_at = @at + CAST((due_at - @from) * @part AS INTEGER) + 1 WHERE id IN
    (SELECT d.id FROM webhooks w CROSS JOIN deliveries d ON d.webhook_id = w.id
      WHERE d.status = 'waiting' AND d.due_at > @from AND d.due_at <= @at AND d.created_at <= @from
      LIMIT @limit)`,
  ahead: `SELECT d.id, d.webhook_id, d.due_at, coalesce(
      (SELECT finished_at FROM attempts WHERE delivery_id = d.id AND number = d.attempts), d.created_at) AS put_off_at
    FROM deliveries d
    WHERE d.status = 'waiting' AND (d.webhook_id, d.due_at, d.id) > (@webhookId, @dueAt, @id) AND d.due_at > @at
    ORDER BY d.webhook_id, d.due_at, d.id LIMIT @limit`,
  move: `UPDATE deliveries SET due_at = ? WHERE id = ? AND status = 'waiting'`,
} as const

interface AheadRow {
  id: string
  webhook_id: string
  due_at: number
  put_off_at: number
}

const prepareClockMoves = (database: Database.Database) => ({
  spread: database.prepare<[{ at: number; from: number; part: number; limit: number }]>(clockTexts.spread),
  ahead: database.prepare<[ClockProgress & { at: number; limit: number }], AheadRow>(clockTexts.ahead),
  move: database.prepare<[number, string]>(clockTexts.move),
})
