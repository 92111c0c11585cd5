import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { Claim, ClaimedDelivery, Due, WorkQueue } from '#main/store/interface.ts'

interface Backlog {
  organizationId: string
  webhookId: string
  /** Deliveries that wait. */
  waiting: number
  concurrency: number
}

/** A queue that only counts: what waits costs nothing, so that a million of it can be tried in a moment. */
export interface EndlessQueue extends WorkQueue {
  /** How often it was asked for deliveries. */
  readonly takes: number
  add(backlog: Backlog): void
}

const body = Buffer.from('{}')
const secrets = [{ id: 'whs_1', secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }]

/** `now`: everything is due then. */
export const createEndlessQueue = (now: number): EndlessQueue => {
  const backlogs = new Map<string, Backlog>()
  let takes = 0
  let made = 0
  let changed = true

  const claimOf = (
    { webhookId, concurrency }: Backlog,
    deliveries: ClaimedDelivery[],
    rest: number,
  ): Claim => ({
    webhookId,
    webhook: {
      id: webhookId,
      active: true,
      statusChangedAt: null,
      url: `http://${webhookId}.example/`,
      timeoutMs: 15_000,
      concurrency,
      scheduleMs: null,
      options: defaultWebhookOptions,
      shaping: null,
      lastAttemptAt: null,
      secrets,
      credentials: {},
      networkRules: [],
    },
    deliveries,
    nextDueAt: rest > 0 ? now : null,
    nextUnguardedAt: null,
    problem: null,
  })
  const deliveryOf = ({ webhookId }: Backlog): ClaimedDelivery => {
    made += 1
    const eventId = `${webhookId}/${made}`
    return { id: `dlv_${made}`, kind: 'event', eventId, attempts: 0, createdAt: now, dueAt: now, body }
  }

  return {
    get takes() {
      return takes
    },
    add(backlog) {
      backlogs.set(backlog.webhookId, backlog)
      changed = true
    },
    async record() {
      return []
    },
    async take({ wanted }) {
      takes += 1
      const claims = wanted.map(({ webhookId, limit }) => {
        const backlog = backlogs.get(webhookId)
        if (backlog === undefined) throw new Error('no such webhook')
        const count = Math.min(limit, backlog.waiting)
        backlog.waiting -= count
        return claimOf(
          backlog,
          Array.from({ length: count }, () => deliveryOf(backlog)),
          backlog.waiting,
        )
      })
      return { claims, topics: [] }
    },
    async listDue() {
      const due = new Map<string, Due>()
      for (const { webhookId, organizationId, waiting } of backlogs.values()) {
        if (waiting > 0) due.set(webhookId, { organizationId, dueAt: now, unguardedAt: null })
      }
      return due
    },
    async listBreakers() {
      return new Map()
    },
    async listTokenPauses() {
      return new Map()
    },
    async listRecentAttempts() {
      return []
    },
    async recover() {
      return 0
    },
    moveAfterJump: async () => null,
    async sync() {},
    isHostWriting: () => false,
    hasChanged() {
      const was = changed
      changed = false
      return was
    },
    async close() {},
  }
}
