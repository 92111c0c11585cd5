import { join } from 'node:path'
import Database from 'better-sqlite3'

/** The database of a data directory, asked from outside of the program. */
export const openBooks = (dataDirectory: string) => {
  const path = join(dataDirectory, 'patchbay.db')
  const database = new Database(path, { readonly: true })
  const count = (sql: string, ...values: unknown[]): number =>
    database.prepare<unknown[], { count: number }>(sql).get(...values)?.count ?? 0
  return {
    eventIds: (): string[] =>
      database
        .prepare<[], { id: string }>('SELECT id FROM events')
        .all()
        .map(({ id }) => id),
    /** The file to which each commit is written first. */
    log: `${path}-wal`,
    /** Deliveries that wait or are being sent. */
    open: (): number =>
      count(`SELECT count(*) AS count FROM deliveries WHERE status IN ('waiting', 'sending')`),
    /** Deliveries of a webhook by status and reason. */
    deliveries: (webhookId: string): Record<string, number> =>
      Object.fromEntries(
        database
          .prepare<[string], { state: string; count: number }>(
            `SELECT status || coalesce(' ' || held_reason, '') AS state, count(*) AS count FROM deliveries
              WHERE webhook_id = ? GROUP BY 1`,
          )
          .all(webhookId)
          .map(({ state, count: many }) => [state, many]),
      ),
    /** Events that do not have exactly one delivery for each of so many webhooks. */
    wrongEvents: (webhooks: number): number =>
      count(
        `SELECT count(*) AS count FROM events WHERE
          (SELECT count(*) FROM deliveries WHERE event_id = events.id) <> ?
          OR (SELECT count(DISTINCT webhook_id) FROM deliveries WHERE event_id = events.id) <> ?`,
        webhooks,
        webhooks,
      ),
    /** Deliveries whose attempts are not numbered from one, or not as many as they say, or do not tell their end. */
    wrongAttempts: (): number =>
      count(
        `SELECT count(*) AS count FROM deliveries d WHERE d.attempts <>
            (SELECT count(*) FROM attempts WHERE delivery_id = d.id AND number BETWEEN 1 AND d.attempts)
          OR (d.status = 'delivered') <>
            EXISTS (SELECT 1 FROM attempts WHERE delivery_id = d.id AND number = d.attempts AND error_class IS NULL)`,
      ),
    /** What the charts count, beside the rows that they stand for. */
    sums: () => ({
      accepted: [
        count('SELECT coalesce(sum(accepted), 0) AS count FROM event_hours'),
        count('SELECT count(*) AS count FROM events'),
      ],
      delivered: [
        count('SELECT coalesce(sum(delivered), 0) AS count FROM attempt_hours'),
        count('SELECT count(*) AS count FROM attempts WHERE error_class IS NULL'),
      ],
      failed: [
        count('SELECT coalesce(sum(failed), 0) AS count FROM attempt_hours'),
        count('SELECT count(*) AS count FROM attempts WHERE error_class IS NOT NULL'),
      ],
    }),
    isSound: (): boolean => database.pragma('integrity_check', { simple: true }) === 'ok',
    close: () => database.close(),
  }
}
