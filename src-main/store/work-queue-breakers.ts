import type Database from 'better-sqlite3'
import type { Value } from './work-queue-bulk.ts'

/** A circuit breaker that is not closed. */
export interface BreakerRecord {
  openedAt: number
  /** When one delivery may go out as a probe; null while one is under way. */
  probeAt: number | null
  /** So many of `requests` had failed when it opened. */
  failed: number
  requests: number
}

/** A breaker after it has changed. */
export interface BreakerChange {
  webhookId: string
  /** What it was about. Once the webhook has another address, this is of no matter any more. */
  url: string
  /** Null: closed. */
  breaker: BreakerRecord | null
}

/** The breakers as they are kept, so that they outlive the worker and can be seen. */
export const createBreakers = (database: Database.Database) => {
  const write = database.prepare<Value[]>(breakerTexts.write)
  const list = database.prepare<[], { id: string } & BreakerRecord>(breakerTexts.list)
  return {
    /** Runs inside a transaction. */
    write(changes: readonly BreakerChange[]): void {
      for (const { webhookId, url, breaker } of changes) {
        write.run(
          breaker?.openedAt ?? null,
          breaker?.probeAt ?? null,
          breaker?.failed ?? null,
          breaker?.requests ?? null,
          webhookId,
          url,
        )
      }
    },
    /** Those that are not closed, by webhook. */
    list: (): Map<string, BreakerRecord> =>
      new Map(list.all().map(({ id, ...record }): [string, BreakerRecord] => [id, record])),
  }
}

/** The texts; a test asks SQLite for the plan of each. */
export const breakerTexts = {
  write: `UPDATE webhooks SET breaker_opened_at = ?, breaker_probe_at = ?, breaker_failed = ?, breaker_requests = ?
    WHERE id = ? AND url = ?`,
  list: `SELECT id, breaker_opened_at AS openedAt, breaker_probe_at AS probeAt, breaker_failed AS failed,
      breaker_requests AS requests
    FROM webhooks WHERE breaker_opened_at IS NOT NULL AND deleted_at IS NULL`,
} as const
