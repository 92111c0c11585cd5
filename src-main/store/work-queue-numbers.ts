import type Database from 'better-sqlite3'
import type { WebhookStatus } from '#contract/vocabulary.ts'
import { addLatency, hourOf, latencyBucketOf, noLatency } from './latency.ts'
import type { Settlement } from './work-queue.ts'
import type { Value } from './work-queue-bulk.ts'

/** The row of a webhook as far as attempts change it or depend on it. */
export interface QueuedWebhook {
  organization_id: string
  occasion_id: string | null
  status: WebhookStatus
  status_reason: string | null
  deleted_at: number | null
  last_attempt_at: number | null
  last_success_at: number | null
  failing_since: number | null
  consecutive_failures: number
}

/** The webhook's own record of how it is doing, and its hours. Runs inside a transaction. */
export const createWebhookNumbers = (database: Database.Database) => {
  const statements = prepareNumbers(database)

  const addToHours = (
    webhookId: string,
    webhook: QueuedWebhook,
    settlements: readonly Settlement[],
  ): void => {
    for (const [hour, ofHour] of Map.groupBy(settlements, ({ attempt }) => hourOf(attempt.finishedAt))) {
      const known = statements.hour.get(webhookId, hour)
      const latency = noLatency()
      if (known) addLatency(latency, known.latency)
      let delivered = 0
      for (const { attempt } of ofHour) {
        if (attempt.errorClass === null) delivered += 1
        const bucket = latencyBucketOf(attempt.finishedAt - attempt.startedAt)
        latency[bucket] = (latency[bucket] ?? 0) + 1
      }
      statements.putHour.run(
        webhookId,
        hour,
        webhook.organization_id,
        webhook.occasion_id,
        (known?.delivered ?? 0) + delivered,
        (known?.failed ?? 0) + ofHour.length - delivered,
        JSON.stringify(latency),
      )
    }
  }

  /** Moves the numbers of the webhook on; 410 disables it. @returns whether its status changed. */
  const countFor = (webhookId: string, row: QueuedWebhook, settlements: readonly Settlement[]): boolean => {
    const next = { ...row }
    let goneAt: number | null = null
    const inOrder = settlements.toSorted((left, right) => left.attempt.finishedAt - right.attempt.finishedAt)
    for (const { attempt, outcome } of inOrder) {
      next.last_attempt_at = Math.max(next.last_attempt_at ?? 0, attempt.finishedAt)
      if (outcome.kind === 'delivered') {
        next.last_success_at = Math.max(next.last_success_at ?? 0, attempt.finishedAt)
        next.failing_since = null
        next.consecutive_failures = 0
      } else {
        next.failing_since ??= attempt.finishedAt
        next.consecutive_failures += 1
      }
      if (outcome.kind === 'gone') goneAt = attempt.finishedAt
    }
    statements.count.run(
      next.last_attempt_at,
      next.last_success_at,
      next.failing_since,
      next.consecutive_failures,
      webhookId,
    )
    return goneAt !== null && statements.disableGone.run(goneAt, webhookId).changes > 0
  }

  return {
    get: (webhookId: string): QueuedWebhook | undefined => statements.webhook.get(webhookId),
    /** @returns whether the status of the webhook changed. */
    add(webhookId: string, webhook: QueuedWebhook, settlements: readonly Settlement[]): boolean {
      addToHours(webhookId, webhook, settlements)
      return countFor(webhookId, webhook, settlements)
    },
  }
}

/** The texts; a test asks SQLite for the plan of each. */
export const numberTexts = {
  webhook: `SELECT organization_id, occasion_id, status, status_reason, deleted_at, last_attempt_at,
      last_success_at, failing_since, consecutive_failures
    FROM webhooks WHERE id = ?`,
  count: `UPDATE webhooks SET last_attempt_at = ?, last_success_at = ?, failing_since = ?,
      consecutive_failures = ? WHERE id = ?`,
  disableGone: `UPDATE webhooks SET status = 'disabled', status_reason = 'gone', status_changed_at = ?
    WHERE id = ? AND status = 'active'`,
  hour: 'SELECT delivered, failed, latency FROM attempt_hours WHERE webhook_id = ? AND hour = ?',
  putHour: `INSERT INTO attempt_hours (webhook_id, hour, organization_id, occasion_id, delivered, failed, latency)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (webhook_id, hour) DO UPDATE SET
      delivered = excluded.delivered, failed = excluded.failed, latency = excluded.latency`,
} as const

const prepareNumbers = (database: Database.Database) => ({
  webhook: database.prepare<[string], QueuedWebhook>(numberTexts.webhook),
  count: database.prepare<Value[]>(numberTexts.count),
  disableGone: database.prepare<[number, string]>(numberTexts.disableGone),
  hour: database.prepare<[string, number], { delivered: number; failed: number; latency: string }>(
    numberTexts.hour,
  ),
  putHour: database.prepare<Value[]>(numberTexts.putHour),
})
