import type Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import type { DeliveryKind } from '#contract/vocabulary.ts'
import type { CredentialName } from '#contract/webhook-credentials.ts'
import type { Shape, WebhookOptions } from '#contract/webhook-options.ts'
import { type Cipher, createCipher } from './cipher.ts'
import { type CommitLog, openCommitLog } from './commit-log.ts'
import type { AttemptRecord } from './deliveries.ts'
import { isBusy, openSqlite } from './sqlite.ts'
import { createTokenPauses, type TokenPauseRecord } from './token-pauses.ts'
import { UnderWay } from './under-way.ts'
import {
  type BreakerChange,
  type BreakerRecord,
  createBreakers,
  type RecentAttempt,
} from './work-queue-breakers.ts'
import { createClaims } from './work-queue-claims.ts'
import { createClockMoves, type JumpMove } from './work-queue-clock.ts'
import { createPlacing } from './work-queue-order.ts'
import { createSettling } from './work-queue-settling.ts'
import { createTurnMemory, takeTurns, turnHolders, type WriteTurns } from './write-turns.ts'

/** Secret parts of how a webhook shows itself to its receiver. */
export type Credentials = Readonly<Partial<Record<CredentialName, string>>>

/** What must be known of a webhook to send to it, read in the transaction that takes its deliveries. */
export interface ClaimedWebhook {
  id: string
  /** False when only tests, connectivity checks and replays may go out. */
  active: boolean
  /** When a person or a rule gave it the status that it has. */
  statusChangedAt: number | null
  url: string
  timeoutMs: number
  /** At most this many requests at once. */
  concurrency: number
  /** Its own schedule; null for the standard one. */
  scheduleMs: number[] | null
  options: WebhookOptions
  /** When the last attempt of an event or a resend ended. */
  lastAttemptAt: number | null
  /** Its shape with the id under which that is kept; null without one. */
  shaping: { shape: Shape; shapeId: string } | null
  /** The secrets that sign at the moment, newest first. */
  secrets: { id: string; secret: string }[]
  /** What its options need of them, by name. */
  credentials: Credentials
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
  /** `newest`: the older secrets of the webhook do not sign along. */
  signedWith?: 'newest' | null
  /**
   * Set on a replay: it goes there instead of to the URL of the webhook. Nothing that lets the webhook in at its own
   * receiver (authentication, client certificate, headers of its own) may go along.
   */
  replayUrl?: string | null
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
  /** The same for its tests, connectivity checks and replays alone. */
  nextUnguardedAt: number | null
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

/** What the worker writes down in one transaction. */
export interface Report {
  /** Attempts to record. */
  settlements: readonly Settlement[]
  /** Claimed deliveries whose requests take long: they are marked as `sending`, under a lease. */
  slow: readonly string[]
  /** Until when they are leased. */
  leaseUntil: number
  /** Claimed deliveries that were not sent after all: they wait again. */
  returned: readonly Pick<ClaimedDelivery, 'id' | 'dueAt'>[]
  /** Circuit breakers that have changed. */
  breakers: readonly BreakerChange[]
}

/** What the worker asks for. */
export interface Wish {
  now: number
  /** Of each webhook at most `limit` deliveries, and at most `unguardedMax` tests, connectivity checks and replays. */
  wanted: readonly { webhookId: string; limit: number; unguardedMax: number }[]
  /** Bodies of at most about this many bytes in all. */
  bytesMax: number
  /** Says which URLs the network of the machine does not reach; null while it reaches all. */
  unreachable?: ((url: string) => boolean) | null
}

export interface Taken {
  claims: Claim[]
  /** What changed, for whoever shows it: what must not or cannot be sent is put aside, as held. */
  topics: Topic[]
}

/** What waits for a webhook. */
export interface Due {
  organizationId: string
  /** When the first of all is due. */
  dueAt: number
  /** When the first test, connectivity check or replay is; null when none waits. */
  unguardedAt: number | null
}

/**
 * The deliveries as a queue, for one worker; the lock of the data directory sees to it that there is one.
 * What it takes goes on waiting in the database until it is settled, so that a worker that dies at whatever
 * moment has taken nothing away. Only a request that takes long is written down, as `sending` under a lease.
 */
export interface WorkQueue {
  /**
   * Writes all of the report or nothing; `sync` makes it last.
   * @returns the topics that changed, or null when somebody else is writing at the moment: try again soon.
   *   It never waits long, because the thread that waits can neither send nor receive.
   */
  record(report: Report): Promise<Topic[] | null>
  /** Resolves when all that was recorded survives a power cut. @throws StoreError `sync_failed`. */
  sync(): Promise<void>
  /** Takes due deliveries. Only reads, so it waits for nobody, unless there is something to put aside. */
  take(wish: Wish): Promise<Taken>
  /** For each webhook with waiting deliveries, when the first is due. Two index seeks each. */
  listDue(): Promise<Map<string, Due>>
  /** The circuit breakers that are not closed, by webhook. */
  listBreakers(): Promise<Map<string, BreakerRecord>>
  /** The pauses of token endpoints that are not over at `now`, by webhook. */
  listTokenPauses(now: number): Promise<Map<string, TokenPauseRecord>>
  /** What breakers would have counted after `since`, oldest first: of the newest 20,000 attempts at most. */
  listRecentAttempts(since: number): Promise<RecentAttempt[]>
  /** Puts deliveries that another owner left behind back to waiting, due now. @returns how many. */
  recover(now: number): Promise<number>
  /**
   * One step of putting right when deliveries are due after a jump of the clock.
   * @returns what is left to be done, null when that was all; `busy` when somebody else is writing.
   */
  moveAfterJump(move: JumpMove): Promise<JumpMove | null | 'busy'>
  /** Whether the host is writing, so that `record` would have to wait for its turn. */
  isHostWriting(): boolean
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
  /** Of the store that the host writes by; a memory of its own when nobody else in this process writes. */
  readonly turnMemory?: SharedArrayBuffer
}

/** A connection of its own to an existing, migrated database. */
export const openWorkQueue = ({ path, dataKey, owner, turnMemory }: WorkQueueOptions): WorkQueue => {
  const database = openSqlite({ path, syncs: false })
  database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  const turns = takeTurns(turnMemory ?? createTurnMemory(), turnHolders.worker)
  const log = openCommitLog(path)
  return workQueueOver(database, { cipher: createCipher(dataKey), owner, turns, log })
}

const recoveredAtOnce = 1_000
/** Waiting for a lock: at most so long while deliveries are under way … */
const busyTimeoutMs = 4
/** … and so long before they are. */
const busyTimeoutAtStartMs = 30_000

const workQueueOver = (
  database: Database.Database,
  { cipher, owner, turns, log }: { cipher: Cipher; owner: string; turns: WriteTurns; log: CommitLog },
): WorkQueue => {
  const claims = createClaims(database, cipher, owner)
  const settle = createSettling(database)
  const breakers = createBreakers(database)
  const tokenPauses = createTokenPauses(database)
  const placing = createPlacing(database)
  const taken = new UnderWay()
  const marked = new Set<string>()
  const dataVersion = database.prepare<[], number>('PRAGMA data_version').pluck()
  let knownVersion = -1

  const write = database.transaction((report: Report): Topic[] => {
    const { settlements, slow, leaseUntil, returned } = report
    const topics = new Set<Topic>()
    settle(settlements, topics)
    breakers.write(report.breakers)
    if (report.breakers.length > 0) topics.add('webhooks')
    if (claims.mark(slow, leaseUntil)) topics.add('deliveries')
    if (claims.giveBack(returned)) topics.add('deliveries')
    return [...topics]
  })
  const putAside = database.transaction(claims.putAside)
  const pick = database.transaction(claims.pick)
  const moveStep = database.transaction(createClockMoves(database))
  const recover = database.transaction((now: number) => claims.recover(now, recoveredAtOnce))

  return {
    async record(report) {
      const { settlements, slow, returned } = report
      const unmarking = returned.filter(({ id }) => marked.has(id))
      const isEmpty = settlements.length + slow.length + unmarking.length + report.breakers.length === 0
      if (!isEmpty) await turns.take()
      try {
        const topics = isEmpty ? [] : write.immediate({ ...report, returned: unmarking })
        for (const id of slow) marked.add(id)
        const done = [
          ...settlements.map(({ attempt }) => attempt.deliveryId),
          ...returned.map(({ id }) => id),
        ]
        for (const id of done) {
          taken.delete(id)
          marked.delete(id)
        }
        return topics
      } catch (error) {
        if (isBusy(error)) return null
        throw error
      } finally {
        turns.end()
      }
    },
    sync: () => log.sync(),
    async take(wish) {
      const stopped = wish.wanted.filter(({ webhookId }) => claims.isStopped(webhookId, wish))
      let aside = 0
      try {
        if (stopped.length > 0) aside = putAside.immediate(stopped, wish, taken)
        for (const { webhookId } of wish.wanted) placing.step(webhookId)
      } catch (error) {
        // What is still there is not picked below, and put aside the next time.
        if (!isBusy(error)) throw error
      }
      const found = pick.deferred(wish, taken)
      for (const { webhookId, deliveries } of found) for (const { id } of deliveries) taken.add(id, webhookId)
      return { claims: found, topics: aside > 0 ? ['deliveries'] : [] }
    },
    async listDue() {
      return claims.listDue()
    },
    async listBreakers() {
      return breakers.list()
    },
    async listTokenPauses(now) {
      return tokenPauses(now)
    },
    async listRecentAttempts(since) {
      return breakers.listRecentAttempts(since)
    },
    async recover(now) {
      database.pragma(`busy_timeout = ${busyTimeoutAtStartMs}`)
      let total = 0
      for (let recovered = recoveredAtOnce; recovered === recoveredAtOnce; total += recovered) {
        recovered = recover.immediate(now)
      }
      database.pragma(`busy_timeout = ${busyTimeoutMs}`)
      return total
    },
    async moveAfterJump(move) {
      try {
        return moveStep.immediate(move)
      } catch (error) {
        if (isBusy(error)) return 'busy'
        throw error
      }
    },
    isHostWriting: () => turns.areTaken(),
    hasChanged() {
      const version = dataVersion.get()
      const changed = version !== knownVersion
      knownVersion = version ?? -1
      return changed
    },
    async close() {
      await log.close()
      database.close()
    },
  }
}
