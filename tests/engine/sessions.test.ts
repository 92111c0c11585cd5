import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPasswords } from '#main/engine/sessions/passwords.ts'
import { createSessions, type OpenedSession, type Sessions } from '#main/engine/sessions/sessions.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { seededRandom } from '../support/random.ts'
import { refusedWith } from '../support/refused.ts'

/** Cheap on purpose: what they cost is tested with the passwords. */
const cheap = { logN: 4, r: 8, p: 1 }
const minuteMs = 60_000
const dayMs = 24 * 3_600_000
const visitor = { address: '127.0.0.1', userAgent: 'Firefox' }
const password = 'correct horse battery'
const ada = { organizationName: 'Harbour Hall', name: 'Ada', email: 'ada@harbourhall.example', password }

let world: EngineFixture
let sessions: Sessions
let opened: OpenedSession

beforeEach(async () => {
  world = engineFixture()
  const passwords = createPasswords(seededRandom(2), cheap)
  sessions = createSessions(world.toolbox, { version: '1.2.3', passwords })
  opened = await sessions.signIn.setUp(visitor, ada)
})
afterEach(() => world.close())

const find = ({ token }: OpenedSession) => sessions.keeper.find(token)
const signIn = (given = password) =>
  sessions.signIn.withPassword(visitor, { email: ada.email, password: given })
const found = async (of: OpenedSession) => {
  const session = await find(of)
  if (session === null) throw new Error('The session has ended.')
  return session
}
const auditLog = async () => {
  const organization = await world.store.read.organizations.getByName(ada.organizationName)
  const entries = await world.store.read.audit.list({ organizationId: organization?.id ?? '', limit: 100 })
  return entries.map(({ action, actorName, after }) => ({ action, actorName, after })).reverse()
}
const actions = async () => (await auditLog()).map(({ action }) => action)

describe('the first run', () => {
  test('makes an organization that may use everything, and its owner, who is signed in', async () => {
    const state = await sessions.own.current(await found(opened))
    expect(state).toMatchObject({
      state: 'signed_in',
      demo: false,
      version: '1.2.3',
      user: { name: 'Ada', email: ada.email, platformAdmin: true },
      organizations: [
        {
          name: 'Harbour Hall',
          plan: 'enterprise',
          workspaceRole: 'admin',
          organizationRole: 'owner',
          membershipSource: 'membership',
        },
      ],
      idleLockMinutes: 15,
    })
    expect(await actions()).toEqual(['installation.set_up', 'session.signed_in'])
  })

  test('happens once, also when two people try at the same time', async () => {
    await refusedWith('already_set_up', sessions.signIn.setUp(visitor, { ...ada, organizationName: 'Other' }))
    const empty = engineFixture()
    const both = createSessions(empty.toolbox, {
      version: '',
      passwords: createPasswords(seededRandom(3), cheap),
    })
    const results = await Promise.allSettled([
      both.signIn.setUp(visitor, ada),
      both.signIn.setUp(visitor, { ...ada, organizationName: 'Other', email: 'b@other.example' }),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await empty.store.read.organizations.count()).toBe(1)
    await empty.close()
  })

  test('is offered while nobody has done it', async () => {
    const empty = engineFixture()
    const { own } = createSessions(empty.toolbox, { version: '1' })
    expect(await own.current(null)).toEqual({ state: 'not_set_up', demo: false, version: '1' })
    await empty.close()
  })
})

describe('signing in', () => {
  test('opens a session that its token finds, and nothing else does', async () => {
    const second = await signIn()
    expect(second.token).not.toBe(opened.token)
    expect((await found(second)).user.email).toBe(ada.email)
    expect(await sessions.keeper.find(`${second.token}x`)).toBeNull()
    expect(await sessions.keeper.find('')).toBeNull()
    expect((await world.store.read.users.getByEmail(ada.email))?.lastSignInAt).toBe(world.clock.now())
  })

  test('says the same of a wrong password and of nobody', async () => {
    const wrong = await refusedWith('wrong_credentials', signIn('wrong horse battery'))
    const nobody = await refusedWith(
      'wrong_credentials',
      sessions.signIn.withPassword(visitor, { email: 'nobody@harbourhall.example', password }),
    )
    expect(nobody.message).toBe(wrong.message)
    expect(nobody.detail).toBe(wrong.detail)
  })

  test('leaves a failure in the audit log for a person who exists only', async () => {
    await refusedWith('wrong_credentials', signIn('wrong horse battery'))
    await refusedWith(
      'wrong_credentials',
      sessions.signIn.withPassword(visitor, { email: 'nobody@x.example', password }),
    )
    expect((await actions()).filter((action) => action === 'session.sign_in_failed')).toHaveLength(1)
    expect(JSON.stringify(await auditLog())).not.toContain('wrong horse')
  })

  test('is refused for a disabled account, whatever the way', async () => {
    const organization = await world.store.read.organizations.getByName(ada.organizationName)
    const disabled = await world.person(organization?.id ?? '', { status: 'disabled' })
    const email = `${disabled.id}@people.example`
    expect(await sessions.signIn.createCode(email)).toBeNull()
    const hash = await createPasswords(seededRandom(4), cheap).hash(password)
    await world.store.write((writer) => writer.users.setPasswordHash(disabled.id, hash))
    await refusedWith('account_disabled', sessions.signIn.withPassword(visitor, { email, password }))
    await refusedWith('wrong_credentials', sessions.signIn.withPassword(visitor, { email, password: 'x' }))
  })

  test('keeps the newest fifty sessions of a person', async () => {
    let last = opened
    for (let count = 0; count < 50; count += 1) {
      world.clock.advance(1)
      last = await signIn()
    }
    expect(await find(opened)).toBeNull()
    expect(await sessions.own.list(await found(last))).toHaveLength(50)
  })
})

describe('a one-time code', () => {
  test('signs the first owner in, once', async () => {
    const code = (await sessions.signIn.createCode(null)) ?? ''
    const entered = await sessions.signIn.withCode(visitor, code)
    expect((await found(entered)).user.name).toBe('Ada')
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, code))
    expect(await auditLog()).toContainEqual({
      action: 'session.signed_in',
      actorName: 'Ada',
      after: '{"how":"code"}',
    })
  })

  test('is over after ten minutes', async () => {
    const inTime = (await sessions.signIn.createCode(null)) ?? ''
    world.clock.advance(10 * minuteMs - 1)
    await sessions.signIn.withCode(visitor, inTime)
    const late = (await sessions.signIn.createCode(null)) ?? ''
    world.clock.advance(10 * minuteMs)
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, late))
  })

  test('cannot be made up', async () => {
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, 'x'.repeat(43)))
    expect(await sessions.signIn.createCode('nobody@x.example')).toBeNull()
  })
})

describe('the demo', () => {
  test('lets one click sign in, and says who is who', async () => {
    await world.store.write((writer) => writer.installation.set('demo', '1'))
    const home = (await world.store.read.organizations.getByName(ada.organizationName))?.id ?? ''
    await world.person(home, { name: 'Sam', workspaceRole: 'staff', organizationRole: 'member' })
    const meta = await world.person(home, {
      name: 'Meta',
      workspaceRole: 'manager',
      organizationRole: 'member',
      source: 'metadata',
    })
    const people = await sessions.signIn.demoPeople()
    expect(people.map(({ name, description }) => `${name}: ${description}`)).toEqual([
      'Sam: Harbour Hall: organization member, workspace staff',
      'Meta: Harbour Hall: a manager by sign-in metadata only, no membership',
      'Ada: Platform admin',
    ])
    const entered = await sessions.signIn.as(visitor, meta.id)
    expect(await sessions.own.current(await found(entered))).toMatchObject({
      demo: true,
      organizations: [{ name: 'Harbour Hall', membershipSource: 'metadata', workspaceRole: 'manager' }],
    })
  })

  test('is the only place where that works', async () => {
    expect(await sessions.signIn.demoPeople()).toEqual([])
    await refusedWith('demo_only', sessions.signIn.as(visitor, opened.session.user.id))
  })
})

describe('a session', () => {
  test('ends after thirty days, used or not', async () => {
    world.clock.advance(30 * dayMs - 1)
    await sessions.keeper.touch(opened.session)
    expect(await find(opened)).not.toBeNull()
    world.clock.advance(1)
    expect(await find(opened)).toBeNull()
  })

  test('locks itself when it was not used for a quarter of an hour', async () => {
    world.clock.advance(10 * minuteMs)
    await sessions.keeper.touch(await found(opened))
    world.clock.advance(15 * minuteMs)
    expect((await found(opened)).locked).toBe(false)
    world.clock.advance(1)
    const answers = await Promise.all([found(opened), found(opened), found(opened)])
    expect(answers.map(({ locked }) => locked)).toEqual([true, true, true])
    expect((await actions()).filter((action) => action === 'session.locked_idle')).toHaveLength(1)
    expect(await sessions.own.current(await found(opened))).toMatchObject({
      state: 'locked',
      user: { name: 'Ada' },
    })
  })

  test('remembers its last use to the millisecond, and writes it once a minute', async () => {
    const writtenAt = async () => {
      const [record] = await world.store.read.sessions.listOfUser(opened.session.user.id, world.clock.now())
      return record?.lastSeenAt
    }
    const start = world.clock.now()
    await sessions.keeper.touch(opened.session)
    world.clock.advance(59_999)
    await sessions.keeper.touch(opened.session)
    expect(await writtenAt()).toBe(start)
    expect(await sessions.own.list(opened.session)).toMatchObject([{ lastSeenAt: start + 59_999 }])
    world.clock.advance(1)
    await sessions.keeper.touch(opened.session)
    expect(await writtenAt()).toBe(start + minuteMs)
  })

  test('never locks itself when that is turned off', async () => {
    await world.store.write((writer) => writer.installation.set('idle_lock_minutes', '0'))
    world.clock.advance(20 * dayMs)
    expect((await found(opened)).locked).toBe(false)
  })

  test('is locked and unlocked by hand', async () => {
    await sessions.own.lock(opened.session, visitor)
    const locked = await found(opened)
    expect(locked.locked).toBe(true)
    await refusedWith('wrong_credentials', sessions.own.unlock(locked, visitor, 'wrong horse battery'))
    expect((await found(opened)).locked).toBe(true)
    world.clock.advance(dayMs)
    await sessions.own.unlock(locked, visitor, password)
    expect((await found(opened)).locked).toBe(false)
    expect((await actions()).slice(2)).toEqual([
      'session.locked',
      'session.password_wrong',
      'session.unlocked',
    ])
  })

  test('tells who listens when it cannot be used any more', async () => {
    const lost: string[] = []
    const forget = sessions.keeper.onLost((id) => lost.push(id))
    await sessions.own.lock(opened.session, visitor)
    const second = await signIn()
    await sessions.own.signOut(second.session, visitor)
    expect(lost).toEqual([opened.session.id, second.session.id])
    forget()
    await sessions.own.signOut(opened.session, visitor)
    expect(lost).toHaveLength(2)
  })

  test('is shown in a list, and ended from another one', async () => {
    const second = await sessions.signIn.withPassword(
      { address: '::1', userAgent: 'x'.repeat(1_000) },
      { email: ada.email, password },
    )
    const listed = await sessions.own.list(second.session)
    expect(listed.map(({ id, current, address }) => ({ id, current, address }))).toEqual(
      expect.arrayContaining([
        { id: second.session.id, current: true, address: '::1' },
        { id: opened.session.id, current: false, address: '127.0.0.1' },
      ]),
    )
    expect(Math.max(...listed.map(({ userAgent }) => userAgent.length))).toBe(300)
    await sessions.own.revoke(second.session, visitor, opened.session.id)
    expect(await find(opened)).toBeNull()
    expect(await find(second)).not.toBeNull()
  })

  test('of somebody else cannot be ended', async () => {
    const stranger = await world.person(null)
    const code = (await sessions.signIn.createCode(`${stranger.id}@people.example`)) ?? ''
    const theirs = await sessions.signIn.withCode(visitor, code)
    await refusedWith('not_found', sessions.own.revoke(theirs.session, visitor, opened.session.id))
    expect(await find(opened)).not.toBeNull()
  })
})

describe('a new password', () => {
  test('takes the place of the old one, and ends all other sessions', async () => {
    const second = await signIn()
    const newPassword = 'a longer secret than before'
    const change = { currentPassword: password, newPassword }
    await refusedWith(
      'wrong_credentials',
      sessions.own.changePassword(second.session, visitor, { ...change, currentPassword: 'no' }),
    )
    expect(await find(opened)).not.toBeNull()
    const lost: string[] = []
    sessions.keeper.onLost((id) => lost.push(id))
    await sessions.own.changePassword(second.session, visitor, change)
    expect(lost).toEqual([opened.session.id])
    expect(await find(opened)).toBeNull()
    expect(await find(second)).not.toBeNull()
    await refusedWith('wrong_credentials', signIn(password))
    await signIn(newPassword)
    expect(JSON.stringify(await auditLog())).not.toContain(newPassword)
  })
})

describe('passwords', () => {
  test('are kept as scrypt with N 2^15, r 8, p 1 and a salt of 16 bytes', async () => {
    const passwords = createPasswords(seededRandom(5))
    const stored = await passwords.hash(password)
    const [, name, parameters, salt, hash] = stored.split('$')
    expect([name, parameters]).toEqual(['scrypt', 'ln=15,r=8,p=1'])
    expect(Buffer.from(salt ?? '', 'base64')).toHaveLength(16)
    expect(Buffer.from(hash ?? '', 'base64')).toHaveLength(32)
    expect(await passwords.verify(password, stored)).toBe(true)
    expect(await passwords.verify(`${password} `, stored)).toBe(false)
    expect(await passwords.hash(password)).not.toBe(stored)
  })

  test('are the same composed and decomposed', async () => {
    const passwords = createPasswords(seededRandom(5), cheap)
    const stored = await passwords.hash('caf\u00e9 and more')
    expect(await passwords.verify('cafe\u0301 and more', stored)).toBe(true)
  })

  test('that do not exist take as much work as those that do', async () => {
    const passwords = createPasswords(seededRandom(5))
    const stored = await passwords.hash(password)
    const measured = async (against: string | null) => {
      const before = process.cpuUsage()
      expect(await passwords.verify('wrong', against)).toBe(false)
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await measured(stored)
    expect(await measured(null)).toBeGreaterThan((await measured(stored)) / 3)
  })

  test('wait in a bounded line', async () => {
    const passwords = createPasswords(seededRandom(5), cheap)
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => passwords.verify('x', null)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(16)
    expect(await passwords.verify('x', null)).toBe(false)
  })
})
