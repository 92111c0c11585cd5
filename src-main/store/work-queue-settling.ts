import type Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import type { DeliveryStatus, HeldReason } from '#contract/vocabulary.ts'
import { attemptColumns, attemptRow } from './attempt-rows.ts'
import { bulkInsert } from './bulk.ts'
import type { AttemptRecord } from './deliveries.ts'
import { statementsOf } from './statements.ts'
import type { Outcome, Settlement } from './work-queue.ts'
import { createBulk, type Value } from './work-queue-bulk.ts'
import { heldReasonOf } from './work-queue-claims.ts'
import { createNotices } from './work-queue-notices.ts'
import { createWebhookNumbers, type QueuedWebhook } from './work-queue-numbers.ts'

/** Where a delivery goes from here. */
interface Ending {
  status: DeliveryStatus
  heldReason: HeldReason | null
  dueAt: number | null
  finishedAt: number | null
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
const endingOf = (outcome: Outcome, finishedAt: number, webhook: QueuedWebhook | undefined): Ending => {
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

/** Tests, connectivity checks and replays leave no trace on their webhook. */
const counts = ({ deliveryKind }: Settlement): boolean =>
  deliveryKind === 'event' || deliveryKind === 'resend'

/** The same for those that become alike, but for their ids. */
const endOf = ({ attempt }: Settlement): string =>
  `${attempt.finishedAt} ${attempt.number} ${attempt.statusCode}`

/** A 410 among the attempts holds for all that are recorded with it. */
const afterwards = (
  webhook: QueuedWebhook | undefined,
  settlements: readonly Settlement[],
): QueuedWebhook | undefined => {
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
    // Left out where there is none: most attempts are on time.
    delayedBy: attempt.delayedBy ?? undefined,
    shaped: attempt.shaped,
  })

/** Recording attempts with all that follows from them. Runs inside a transaction. */
export const createSettling = (
  database: Database.Database,
): ((settlements: readonly Settlement[], topics: Set<Topic>) => void) => {
  const statements = prepareSettling(database)
  const deliver = createBulk(database, settlingTexts.deliver, 1)
  const rowStatements = statementsOf(database)
  const numbers = createWebhookNumbers(database)
  const notices = createNotices(database)

  const exists = ({ attempt }: Settlement): boolean => statements.exists.get(attempt.deliveryId) !== undefined

  /** Delivered is delivered, whatever somebody has done with it meanwhile. @returns those that are still there. */
  const settleDelivered = (settlements: readonly Settlement[]): readonly Settlement[] => {
    let changed = 0
    // Many end in the same millisecond: one statement for all of them costs less than one with the values of each.
    for (const [, alike] of Map.groupBy(settlements, endOf)) {
      const [first] = alike
      if (first === undefined) continue
      const { finishedAt, number, statusCode } = first.attempt
      const ids = alike.map(({ attempt }) => attempt.deliveryId)
      changed += deliver(ids, [finishedAt, number, statusCode])
    }
    return changed === settlements.length ? settlements : settlements.filter(exists)
  }

  /** A delivery that somebody has held or discarded meanwhile stays so. @returns false when it is there no more. */
  const settleFailed = ({ attempt, outcome }: Settlement, webhook: QueuedWebhook | undefined): boolean => {
    const { number, statusCode, errorClass, deliveryId } = attempt
    const { status, heldReason, dueAt, finishedAt } = endingOf(outcome, attempt.finishedAt, webhook)
    const last = [number, statusCode, errorClass, deliveryId]
    if (statements.fail.run(status, heldReason, dueAt, finishedAt, ...last).changes > 0) return true
    return statements.note.run(...last).changes > 0
  }

  const settleOf = (webhookId: string, settlements: readonly Settlement[], topics: Set<Topic>): void => {
    const webhook = afterwards(numbers.get(webhookId), settlements)
    const [delivered = [], failed = []] = partition(
      settlements,
      ({ outcome }) => outcome.kind === 'delivered',
    )
    const settled = [
      ...settleDelivered(delivered),
      ...failed.filter((settlement) => settleFailed(settlement, webhook)),
    ]
    bulkInsert(
      rowStatements,
      'attempts',
      attemptColumns,
      settled.map(({ attempt }) => attemptRow(attempt, detailOf(attempt))),
    )
    const counted = settled.filter(counts)
    if (webhook === undefined || counted.length === 0) return
    const { organization_id: organizationId } = webhook
    for (const { attempt, outcome } of counted) {
      if (outcome.kind !== 'exhausted') continue
      notices.note('delivery.exhausted', { id: attempt.deliveryId, organizationId }, attempt.finishedAt)
    }
    if (!numbers.add(webhookId, webhook, counted)) return
    topics.add('webhooks')
    const at = Math.max(...counted.map(({ attempt }) => attempt.finishedAt))
    notices.note('webhook.disabled', { id: webhookId, organizationId }, at)
  }

  return (settlements, topics) => {
    if (settlements.length === 0) return
    topics.add('deliveries')
    for (const [webhookId, ofWebhook] of Map.groupBy(settlements, (settlement) => settlement.webhookId)) {
      settleOf(webhookId, ofWebhook, topics)
    }
  }
}

const partition = <T>(items: readonly T[], first: (item: T) => boolean): [T[], T[]] => {
  const both: [T[], T[]] = [[], []]
  for (const item of items) both[first(item) ? 0 : 1].push(item)
  return both
}

/** The texts; a test asks SQLite for the plan of each. `rows` are placeholders of many rows. */
export const settlingTexts = {
  deliver: (rows: string) => `UPDATE deliveries SET status = 'delivered', held_reason = NULL, due_at = NULL,
      finished_at = ?, attempts = ?, last_status_code = ?, last_error_class = NULL,
      lease_owner = NULL, lease_until = NULL
    WHERE id IN (${rows})`,
  fail: `UPDATE deliveries SET status = ?, held_reason = ?, due_at = ?, finished_at = ?, attempts = ?,
      last_status_code = ?, last_error_class = ?, lease_owner = NULL, lease_until = NULL
    WHERE id = ? AND status IN ('waiting', 'sending')`,
  note: 'UPDATE deliveries SET attempts = ?, last_status_code = ?, last_error_class = ? WHERE id = ?',
  exists: 'SELECT 1 FROM deliveries WHERE id = ?',
} as const

const prepareSettling = (database: Database.Database) => ({
  fail: database.prepare<Value[]>(settlingTexts.fail),
  note: database.prepare<Value[]>(settlingTexts.note),
  exists: database.prepare<[string]>(settlingTexts.exists),
})
