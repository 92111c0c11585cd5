import type Database from 'better-sqlite3'
import type { ErrorClass } from '#contract/vocabulary.ts'
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

/** An attempt that a breaker has counted, or would have. */
export interface RecentAttempt {
  webhookId: string
  deliveryId: string
  startedAt: number
  finishedAt: number
  errorClass: ErrorClass | null
}

/** More are not read, so that a start after a busy time takes no longer: what is newest tells most. */
const recentMax = 20_000

/** The breakers as they are kept, so that they outlive the worker and can be seen. */
export const createBreakers = (database: Database.Database) => {
  const write = database.prepare<Value[]>(breakerTexts.write)
  const list = database.prepare<[], { id: string } & BreakerRecord>(breakerTexts.list)
  const recent = database.prepare<[number], Recent>(breakerTexts.recent)
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
    /** Oldest first. */
    listRecentAttempts(since: number): RecentAttempt[] {
      const attempts: RecentAttempt[] = []
      for (const { webhookId, ...attempt } of recent.iterate(recentMax)) {
        if (attempt.finishedAt <= since) break
        if (webhookId !== null) attempts.push({ webhookId, ...attempt })
      }
      return attempts.reverse()
    },
  }
}

/** The webhook is null where an attempt does not count: a trial, or of another address or status than the present. */
type Recent = Omit<RecentAttempt, 'webhookId'> & { webhookId: string | null }

/** The texts; a test asks SQLite for the plan of each. */
export const breakerTexts = {
  write: `UPDATE webhooks SET breaker_opened_at = ?, breaker_probe_at = ?, breaker_failed = ?, breaker_requests = ?
    WHERE id = ? AND url = ?`,
  list: `SELECT id, breaker_opened_at AS openedAt, breaker_probe_at AS probeAt, breaker_failed AS failed,
      breaker_requests AS requests
    FROM webhooks WHERE breaker_opened_at IS NOT NULL AND deleted_at IS NULL`,
  recent: `SELECT w.id AS webhookId, a.delivery_id AS deliveryId, a.started_at AS startedAt,
      a.finished_at AS finishedAt, a.error_class AS errorClass
    FROM attempts a
    LEFT JOIN deliveries d ON d.id = a.delivery_id AND d.kind IN ('event', 'resend')
    LEFT JOIN webhooks w ON w.id = d.webhook_id AND w.url = a.url AND w.deleted_at IS NULL
      AND coalesce(w.status_changed_at, 0) <= a.started_at
    WHERE a.seq > (SELECT max(seq) FROM attempts) - ? ORDER BY a.seq DESC`,
} as const
