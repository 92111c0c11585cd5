import type { sessionContract } from '#contract/session.ts'
import type { Clock } from '#main/engine/clock.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { OpenedSession, Session, Sessions } from '#main/engine/sessions/sessions.ts'
import { createAttemptLimit } from './attempt-limit.ts'
import type { Call, HostOperationsOf } from './call.ts'

const windowMs = 5 * 60_000
const limitOfAddress = { failuresMax: 30, windowMs, keysMax: 10_000 }
const limitOfAccount = { failuresMax: 10, windowMs, keysMax: 10_000 }

const done = { done: true } as const

const sessionOf = ({ session }: Call): Session => {
  if (session === null) throw new PatchbayError('not_signed_in')
  return session
}

/** The procedures of the session: they turn a cookie into a session and back. */
export const createSessionOperations = (
  { signIn, own, keeper }: Sessions,
  { clock, openDemo }: { clock: Clock; openDemo: () => Promise<void> },
): HostOperationsOf<typeof sessionContract> => {
  const ofAddress = createAttemptLimit(clock, limitOfAddress)
  const ofAccount = createAttemptLimit(clock, limitOfAccount)
  const guess = <T>({ visitor }: Call, account: string, work: () => Promise<T>): Promise<T> =>
    ofAddress.attempt(visitor.address, () => ofAccount.attempt(account, work))

  /** A browser has one session: a new one takes the place of the old one. */
  const enter = async (call: Call, opened: OpenedSession) => {
    if (call.session !== null) await own.signOut(call.session, call.visitor)
    call.opened(opened)
    return own.current(opened.session)
  }

  return {
    current: (call) => own.current(call.session),
    setUp: async (call, input) => enter(call, await signIn.setUp(call.visitor, input)),
    async openDemo() {
      await openDemo()
      return done
    },
    signIn: async (call, input) =>
      enter(call, await guess(call, input.email, () => signIn.withPassword(call.visitor, input))),
    signInWithCode: async (call, { code }) =>
      enter(call, await ofAddress.attempt(call.visitor.address, () => signIn.withCode(call.visitor, code))),
    demoPeople: () => signIn.demoPeople(),
    signInAs: async (call, { userId }) => enter(call, await signIn.as(call.visitor, userId)),
    async signOut(call) {
      if (call.session !== null) await own.signOut(call.session, call.visitor)
      call.closed()
      return done
    },
    async lock(call) {
      await own.lock(sessionOf(call), call.visitor)
      return done
    },
    async unlock(call, { password }) {
      const session = sessionOf(call)
      const unlocked = await guess(call, session.user.id, () => own.unlock(session, call.visitor, password))
      await keeper.touch(unlocked)
      return own.current(unlocked)
    },
    list: (call) => own.list(sessionOf(call)),
    async revoke(call, { sessionId }) {
      await own.revoke(sessionOf(call), call.visitor, sessionId)
      if (sessionId === call.session?.id) call.closed()
      return done
    },
    async setPassword(call, { password }) {
      return own.current(await own.setPassword(sessionOf(call), call.visitor, password))
    },
    async changePassword(call, change) {
      const session = sessionOf(call)
      await guess(call, session.user.id, () => own.changePassword(session, call.visitor, change))
      return done
    },
  }
}
