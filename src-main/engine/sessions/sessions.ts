import type { z } from 'zod'
import type { SessionState, sessionRecordSchema } from '#contract/session.ts'
import { PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'
import { createKeeper, recordOwn, type SessionKeeper } from './keeper.ts'
import { createPasswords, type Passwords } from './passwords.ts'
import type { Session, Visitor } from './session.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { sessionState } from './state.ts'

export type { OpenedSession, Session, Visitor } from './session.ts'

/** What a person does with the session and the account that they are in. */
export interface OwnSessions {
  /** What the console asks first; null for a browser without a session. */
  current(session: Session | null): Promise<SessionState>
  list(session: Session): Promise<z.infer<typeof sessionRecordSchema>[]>
  /** @throws PatchbayError `not_found` when it is not a session of this person. */
  revoke(session: Session, visitor: Visitor, sessionId: string): Promise<void>
  lock(session: Session, visitor: Visitor): Promise<void>
  /** @returns the session as it is then. @throws PatchbayError `wrong_credentials`. */
  unlock(session: Session, visitor: Visitor, password: string): Promise<Session>
  signOut(session: Session, visitor: Visitor): Promise<void>
  /**
   * The first password of a person; ends all their other sessions.
   * @returns the session as it is then. @throws PatchbayError `conflict` when they have one already.
   */
  setPassword(session: Session, visitor: Visitor, password: string): Promise<Session>
  /** Ends all other sessions of the person. @throws PatchbayError `wrong_credentials`. */
  changePassword(
    session: Session,
    visitor: Visitor,
    change: { currentPassword: string; newPassword: string },
  ): Promise<void>
}

/** Everything about signing in, being signed in, and not being it any more. */
export interface Sessions {
  readonly signIn: SignIn
  readonly own: OwnSessions
  readonly keeper: SessionKeeper
}

const createOwnSessions = (
  toolbox: Toolbox,
  keeper: SessionKeeper,
  { passwords, version }: { passwords: Passwords; version: string },
): OwnSessions => {
  const { store, clock } = toolbox

  const end = async (
    session: Session,
    visitor: Visitor,
    sessionId: string,
    action: string,
  ): Promise<void> => {
    await store.write(async (writer) => {
      await writer.sessions.delete(sessionId)
      await recordOwn(toolbox, writer, { user: session.user, visitor }, { action, targetId: sessionId })
    })
    keeper.lost([sessionId])
  }

  const demandPassword = async (session: Session, visitor: Visitor, password: string): Promise<void> => {
    const { user } = session
    if (await passwords.verify(password, user.passwordHash)) return
    await store.write((writer) =>
      recordOwn(
        toolbox,
        writer,
        { user, visitor },
        { action: 'session.password_wrong', targetId: session.id },
      ),
    )
    throw new PatchbayError('wrong_credentials')
  }

  const listOf = (userId: string) => store.read.sessions.listOfUser(userId, clock.now())

  /** A first password is set once, however many ask at the same time. @returns its hash. */
  const replacePassword = async (
    { id, user }: Session,
    visitor: Visitor,
    password: string,
    isFirst: boolean,
  ): Promise<string> => {
    const passwordHash = await passwords.hash(password)
    const others = (await listOf(user.id)).filter((session) => session.id !== id)
    await store.write(async (writer) => {
      if (isFirst && (await writer.users.get(user.id))?.passwordHash !== null) {
        throw new PatchbayError('conflict', { detail: 'This account has a password already.' })
      }
      await writer.users.setPasswordHash(user.id, passwordHash)
      await writer.sessions.deleteCodes(user.id)
      const endedSessions = await writer.sessions.deleteOfUser(user.id, id)
      await recordOwn(
        toolbox,
        writer,
        { user, visitor },
        {
          action: isFirst ? 'user.password_set' : 'user.password_changed',
          targetKind: 'user',
          targetId: user.id,
          after: { endedSessions },
        },
      )
    })
    keeper.lost(others.map((session) => session.id))
    return passwordHash
  }

  return {
    current: (session) => sessionState(store.read, version, session),
    async list(session) {
      const records = await listOf(session.user.id)
      return records.map((record) => ({
        id: record.id,
        current: record.id === session.id,
        createdAt: record.createdAt,
        lastSeenAt: keeper.lastSeenAt(record),
        expiresAt: record.expiresAt,
        address: record.address,
        userAgent: record.userAgent,
      }))
    },
    async revoke(session, visitor, sessionId) {
      const own = await listOf(session.user.id)
      if (!own.some(({ id }) => id === sessionId)) throw new PatchbayError('not_found')
      await end(session, visitor, sessionId, 'session.revoked')
    },
    async lock({ id, user }, visitor) {
      await store.write(async (writer) => {
        await writer.sessions.setLocked(id, clock.now())
        await recordOwn(toolbox, writer, { user, visitor }, { action: 'session.locked', targetId: id })
      })
      keeper.lost([id])
    },
    async unlock(session, visitor, password) {
      await demandPassword(session, visitor, password)
      const { id, user } = session
      await store.write(async (writer) => {
        await writer.sessions.setLocked(id, null)
        await writer.sessions.setLastSeen(id, clock.now())
        await recordOwn(toolbox, writer, { user, visitor }, { action: 'session.unlocked', targetId: id })
      })
      return { id, user, locked: false }
    },
    signOut: (session, visitor) => end(session, visitor, session.id, 'session.signed_out'),
    async setPassword(session, visitor, password) {
      const passwordHash = await replacePassword(session, visitor, password, true)
      return { ...session, user: { ...session.user, passwordHash } }
    },
    async changePassword(session, visitor, { currentPassword, newPassword }) {
      await demandPassword(session, visitor, currentPassword)
      await replacePassword(session, visitor, newPassword, false)
    },
  }
}

/** `version` is the program's, for the console. `passwords` only in tests. */
export const createSessions = (
  toolbox: Toolbox,
  { version, passwords = createPasswords(toolbox.randomBytes) }: { version: string; passwords?: Passwords },
): Sessions => {
  const keeper = createKeeper(toolbox)
  return {
    keeper,
    signIn: createSignIn(toolbox, keeper, passwords),
    own: createOwnSessions(toolbox, keeper, { passwords, version }),
  }
}
