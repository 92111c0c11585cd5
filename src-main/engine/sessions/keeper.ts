import { createHash } from 'node:crypto'
import type { SessionRecord, UserRecord, Writer } from '#main/store/interface.ts'
import type { RandomBytes } from '../ids.ts'
import type { Toolbox } from '../parts.ts'
import { callerOf, homeOf, type OpenedSession, type Session, type Visitor } from './session.ts'
import { idleLockMinutes } from './state.ts'

const tokenBytes = 32
const lifetimeMs = 30 * 24 * 3_600_000
/** How exactly `last_seen_at` is kept on disk; in memory it is exact. */
const lastSeenWrittenEveryMs = 60_000
/** Whoever signs in once more loses the oldest session. */
const sessionsOfUserMax = 50
const userAgentLengthMax = 300
/** Sessions remembered more exactly than the disk does; what falls out is off by at most a minute. */
const rememberedMax = 1_000

/** Tokens and codes are kept as their SHA-256: they have 256 random bits, so no salt and no slow hash. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const codeBytes = 32
/** A one-time sign-in code. Only its hash is stored. */
export const newCode = (randomBytes: RandomBytes): string => randomBytes(codeBytes).toString('base64url')

/** What the program remembers of a session between two writes. */
interface Seen {
  at: number
  readonly writtenAt: number
}

/** Opens sessions, finds them by their token, knows when they were last used, and ends them. */
export interface SessionKeeper {
  /** Inside the transaction of a sign-in. */
  open(writer: Writer, user: UserRecord, visitor: Visitor): Promise<OpenedSession>
  /** The session of a token; null when there is none any more. One that was idle too long comes back locked. */
  find(token: string): Promise<Session | null>
  /** Notes that the person did something. */
  touch(session: Session): Promise<void>
  /** When a session was last used, Unix ms. */
  lastSeenAt(record: Pick<SessionRecord, 'id' | 'lastSeenAt'>): number
  /** To be called after the commit that locked or ended sessions. */
  lost(sessionIds: readonly string[]): void
  /** Called when a session cannot be used any more: locked, signed out, revoked. @returns unsubscribes. */
  onLost(listener: (sessionId: string) => void): () => void
}

export const createKeeper = ({ store, clock, randomBytes, ids, audit }: Toolbox): SessionKeeper => {
  const seen = new Map<string, Seen>()
  const locking = new Map<string, Promise<void>>()
  const listeners = new Set<(sessionId: string) => void>()

  const lost = (sessionIds: readonly string[]): void => {
    for (const id of sessionIds) {
      seen.delete(id)
      for (const listener of listeners) listener(id)
    }
  }
  const lastSeenAt = ({ id, lastSeenAt: written }: Pick<SessionRecord, 'id' | 'lastSeenAt'>): number =>
    Math.max(seen.get(id)?.at ?? 0, written)

  const writeIdleLock = async (id: string, user: UserRecord): Promise<void> => {
    await store.write(async (writer) => {
      await writer.sessions.setLocked(id, clock.now())
      await audit.record(writer, 'program', {
        action: 'session.locked_idle',
        organizationId: await homeOf(writer, user.id),
        targetKind: 'session',
        targetId: id,
        after: { person: user.name },
      })
    })
    lost([id])
  }

  /** A console that comes back asks many things at once: the first locks, the others wait for it. */
  const lockForIdleness = (id: string, user: UserRecord): Promise<void> => {
    const underWay = locking.get(id)
    if (underWay !== undefined) return underWay
    const work = writeIdleLock(id, user).finally(() => locking.delete(id))
    locking.set(id, work)
    return work
  }

  const isIdle = async (at: number): Promise<boolean> => {
    const minutes = await idleLockMinutes(store.read)
    return minutes > 0 && clock.now() - at > minutes * 60_000
  }

  const dropOldest = async (writer: Writer, userId: string): Promise<void> => {
    const present = await writer.sessions.listOfUser(userId, clock.now())
    for (const { id } of present.slice(sessionsOfUserMax - 1)) await writer.sessions.delete(id)
  }

  return {
    async open(writer, user, { address, userAgent }) {
      await dropOldest(writer, user.id)
      const now = clock.now()
      const token = randomBytes(tokenBytes).toString('base64url')
      const id = ids.next('ses')
      await writer.sessions.insert({
        id,
        tokenHash: hashOf(token),
        userId: user.id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + lifetimeMs,
        lockedAt: null,
        address,
        userAgent: userAgent.slice(0, userAgentLengthMax),
      })
      await writer.users.setLastSignIn(user.id, now)
      return { token, session: { id, user, locked: false } }
    },
    async find(token) {
      const record = await store.read.sessions.getByTokenHash(hashOf(token))
      if (record === null || record.expiresAt <= clock.now()) return null
      const user = await store.read.users.get(record.userId)
      if (user === null) return null
      if (record.lockedAt !== null) return { id: record.id, user, locked: true }
      const idle = await isIdle(lastSeenAt(record))
      if (idle) await lockForIdleness(record.id, user)
      return { id: record.id, user, locked: idle }
    },
    async touch({ id }) {
      const now = clock.now()
      const known = seen.get(id)
      if (known !== undefined && now - known.writtenAt < lastSeenWrittenEveryMs) {
        known.at = now
        return
      }
      seen.delete(id)
      seen.set(id, { at: now, writtenAt: now })
      const [oldest] = seen.keys()
      if (seen.size > rememberedMax && oldest !== undefined) seen.delete(oldest)
      await store.write((writer) => writer.sessions.setLastSeen(id, now))
    },
    lastSeenAt,
    lost,
    onLost(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The person as a caller, with the audit fact of something that they did with their own account. */
export const recordOwn = async (
  { audit }: Toolbox,
  writer: Writer,
  { user, visitor }: { user: UserRecord; visitor: Pick<Visitor, 'address'> },
  fact: { action: string; targetKind?: 'session' | 'user'; targetId: string; after?: unknown },
): Promise<void> =>
  audit.record(writer, callerOf(user, visitor), {
    action: fact.action,
    organizationId: await homeOf(writer, user.id),
    targetKind: fact.targetKind ?? 'session',
    targetId: fact.targetId,
    after: fact.after,
  })
