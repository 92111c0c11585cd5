import type { z } from 'zod'
import type { sessionContract } from '#contract/session.ts'
import type { UserRecord, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'
import { type DemoPerson, demoPeople } from './demo-people.ts'
import { hashOf, newCode, recordOwn, type SessionKeeper } from './keeper.ts'
import type { Passwords } from './passwords.ts'
import { homeOf, type OpenedSession, type Visitor } from './session.ts'
import { isDemo, isSetUp } from './state.ts'

const codeLifetimeMs = 10 * 60_000

type InputOf<Name extends 'setUp' | 'signIn'> = z.output<
  NonNullable<(typeof sessionContract)[Name]['~orpc']['inputSchema']>
>

/** The ways to a session. */
export interface SignIn {
  /**
   * First run: creates the organization (with every capability: the installation is its own) and its owner,
   * who is also platform admin, because somebody must be.
   * @throws PatchbayError `already_set_up`.
   */
  setUp(visitor: Visitor, input: InputOf<'setUp'>): Promise<OpenedSession>
  /** @throws PatchbayError `wrong_credentials`, `account_disabled`, `busy`. */
  withPassword(visitor: Visitor, input: InputOf<'signIn'>): Promise<OpenedSession>
  /** @throws PatchbayError `sign_in_code_invalid` for a code that is unknown, used or expired. */
  withCode(visitor: Visitor, code: string): Promise<OpenedSession>
  /** @throws PatchbayError `demo_only`, `not_found`. */
  as(visitor: Visitor, userId: string): Promise<OpenedSession>
  /** A code that signs in once, within ten minutes. Null when nobody is there who could sign in. */
  createCode(email: string | null): Promise<string | null>
  /** Empty outside of the demo. */
  demoPeople(): Promise<DemoPerson[]>
}

export const createSignIn = (toolbox: Toolbox, keeper: SessionKeeper, passwords: Passwords): SignIn => {
  const { store, clock, randomBytes, ids, audit } = toolbox

  const enter = async (
    writer: Writer,
    entry: { user: UserRecord; visitor: Visitor; how: 'password' | 'code' | 'demo' | 'set_up' },
  ): Promise<OpenedSession> => {
    const opened = await keeper.open(writer, entry.user, entry.visitor)
    await recordOwn(toolbox, writer, entry, {
      action: 'session.signed_in',
      targetId: opened.session.id,
      after: { how: entry.how },
    })
    return opened
  }

  const recordFailure = (user: UserRecord, { address }: Visitor): Promise<void> =>
    store.write(async (writer) =>
      audit.record(
        writer,
        { principal: { kind: 'anonymous' }, address },
        {
          action: 'session.sign_in_failed',
          organizationId: await homeOf(writer, user.id),
          targetKind: 'user',
          targetId: user.id,
        },
      ),
    )

  const createOwner = async (
    writer: Writer,
    { organizationName, name, email }: InputOf<'setUp'>,
    passwordHash: string,
  ): Promise<UserRecord> => {
    const now = clock.now()
    const organizationId = ids.next('org')
    await writer.organizations.insert({
      id: organizationId,
      name: organizationName,
      plan: 'enterprise',
      createdAt: now,
    })
    const user: UserRecord = {
      id: ids.next('usr'),
      name,
      email,
      passwordHash,
      status: 'active',
      platformAdmin: true,
      createdAt: now,
      lastSignInAt: null,
    }
    await writer.users.insert(user)
    await writer.users.insertMembership(user.id, organizationId, {
      organizationRole: 'owner',
      workspaceRole: 'admin',
      createdAt: now,
    })
    await audit.record(writer, 'program', {
      action: 'installation.set_up',
      organizationId,
      targetKind: 'organization',
      targetId: organizationId,
      after: { organization: organizationName, owner: name },
    })
    return user
  }

  return {
    async setUp(visitor, input) {
      if (await isSetUp(store.read)) throw new PatchbayError('already_set_up')
      const passwordHash = await passwords.hash(input.password)
      return store.write(async (writer) => {
        if (await isSetUp(writer)) throw new PatchbayError('already_set_up')
        const user = await createOwner(writer, input, passwordHash)
        return enter(writer, { user, visitor, how: 'set_up' })
      })
    },
    async withPassword(visitor, { email, password }) {
      const user = await store.read.users.getByEmail(email)
      if (!(await passwords.verify(password, user?.passwordHash ?? null)) || user === null) {
        if (user !== null) await recordFailure(user, visitor)
        throw new PatchbayError('wrong_credentials')
      }
      if (user.status === 'disabled') throw new PatchbayError('account_disabled')
      return store.write((writer) => enter(writer, { user, visitor, how: 'password' }))
    },
    withCode: (visitor, code) =>
      store.write(async (writer) => {
        const taken = await writer.sessions.takeCode(hashOf(code), clock.now())
        const user = taken?.userId ? await writer.users.get(taken.userId) : null
        if (user === null || user.status === 'disabled') throw new PatchbayError('sign_in_code_invalid')
        return enter(writer, { user, visitor, how: 'code' })
      }),
    async as(visitor, userId) {
      if (!(await isDemo(store.read))) throw new PatchbayError('demo_only')
      const user = await store.read.users.get(userId)
      if (user === null) throw new PatchbayError('not_found')
      return store.write((writer) => enter(writer, { user, visitor, how: 'demo' }))
    },
    async createCode(email) {
      const { users } = store.read
      const user = email === null ? await users.getFirstOwner() : await users.getByEmail(email)
      if (user === null || user.status === 'disabled') return null
      const code = newCode(randomBytes)
      await store.write(async (writer) => {
        await writer.sessions.insertCode({
          codeHash: hashOf(code),
          userId: user.id,
          expiresAt: clock.now() + codeLifetimeMs,
        })
        await audit.record(writer, 'program', {
          action: 'session.code_created',
          organizationId: await homeOf(writer, user.id),
          targetKind: 'user',
          targetId: user.id,
        })
      })
      return code
    },
    demoPeople: async () => ((await isDemo(store.read)) ? demoPeople(store.read) : []),
  }
}
