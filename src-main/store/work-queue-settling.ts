import type Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import type { DeliveryStatus, HeldReason, WebhookStatus } from '#contract/vocabulary.ts'
import type { AttemptRecord } from './deliveries.ts'
import { addLatency, hourOf, latencyBucketOf, noLatency } from './latency.ts'
import type { Outcome, Settlement } from './work-queue.ts'
import { heldReasonOf } from './work-queue-claims.ts'

/** Where a delivery goes from here. */
interface Ending {
  status: DeliveryStatus
  heldReason: HeldReason | null
  dueAt: number | null
  finishedAt: number | null
}

interface WebhookRow {
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

const ended = (status: DeliveryStatus, finishedAt: number): Ending => ({
  status,
  heldReason: null,
  dueAt: null,
  finishedAt,
})
const held = (heldReason: HeldReason): Ending => ({
  status: 'held',
  heldReason,
  dueAt: null,
  finishedAt: null,
})

/** A delivery whose webhook was paused, disabled or deleted while it was under way does not wait again. */
const endingOf = (outcome: Outcome, finishedAt: number, webhook: WebhookRow | undefined): Ending => {
  switch (outcome.kind) {
    case 'delivered':
    case 'exhausted':
      return ended(outcome.kind, finishedAt)
    case 'gone':
      return held('gone')
    case 'retry': {
      if (webhook === undefined || webhook.deleted_at !== null) return ended('discarded', finishedAt)
      const reason = heldReasonOf(webhook.status, webhook.status_reason)
      if (reason !== null) return held(reason)
      return { status: 'waiting', heldReason: null, dueAt: outcome.dueAt, finishedAt: null }
    }
  }
}

/** Tests and connectivity checks leave no trace on their webhook. */
const counts = ({ deliveryKind }: Settlement): boolean =>
  deliveryKind === 'event' || deliveryKind === 'resend'

/** A 410 among the attempts holds for all that are recorded with it. */
const afterwards = (
  webhook: WebhookRow | undefined,
  settlements: readonly Settlement[],
): WebhookRow | undefined => {
  const gone = settlements.some(({ outcome }) => outcome.kind === 'gone')
  if (!gone || webhook?.status !== 'active') return webhook
  return { ...webhook, status: 'disabled', status_reason: 'gone' }
}

const detailOf = (attempt: AttemptRecord): string =>
  JSON.stringify({
    requestHeaders: attempt.requestHeaders,
    responseHeaders: attempt.responseHeaders,
    remoteAddress: attempt.remoteAddress,
    tlsVersion: attempt.tlsVersion,
    tlsCertificateEndsAt: attempt.tlsCertificateEndsAt,
    phases: attempt.phases,
    secretIds: attempt.secretIds,
  })

/** Recording attempts with all that follows from them. Everything here runs inside a transaction. */
export const createSettling = (
  database: Database.Database,
): ((settlements: readonly Settlement[], topics: Set<Topic>) => void) => {
  const statements = prepareSettlements(database)

  /**
   * A delivery that somebody has held or discarded meanwhile stays so, unless it was delivered.
   * @returns false when it is there no more: then there is nothing to record.
   */
  const settleOne = ({ attempt, outcome }: Settlement, webhook: WebhookRow | undefined): boolean => {
    const { status, heldReason, dueAt, finishedAt } = endingOf(outcome, attempt.finishedAt, webhook)
    const { number, statusCode, errorClass, deliveryId } = attempt
    const ending = [status, heldReason, dueAt, finishedAt, number, statusCode, errorClass, deliveryId]
    const settled = outcome.kind === 'delivered' ? statements.deliver : statements.settle
    if (settled.run(...ending).changes === 0) {
      if (statements.note.run(number, statusCode, errorClass, deliveryId).changes === 0) return false
    }
    statements.insertAttempt.run(
      attempt.id,
      attempt.deliveryId,
      attempt.number,
      attempt.startedAt,
      attempt.finishedAt,
      attempt.url,
      attempt.statusCode,
      attempt.errorClass,
      attempt.errorMessage,
      detailOf(attempt),
      attempt.responseBody,
      attempt.responseBodyTruncated ? 1 : 0,
      attempt.nextAttemptAt,
      attempt.nextAttemptReason,
    )
    return true
  }

  const addToHours = (webhookId: string, webhook: WebhookRow, settlements: readonly Settlement[]): void => {
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
  const countFor = (webhookId: string, row: WebhookRow, settlements: readonly Settlement[]): boolean => {
    const next = { ...row }
    let goneAt: number | null = null
    for (const { attempt, outcome } of settlements) {
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
    statements.countWebhook.run(
      next.last_attempt_at,
      next.last_success_at,
      next.failing_since,
      next.consecutive_failures,
      webhookId,
    )
    return goneAt !== null && statements.disableGone.run(goneAt, webhookId).changes > 0
  }

  return (settlements, topics) => {
    if (settlements.length === 0) return
    topics.add('deliveries')
    for (const [webhookId, ofWebhook] of Map.groupBy(settlements, (settlement) => settlement.webhookId)) {
      const webhook = afterwards(statements.webhook.get(webhookId), ofWebhook)
      const settled = ofWebhook.filter((settlement) => settleOne(settlement, webhook) && counts(settlement))
      if (webhook === undefined || settled.length === 0) continue
      addToHours(webhookId, webhook, settled)
      if (countFor(webhookId, webhook, settled)) topics.add('webhooks')
    }
  }
}

const setEnding = `UPDATE deliveries SET status = ?, held_reason = ?, due_at = ?, finished_at = ?, attempts = ?,
  last_status_code = ?, last_error_class = ?, lease_owner = NULL, lease_until = NULL WHERE id = ?`

/** The texts; a test asks SQLite for the plan of each. */
export const settlementTexts = {
  deliver: setEnding,
  settle: `${setEnding} AND status IN ('waiting', 'sending')`,
  note: `UPDATE deliveries SET attempts = ?, last_status_code = ?, last_error_class = ? WHERE id = ?`,
  insertAttempt: `INSERT INTO attempts (id, delivery_id, number, started_at, finished_at, url, status_code,
      error_class, error_message, detail, response_body, response_body_truncated, next_attempt_at,
      next_attempt_reason)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  webhook: `SELECT organization_id, occasion_id, status, status_reason, deleted_at, last_attempt_at,
      last_success_at, failing_since, consecutive_failures
    FROM webhooks WHERE id = ?`,
  countWebhook: `UPDATE webhooks SET last_attempt_at = ?, last_success_at = ?, failing_since = ?,
      consecutive_failures = ? WHERE id = ?`,
  disableGone: `UPDATE webhooks SET status = 'disabled', status_reason = 'gone', status_changed_at = ?
    WHERE id = ? AND status = 'active'`,
  hour: 'SELECT delivered, failed, latency FROM attempt_hours WHERE webhook_id = ? AND hour = ?',
  putHour: `INSERT INTO attempt_hours (webhook_id, hour, organization_id, occasion_id, delivered, failed, latency)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (webhook_id, hour) DO UPDATE SET
      delivered = excluded.delivered, failed = excluded.failed, latency = excluded.latency`,
} as const

const prepareSettlements = (database: Database.Database) => ({
  deliver: database.prepare<(string | number | null)[]>(settlementTexts.deliver),
  settle: database.prepare<(string | number | null)[]>(settlementTexts.settle),
  note: database.prepare<(string | number | null)[]>(settlementTexts.note),
  insertAttempt: database.prepare<(string | number | Buffer | null)[]>(settlementTexts.insertAttempt),
  webhook: database.prepare<[string], WebhookRow>(settlementTexts.webhook),
  countWebhook: database.prepare<[number | null, number | null, number | null, number, string]>(
    settlementTexts.countWebhook,
  ),
  disableGone: database.prepare<[number, string]>(settlementTexts.disableGone),
  hour: database.prepare<[string, number], { delivered: number; failed: number; latency: string }>(
    settlementTexts.hour,
  ),
  putHour: database.prepare<(string | number | null)[]>(settlementTexts.putHour),
})
