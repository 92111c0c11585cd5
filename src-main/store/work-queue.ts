import type Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import type { DeliveryKind } from '#contract/vocabulary.ts'
import { createCipher } from './cipher.ts'
import type { AttemptRecord } from './deliveries.ts'
import { openSqlite } from './sqlite.ts'
import { createClaims } from './work-queue-claims.ts'
import { createSettling } from './work-queue-settling.ts'

/** What must be known of a webhook to send to it, read in the transaction that takes its deliveries. */
export interface ClaimedWebhook {
  id: string
  /** False when only tests and connectivity checks may go out. */
  active: boolean
  url: string
  timeoutMs: number
  /** At most this many requests at once. */
  concurrency: number
  /** Its own schedule; null for the standard one. */
  scheduleMs: number[] | null
  /** The secrets that sign at the moment, newest first. */
  secrets: { id: string; secret: string }[]
  /** Targets of the network rules of its organization. */
  networkRules: string[]
}

/** A delivery that nobody else is given until it is settled or returned. */
export interface ClaimedDelivery {
  id: string
  kind: DeliveryKind
  /** Goes out as `webhook-id`, the same in every attempt. */
  eventId: string
  /** Attempts made before this one. */
  attempts: number
  createdAt: number
  dueAt: number
  /** The exact bytes to sign and send. */
  body: Buffer
}

export interface Claim {
  webhookId: string
  /** Null when nothing was taken. */
  webhook: ClaimedWebhook | null
  deliveries: ClaimedDelivery[]
  /** When its next delivery is due, now or later; null when nothing waits, or nothing may be sent. */
  nextDueAt: number | null
  /** Set when its secrets or settings could not be read: nothing can be sent to it. */
  problem: string | null
}

/** What an attempt means for its delivery. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly dueAt: number; readonly reason: string }
  | { readonly kind: 'exhausted' }
  /** 410: the receiver says that it is gone. The webhook is disabled, the delivery held. */
  | { readonly kind: 'gone' }

/** One attempt that was made, and what follows from it. */
export interface Settlement {
  webhookId: string
  deliveryKind: DeliveryKind
  attempt: AttemptRecord
  outcome: Outcome
}

/** One step of the worker. */
export interface Turn {
  now: number
  /** Attempts to record. */
  settlements: readonly Settlement[]
  /** Claimed deliveries whose requests take long: they are marked as `sending`, under a lease. */
  slow: readonly string[]
  /** Until when they are leased. */
  leaseUntil: number
  /** Claimed deliveries that were not sent after all: they wait again. */
  returned: readonly Pick<ClaimedDelivery, 'id' | 'dueAt'>[]
  /** Work to take, at most `limit` deliveries of each webhook. */
  wanted: readonly { webhookId: string; limit: number }[]
  /** Bodies of at most about this many bytes are taken in all. */
  bytesMax: number
}

export interface TurnResult {
  claims: Claim[]
  /** What changed, for whoever shows it. */
  topics: Topic[]
}

/**
 * The deliveries as a queue, for one worker; the lock of the data directory sees to it that there is one.
 * What it takes goes on waiting in the database until it is settled, so that a worker that dies at whatever
 * moment has taken nothing away. Only a request that takes long is written down, as `sending` under a lease.
 */
export interface WorkQueue {
  /**
   * Records, returns and takes in one transaction. Durable when the promise resolves; when it rejects, nothing
   * of it happened.
   */
  turn(turn: Turn): Promise<TurnResult>
  /** For each webhook with waiting deliveries, when the first is due. One index seek each. */
  listDue(): Promise<Map<string, number>>
  /** Puts deliveries that another owner left behind back to waiting, due now. @returns how many. */
  recover(now: number): Promise<number>
  /** Whether somebody else has committed since the last call. Cheap. */
  hasChanged(): boolean
  close(): Promise<void>
}

export interface WorkQueueOptions {
  readonly path: string
  /** 32 bytes. */
  readonly dataKey: Buffer
  /** Names the leases; another for every start of a worker. */
  readonly owner: string
}

/** A connection of its own to an existing, migrated database. */
export const openWorkQueue = ({ path, dataKey, owner }: WorkQueueOptions): WorkQueue => {
  const database = openSqlite({ path })
  // The thread that waits for a lock can neither send nor receive; it comes back to it soon enough.
  database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  database.pragma(`wal_autocheckpoint = ${checkpointPages}`)
  return workQueueOver(database, createCipher(dataKey), owner)
}

const recoveredAtOnce = 1_000
const busyTimeoutMs = 250
/** 16 MiB of log between checkpoints: fewer of them copy the same pages less often, and none takes long. */
const checkpointPages = 4_000

const workQueueOver = (
  database: Database.Database,
  cipher: ReturnType<typeof createCipher>,
  owner: string,
): WorkQueue => {
  const claims = createClaims(database, cipher, owner)
  const settle = createSettling(database)
  const taken = new Set<string>()
  let knownVersion = -1

  const turn = database.transaction((step: Turn): TurnResult => {
    const topics = new Set<Topic>()
    settle(step.settlements, topics)
    claims.mark(step.slow, step.leaseUntil, topics)
    claims.giveBack(step.returned, topics)
    return { claims: claims.take(step, taken, topics), topics: [...topics] }
  })
  const recover = database.transaction((now: number) => claims.recover(now, recoveredAtOnce))

  return {
    async turn(step) {
      const released = step.settlements.map(({ attempt }) => attempt.deliveryId)
      for (const { id } of step.returned) released.push(id)
      for (const id of released) taken.delete(id)
      // Lost marks cost nothing: they need not wait for the disk. A lost record would be a lie.
      const mustLast = step.settlements.length > 0
      if (!mustLast) database.pragma('synchronous = NORMAL')
      try {
        const result = turn.immediate(step)
        for (const { deliveries } of result.claims) for (const { id } of deliveries) taken.add(id)
        return result
      } catch (error) {
        for (const id of released) taken.add(id)
        throw error
      } finally {
        if (!mustLast) database.pragma('synchronous = FULL')
      }
    },
    async listDue() {
      return claims.listDue()
    },
    async recover(now) {
      let total = 0
      for (;;) {
        const recovered = recover.immediate(now)
        total += recovered
        if (recovered < recoveredAtOnce) return total
      }
    },
    hasChanged() {
      const version = Number(database.pragma('data_version', { simple: true }))
      const changed = version !== knownVersion
      knownVersion = version
      return changed
    },
    async close() {
      database.close()
    },
  }
}
