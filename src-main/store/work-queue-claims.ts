import type Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import type { HeldReason, WebhookStatus } from '#contract/vocabulary.ts'
import type { Cipher } from './cipher.ts'
import type { Claim, ClaimedDelivery, ClaimedWebhook, Turn } from './work-queue.ts'

interface WebhookRow {
  organization_id: string
  url: string
  status: WebhookStatus
  status_reason: string | null
  timeout_ms: number
  concurrency: number
  schedule_ms: string | null
  deleted_at: number | null
}

/** What a delivery of a webhook in this state is held for; null when it may go out. */
export const heldReasonOf = (status: WebhookStatus, statusReason: string | null): HeldReason | null => {
  if (status === 'active') return null
  return status === 'disabled' && statusReason === 'gone' ? 'gone' : status
}

const scheduleOf = (text: string | null): number[] | null => {
  if (text === null) return null
  const schedule: unknown = JSON.parse(text)
  if (!Array.isArray(schedule) || schedule.length === 0) throw new TypeError('The schedule is not a list.')
  return schedule.map(Number)
}

const asideAtOnce = 500
const platform = ''

/** Taking deliveries, marking the slow ones, and giving them back. Everything here runs inside a transaction. */
export const createClaims = (database: Database.Database, cipher: Cipher, owner: string) => {
  const statements = prepareClaims(database)

  const secretsOf = (webhookId: string, now: number) => {
    const rows = statements.secrets.all(webhookId, now)
    if (rows.length === 0) throw new Error('The webhook has no signing secret.')
    return rows.map(({ id, sealed }) => ({ id, secret: cipher.open(sealed, id) }))
  }

  const readWebhook = (id: string, row: WebhookRow, now: number): ClaimedWebhook => ({
    id,
    active: row.status === 'active',
    url: row.url,
    timeoutMs: row.timeout_ms,
    concurrency: row.concurrency,
    scheduleMs: scheduleOf(row.schedule_ms),
    secrets: secretsOf(id, now),
    networkRules: statements.rules.all(row.organization_id).map(({ target }) => target),
  })

  /** Reads due deliveries up to the limit and the budget of bytes, and when the first of the others is due. */
  const pick = (
    wanted: Turn['wanted'][number],
    turn: Turn,
    taken: ReadonlySet<string>,
    bytesLeft: number,
  ) => {
    const ids: string[] = []
    let nextDueAt: number | null = null
    for (const { id, due_at: dueAt } of statements.waiting.iterate(wanted.webhookId)) {
      if (taken.has(id)) continue
      if (dueAt > turn.now || ids.length === wanted.limit) {
        nextDueAt = dueAt
        break
      }
      ids.push(id)
    }
    const deliveries: ClaimedDelivery[] = []
    let bytes = 0
    // One statement for all of them: a statement for each costs four times as much.
    for (const row of statements.deliveries.iterate(JSON.stringify(ids))) {
      if (bytes >= bytesLeft) {
        nextDueAt = turn.now
        break
      }
      const body = Buffer.from(row.body)
      bytes += body.length
      deliveries.push({ ...row, body })
    }
    return { deliveries, nextDueAt }
  }

  /** Moves what waits for a webhook that must not be sent to out of the way, a step at a time. */
  const putAside = (webhookId: string, row: WebhookRow | undefined, now: number): number => {
    if (row === undefined || row.deleted_at !== null) {
      return statements.discard.run(now, webhookId, asideAtOnce).changes
    }
    const reason = heldReasonOf(row.status, row.status_reason)
    return reason === null ? 0 : statements.hold.run(reason, webhookId, asideAtOnce).changes
  }

  const nothing = (webhookId: string): Claim => ({
    webhookId,
    webhook: null,
    deliveries: [],
    nextDueAt: null,
    problem: null,
  })

  const takeOf = (
    wanted: Turn['wanted'][number],
    turn: Turn,
    taken: ReadonlySet<string>,
    bytesLeft: number,
    topics: Set<Topic>,
  ): Claim => {
    const { webhookId } = wanted
    const row = statements.webhook.get(webhookId)
    const aside = putAside(webhookId, row, turn.now)
    if (aside > 0) topics.add('deliveries')
    // There may be more to put aside, due much later: the next step is now.
    if (aside === asideAtOnce) return { ...nothing(webhookId), nextDueAt: turn.now }
    if (row === undefined || row.deleted_at !== null) return nothing(webhookId)
    let webhook: ClaimedWebhook
    try {
      webhook = readWebhook(webhookId, row, turn.now)
    } catch (error) {
      return { ...nothing(webhookId), problem: error instanceof Error ? error.message : String(error) }
    }
    return { webhookId, webhook, ...pick(wanted, turn, taken, bytesLeft), problem: null }
  }

  return {
    take(turn: Turn, taken: ReadonlySet<string>, topics: Set<Topic>): Claim[] {
      if (turn.wanted.length === 0) return []
      const switchedOff = new Set(statements.switchedOff.all().map((row) => row.organization_id))
      let bytesLeft = turn.bytesMax
      return turn.wanted.map((wanted) => {
        const organizationId = statements.webhook.get(wanted.webhookId)?.organization_id ?? platform
        if (switchedOff.has(platform) || switchedOff.has(organizationId)) return nothing(wanted.webhookId)
        if (bytesLeft <= 0) return { ...nothing(wanted.webhookId), nextDueAt: turn.now }
        const claim = takeOf(wanted, turn, taken, bytesLeft, topics)
        for (const { body } of claim.deliveries) bytesLeft -= body.length
        return claim
      })
    },
    mark(slow: readonly string[], leaseUntil: number, topics: Set<Topic>): void {
      for (const id of slow) {
        if (statements.mark.run(owner, leaseUntil, id).changes > 0) topics.add('deliveries')
      }
    },
    giveBack(returned: Turn['returned'], topics: Set<Topic>): void {
      for (const { id, dueAt } of returned) {
        if (statements.giveBack.run(dueAt, id, owner).changes > 0) topics.add('deliveries')
      }
    },
    listDue(): Map<string, number> {
      const due = new Map<string, number>()
      for (let row = statements.nextWebhook.get(''); row; row = statements.nextWebhook.get(row.webhook_id)) {
        due.set(row.webhook_id, row.due_at)
      }
      return due
    },
    recover: (now: number, limit: number): number => statements.recover.run(now, owner, limit).changes,
  }
}

/** The texts; a test asks SQLite for the plan of each. */
export const claimTexts = {
  nextWebhook: `SELECT webhook_id, due_at FROM deliveries
    WHERE status = 'waiting' AND webhook_id > ? ORDER BY webhook_id, due_at LIMIT 1`,
  waiting: `SELECT id, due_at FROM deliveries WHERE webhook_id = ? AND status = 'waiting' ORDER BY due_at`,
  deliveries: `SELECT d.id, d.kind, d.event_id AS eventId, d.attempts, d.created_at AS createdAt,
      d.due_at AS dueAt, e.body
    FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value CROSS JOIN events e ON e.id = d.event_id`,
  mark: `UPDATE deliveries SET status = 'sending', due_at = NULL, lease_owner = ?, lease_until = ?
    WHERE id = ? AND status = 'waiting'`,
  giveBack: `UPDATE deliveries SET status = 'waiting', due_at = ?, lease_owner = NULL, lease_until = NULL
    WHERE id = ? AND status = 'sending' AND lease_owner = ?`,
  hold: `UPDATE deliveries SET status = 'held', held_reason = ?, due_at = NULL WHERE id IN
    (SELECT id FROM deliveries WHERE webhook_id = ? AND status = 'waiting' AND kind IN ('event', 'resend')
      ORDER BY due_at LIMIT ?)`,
  discard: `UPDATE deliveries SET status = 'discarded', finished_at = ?, due_at = NULL WHERE id IN
    (SELECT id FROM deliveries WHERE webhook_id = ? AND status = 'waiting' ORDER BY due_at LIMIT ?)`,
  recover: `UPDATE deliveries SET status = 'waiting', due_at = ?, lease_owner = NULL, lease_until = NULL
    WHERE id IN (SELECT id FROM deliveries WHERE status = 'sending' AND lease_owner <> ? LIMIT ?)`,
  webhook: `SELECT organization_id, url, status, status_reason, timeout_ms, concurrency, schedule_ms, deleted_at
    FROM webhooks WHERE id = ?`,
  secrets: `SELECT id, sealed FROM webhook_secrets
    WHERE webhook_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY created_at DESC, id DESC`,
  rules: `SELECT target FROM network_rules WHERE organization_id = ? ORDER BY target`,
  switchedOff: `SELECT organization_id FROM kill_switches WHERE name = 'delivery'`,
} as const

const prepareClaims = (database: Database.Database) => ({
  nextWebhook: database.prepare<[string], { webhook_id: string; due_at: number }>(claimTexts.nextWebhook),
  waiting: database.prepare<[string], { id: string; due_at: number }>(claimTexts.waiting),
  deliveries: database.prepare<[string], Omit<ClaimedDelivery, 'body'> & { body: string }>(
    claimTexts.deliveries,
  ),
  mark: database.prepare<[string, number, string]>(claimTexts.mark),
  giveBack: database.prepare<[number, string, string]>(claimTexts.giveBack),
  hold: database.prepare<[HeldReason, string, number]>(claimTexts.hold),
  discard: database.prepare<[number, string, number]>(claimTexts.discard),
  recover: database.prepare<[number, string, number]>(claimTexts.recover),
  webhook: database.prepare<[string], WebhookRow>(claimTexts.webhook),
  secrets: database.prepare<[string, number], { id: string; sealed: Buffer }>(claimTexts.secrets),
  rules: database.prepare<[string], { target: string }>(claimTexts.rules),
  switchedOff: database.prepare<[], { organization_id: string }>(claimTexts.switchedOff),
})
