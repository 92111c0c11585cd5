import type Database from 'better-sqlite3'
import type { HeldReason, WebhookStatus } from '#contract/vocabulary.ts'
import { credentialsNeeded } from '#contract/webhook-credentials.ts'
import { parseWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import type { Cipher } from './cipher.ts'
import { unguardedCondition } from './index-conditions.ts'
import { rememberedBy } from './remembered.ts'
import { shapeIdOf } from './shapes.ts'
import { steady } from './statements.ts'
import type { UnderWay } from './under-way.ts'
import { credentialContext } from './webhook-credentials.ts'
import type { Claim, ClaimedDelivery, ClaimedWebhook, Credentials, Due, Report, Wish } from './work-queue.ts'
import { createOrder } from './work-queue-order.ts'

interface WebhookRow {
  organization_id: string
  url: string
  status: WebhookStatus
  status_reason: string | null
  timeout_ms: number
  concurrency: number
  schedule_ms: string | null
  options: string
  deleted_at: number | null
  status_changed_at: number | null
  last_attempt_at: number | null
  /** Of an ordered webhook only. */
  ordered: number | null
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

interface SecretRow {
  id: string
  sealed: Buffer
}

const sameSecrets = (left: readonly SecretRow[], right: readonly SecretRow[]): boolean =>
  left.length === right.length &&
  left.every(({ id, sealed }, index) => id === right[index]?.id && sealed.equals(right[index].sealed))

const noCredentials: Credentials = {}
const knownMax = 1_000
const asideAtOnce = 500
/** Bodies that are in memory beyond the budget of bytes are as many at most. */
const readAtOnce = 64

const sizeOf = (deliveries: readonly ClaimedDelivery[]): number =>
  deliveries.reduce((sum, { body }) => sum + body.length, 0)
const platform = ''

/** Taking deliveries, marking the slow ones, and giving them back. Everything here runs inside a transaction. */
export const createClaims = (database: Database.Database, cipher: Cipher, owner: string) => {
  const statements = prepareClaims(database)
  // Read for every claim, and mostly the same text.
  const optionsOf = rememberedBy((text) => {
    const options = parseWebhookOptions(JSON.parse(text))
    const { shape } = options
    return { options, shaping: shape === null ? null : { shape, shapeId: shapeIdOf(shape) } }
  }, knownMax)
  const order = createOrder(database)

  // The same object as long as they are the same: what is made of them need not be made again either.
  const knownSecrets = new Map<string, { rows: SecretRow[]; secrets: ClaimedWebhook['secrets'] }>()

  const secretsOf = (webhookId: string, now: number): ClaimedWebhook['secrets'] => {
    const rows = statements.secrets.all(webhookId, now)
    if (rows.length === 0) throw new Error('The webhook has no signing secret.')
    const known = knownSecrets.get(webhookId)
    if (known !== undefined && sameSecrets(known.rows, rows)) return known.secrets
    const secrets = rows.map(({ id, sealed }) => ({ id, secret: cipher.open(sealed, id) }))
    if (knownSecrets.size >= knownMax) knownSecrets.clear()
    knownSecrets.set(webhookId, { rows, secrets })
    return secrets
  }

  /** Only those that the options need: most webhooks need none, and read none. */
  const credentialsOf = (webhookId: string, options: WebhookOptions): Credentials => {
    const names = credentialsNeeded(options)
    if (names.length === 0) return noCredentials
    return Object.fromEntries(
      names.map((name) => {
        const row = statements.credential.get(webhookId, name)
        if (row === undefined) throw new Error(`The webhook has no ${name}.`)
        return [name, cipher.open(row.sealed, credentialContext(webhookId, name))]
      }),
    )
  }

  const readWebhook = (id: string, row: WebhookRow, now: number): ClaimedWebhook => {
    const { options, shaping } = optionsOf(row.options)
    return {
      id,
      active: row.status === 'active',
      statusChangedAt: row.status_changed_at,
      url: row.url,
      timeoutMs: row.timeout_ms,
      concurrency: row.concurrency,
      scheduleMs: scheduleOf(row.schedule_ms),
      options,
      shaping,
      lastAttemptAt: row.last_attempt_at,
      secrets: secretsOf(id, now),
      credentials: credentialsOf(id, options),
      networkRules: statements.rules.all(row.organization_id).map(({ target }) => target),
    }
  }

  /**
   * Ids of due deliveries up to the limit, and when the first of the others is due. `rows` are one more than the limit
   * and all that may be taken: a call for each row would cost as much again as the rows themselves.
   */
  const pickDue = (
    rows: readonly { id: string; due_at: number }[],
    { now, limit }: { now: number; limit: number },
    isTaken: (id: string) => boolean,
  ) => {
    const ids: string[] = []
    for (const { id, due_at: dueAt } of rows) {
      if (isTaken(id)) continue
      if (dueAt > now || ids.length === limit) return { ids, nextDueAt: dueAt }
      ids.push(id)
    }
    return { ids, nextDueAt: null }
  }

  /** Reads them up to the budget of bytes. Whether that was enough for all, the caller sees. */
  const readDeliveries = (ids: readonly string[], bytesLeft: number): ClaimedDelivery[] => {
    const deliveries: ClaimedDelivery[] = []
    let bytes = 0
    for (let start = 0; start < ids.length && bytes < bytesLeft; start += readAtOnce) {
      // One statement for many: a statement for each, or a call for each row, costs several times as much.
      for (const row of statements.deliveries.all(JSON.stringify(ids.slice(start, start + readAtOnce)))) {
        if (bytes >= bytesLeft) break
        const body = Buffer.from(row.body)
        bytes += body.length
        deliveries.push({ ...row, body })
      }
    }
    return deliveries
  }

  /** First those that go past what others have to wait for. Null while the first of an order is under way. */
  const pickOf = (
    { webhookId, limit, unguardedMax }: Wish['wanted'][number],
    { now }: Wish,
    { taken, bytesLeft, isOrdered }: { taken: UnderWay; bytesLeft: number; isOrdered: boolean },
  ): Pick<Claim, 'deliveries' | 'nextDueAt' | 'nextUnguardedAt'> | null => {
    const skipped = taken.countOf(webhookId)
    const unguarded = pickDue(
      statements.unguarded.all(webhookId, unguardedMax + skipped + 1),
      { now, limit: unguardedMax },
      (id) => taken.has(id),
    )
    const others = isOrdered
      ? order.next(webhookId, { now, limit, taken })
      : pickDue(
          statements.waiting.all(webhookId, limit + skipped + unguarded.ids.length + 1),
          { now, limit },
          (id) => taken.has(id) || unguarded.ids.includes(id),
        )
    if (others === null && unguarded.ids.length === 0) return null
    const ids = unguarded.ids.concat(others?.ids ?? [])
    const deliveries = readDeliveries(ids, bytesLeft)
    const all = deliveries.length === ids.length || bytesLeft > sizeOf(deliveries)
    return {
      deliveries,
      nextDueAt: all && others !== null ? others.nextDueAt : now,
      nextUnguardedAt: unguarded.nextDueAt,
    }
  }

  /** Due events that are not under way. */
  const findDue = (
    webhookId: string,
    { now }: Pick<Wish, 'now'>,
    { taken, limit }: { taken: UnderWay; limit: number },
  ): string[] => {
    const rows = statements.due.all(webhookId, now, limit + taken.countOf(webhookId))
    return pickDue(rows, { now, limit }, (id) => taken.has(id)).ids
  }

  const hasUnwanted = (
    mode: Mode,
    webhookId: string,
    { wish, taken }: { wish: Wish; taken: UnderWay },
  ): boolean => {
    if (mode === 'active') return false
    if (mode === 'offline') return findDue(webhookId, wish, { taken, limit: 1 }).length > 0
    return statements.unwanted[mode].get(webhookId) !== undefined
  }

  const nothing = (webhookId: string, nextDueAt: number | null, nextUnguardedAt = nextDueAt): Claim => ({
    webhookId,
    webhook: null,
    deliveries: [],
    nextDueAt,
    nextUnguardedAt,
    problem: null,
  })

  const claimOf = (wanted: Wish['wanted'][number], wish: Wish, taken: UnderWay, bytesLeft: number): Claim => {
    const { webhookId } = wanted
    const row = statements.webhook.get(webhookId)
    const mode = modeOf(row, wish)
    // There is more to put aside than one step does, or it became inactive a moment ago: again at once.
    if (hasUnwanted(mode, webhookId, { wish, taken })) return nothing(webhookId, wish.now)
    if (row === undefined || mode === 'gone') return nothing(webhookId, null)
    let webhook: ClaimedWebhook
    try {
      webhook = readWebhook(webhookId, row, wish.now)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      return { ...nothing(webhookId, null), problem }
    }
    const isOrdered = row.ordered !== null
    if (isOrdered && order.isUnready(webhookId, row.ordered)) return nothing(webhookId, wish.now)
    const picked = pickOf(wanted, wish, { taken, bytesLeft, isOrdered })
    return picked === null
      ? nothing(webhookId, wish.now, null)
      : { webhookId, webhook, ...picked, problem: null }
  }

  return {
    /** Whether there may be something to put aside. */
    isStopped: (webhookId: string, wish: Wish): boolean =>
      modeOf(statements.webhook.get(webhookId), wish) !== 'active',
    /**
     * Moves what waits for webhooks that must not be sent to out of the way, and what is due for those that the
     * network does not reach; a step at a time. @returns how many.
     */
    putAside(stopped: Wish['wanted'], wish: Wish, taken: UnderWay): number {
      let aside = 0
      for (const { webhookId } of stopped) {
        const row = statements.webhook.get(webhookId)
        const reason = row && row.deleted_at === null ? heldReasonOf(row.status, row.status_reason) : null
        const mode = modeOf(row, wish)
        if (mode === 'gone') aside += statements.discard.run(wish.now, webhookId, asideAtOnce).changes
        else if (mode === 'offline') {
          const ids = findDue(webhookId, wish, { taken, limit: asideAtOnce })
          if (ids.length > 0) aside += statements.holdOffline.run(JSON.stringify(ids)).changes
        } else if (reason !== null) aside += statements.hold.run(reason, webhookId, asideAtOnce).changes
      }
      return aside
    },
    pick(wish: Wish, taken: UnderWay): Claim[] {
      if (wish.wanted.length === 0) return []
      const switchedOff = new Set(statements.switchedOff.all().map((row) => row.organization_id))
      let bytesLeft = wish.bytesMax
      return wish.wanted.map((wanted) => {
        const organizationId = statements.webhook.get(wanted.webhookId)?.organization_id ?? platform
        if (switchedOff.has(platform) || switchedOff.has(organizationId))
          return nothing(wanted.webhookId, null)
        if (bytesLeft <= 0) return nothing(wanted.webhookId, wish.now)
        const claim = claimOf(wanted, wish, taken, bytesLeft)
        for (const { body } of claim.deliveries) bytesLeft -= body.length
        return claim
      })
    },
    /** @returns whether anything changed. */
    mark(slow: readonly string[], leaseUntil: number): boolean {
      let changes = 0
      for (const id of slow) changes += statements.mark.run(owner, leaseUntil, id).changes
      return changes > 0
    },
    /** @returns whether anything changed. */
    giveBack(returned: Report['returned']): boolean {
      let changes = 0
      for (const { id, dueAt } of returned) changes += statements.giveBack.run(dueAt, id, owner).changes
      return changes > 0
    },
    listDue(): Map<string, Due> {
      const due = new Map<string, Due>()
      for (let row = statements.nextWebhook.get(''); row; row = statements.nextWebhook.get(row.webhook_id)) {
        due.set(row.webhook_id, { organizationId: row.organization_id, dueAt: row.due_at, unguardedAt: null })
      }
      for (
        let row = statements.nextUnguarded.get('');
        row;
        row = statements.nextUnguarded.get(row.webhook_id)
      ) {
        const known = due.get(row.webhook_id)
        if (known !== undefined) due.set(row.webhook_id, { ...known, unguardedAt: row.due_at })
      }
      return due
    },
    recover: (now: number, limit: number): number => statements.recover.run(now, owner, limit).changes,
  }
}

type Mode = 'active' | 'inactive' | 'offline' | 'gone'

/**
 * `inactive`: only tests, connectivity checks and replays may go out. `offline`: the same, as the others find no
 * network. `gone`: nothing may.
 */
const modeOf = (row: WebhookRow | undefined, { unreachable }: Pick<Wish, 'unreachable'>): Mode => {
  if (row === undefined || row.deleted_at !== null) return 'gone'
  if (row.status !== 'active') return 'inactive'
  return unreachable?.(row.url) ? 'offline' : 'active'
}

/** The texts; a test asks SQLite for the plan of each. */
export const claimTexts = {
  nextWebhook: `SELECT webhook_id, organization_id, due_at FROM deliveries
    WHERE status = 'waiting' AND webhook_id > ? ORDER BY webhook_id, due_at LIMIT 1`,
  nextUnguarded: `SELECT webhook_id, due_at FROM deliveries
    WHERE status = 'waiting' AND ${unguardedCondition} AND webhook_id > ?
    ORDER BY webhook_id, due_at LIMIT 1`,
  unguarded: steady(`SELECT id, due_at FROM deliveries
    WHERE webhook_id = ? AND status = 'waiting' AND ${unguardedCondition} ORDER BY due_at LIMIT ?`),
  waiting: steady(
    `SELECT id, due_at FROM deliveries WHERE webhook_id = ? AND status = 'waiting' ORDER BY due_at LIMIT ?`,
  ),
  deliveries: `SELECT d.id, d.kind, d.event_id AS eventId, d.attempts, d.created_at AS createdAt,
      d.due_at AS dueAt, d.signed_with AS signedWith, d.replay_url AS replayUrl, e.body
    FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value CROSS JOIN events e ON e.id = d.event_id`,
  mark: `UPDATE deliveries SET status = 'sending', due_at = NULL, lease_owner = ?, lease_until = ?
    WHERE id = ? AND status = 'waiting'`,
  giveBack: `UPDATE deliveries SET status = 'waiting', due_at = ?, lease_owner = NULL, lease_until = NULL
    WHERE id = ? AND status = 'sending' AND lease_owner = ?`,
  hold: `UPDATE deliveries SET status = 'held', held_reason = ?, due_at = NULL WHERE id IN
    (SELECT id FROM deliveries WHERE webhook_id = ? AND status = 'waiting' AND kind IN ('event', 'resend')
      ORDER BY due_at LIMIT ?)`,
  due: steady(`SELECT id, due_at FROM deliveries
    WHERE webhook_id = ? AND status = 'waiting' AND due_at <= ? AND kind IN ('event', 'resend') ORDER BY due_at LIMIT ?`),
  holdOffline: `UPDATE deliveries SET status = 'held', held_reason = 'offline', due_at = NULL
    WHERE id IN (SELECT value FROM json_each(?))`,
  discard: `UPDATE deliveries SET status = 'discarded', finished_at = ?, due_at = NULL WHERE id IN
    (SELECT id FROM deliveries WHERE webhook_id = ? AND status = 'waiting' ORDER BY due_at LIMIT ?)`,
  unwantedByInactive: `SELECT 1 FROM deliveries
    WHERE webhook_id = ? AND status = 'waiting' AND kind IN ('event', 'resend')
    ORDER BY due_at LIMIT 1`,
  unwantedByGone: `SELECT 1 FROM deliveries WHERE webhook_id = ? AND status = 'waiting' LIMIT 1`,
  recover: `UPDATE deliveries SET status = 'waiting', due_at = ?, lease_owner = NULL, lease_until = NULL
    WHERE id IN (SELECT id FROM deliveries WHERE status = 'sending' AND lease_owner <> ? LIMIT ?)`,
  webhook: `SELECT organization_id, url, status, status_reason, timeout_ms, concurrency, schedule_ms, options, deleted_at,
      status_changed_at, last_attempt_at, ordered
    FROM webhooks WHERE id = ?`,
  secrets: steady(`SELECT id, sealed FROM webhook_secrets
    WHERE webhook_id = ? AND (expires_at IS NULL OR expires_at > ?)
    ORDER BY expires_at IS NOT NULL, created_at DESC, id DESC`),
  credential: `SELECT sealed FROM webhook_credentials WHERE webhook_id = ? AND name = ?`,
  rules: steady(`SELECT target FROM network_rules WHERE organization_id = ? ORDER BY target`),
  switchedOff: `SELECT organization_id FROM kill_switches WHERE name = 'delivery'`,
} as const

const prepareClaims = (database: Database.Database) => ({
  nextWebhook: database.prepare<[string], { webhook_id: string; organization_id: string; due_at: number }>(
    claimTexts.nextWebhook,
  ),
  nextUnguarded: database.prepare<[string], { webhook_id: string; due_at: number }>(claimTexts.nextUnguarded),
  unguarded: database.prepare<[string, number], { id: string; due_at: number }>(claimTexts.unguarded),
  waiting: database.prepare<[string, number], { id: string; due_at: number }>(claimTexts.waiting),
  deliveries: database.prepare<[string], Omit<ClaimedDelivery, 'body'> & { body: string }>(
    claimTexts.deliveries,
  ),
  mark: database.prepare<[string, number, string]>(claimTexts.mark),
  giveBack: database.prepare<[number, string, string]>(claimTexts.giveBack),
  hold: database.prepare<[HeldReason, string, number]>(claimTexts.hold),
  due: database.prepare<[string, number, number], { id: string; due_at: number }>(claimTexts.due),
  holdOffline: database.prepare<[string]>(claimTexts.holdOffline),
  discard: database.prepare<[number, string, number]>(claimTexts.discard),
  unwanted: {
    inactive: database.prepare<[string]>(claimTexts.unwantedByInactive),
    gone: database.prepare<[string]>(claimTexts.unwantedByGone),
  },
  recover: database.prepare<[number, string, number]>(claimTexts.recover),
  webhook: database.prepare<[string], WebhookRow>(claimTexts.webhook),
  secrets: database.prepare<[string, number], SecretRow>(claimTexts.secrets),
  credential: database.prepare<[string, string], { sealed: Buffer }>(claimTexts.credential),
  rules: database.prepare<[string], { target: string }>(claimTexts.rules),
  switchedOff: database.prepare<[], { organization_id: string }>(claimTexts.switchedOff),
})
