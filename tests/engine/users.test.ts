import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPasswords } from '#main/engine/sessions/passwords.ts'
import { createSessions, type Sessions } from '#main/engine/sessions/sessions.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { operator, type Person } from '../support/makers.ts'
import { seededRandom } from '../support/random.ts'
import { refusedWith } from '../support/refused.ts'

const dayMs = 24 * 3_600_000
const visitor = { address: '127.0.0.1', userAgent: 'Firefox' }
const max = {
  name: 'Max',
  email: 'max@harbourhall.example',
  organizationRole: 'manager',
  workspaceRole: 'manager',
} as const

let world: EngineFixture
let sessions: Sessions
let home: OrganizationRecord
let away: OrganizationRecord
let owner: Person
let admin: Person

beforeEach(async () => {
  world = engineFixture()
  const passwords = createPasswords(seededRandom(2), { logN: 4, r: 8, p: 1 })
  sessions = createSessions(world.toolbox, { version: '1.2.3', passwords })
  home = await world.organization({ name: 'Harbour Hall' })
  away = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  admin = await world.person(home.id, { name: 'Bea', organizationRole: 'admin' })
})
afterEach(() => world.close())

const users = () => world.engine.operations.users
const here = () => ({ organizationId: home.id })
const invite = (over: Partial<Parameters<ReturnType<typeof users>['invite']>[1]> = {}, by = owner) =>
  users().invite(by, { ...here(), ...max, ...over })
const one = ({ id: userId }: { id: string }) => ({ ...here(), userId })
const codeOf = (invitation: { signInPath: string } | null) =>
  new URL(invitation?.signInPath ?? '', 'http://127.0.0.1').searchParams.get('code') ?? ''
const membership = ({ id }: { id: string }) => world.store.read.users.getMembership(id, home.id)
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 50 })
const owners = async () => {
  const people = await world.store.read.users.listOfOrganization({ organizationId: home.id, limit: 50 })
  return people.filter((one) => one.membership?.organizationRole === 'owner').map(({ name }) => name)
}

describe('inviting', () => {
  test('makes an account, a membership and a code that signs in once', async () => {
    const { user, invitation } = await invite()
    const expiresAt = world.clock.now() + 7 * dayMs
    expect(user).toMatchObject({
      name: 'Max',
      organizationRole: 'manager',
      workspaceRole: 'manager',
      membershipSource: 'membership',
      invitation: { expiresAt },
    })
    expect(invitation).toMatchObject({ expiresAt })
    expect(invitation?.signInPath).toMatch(/^\/sign-in\?code=[\w-]{43}$/)
    world.clock.advance(6 * dayMs)
    const { session } = await sessions.signIn.withCode(visitor, codeOf(invitation))
    expect(session.user.name).toBe('Max')
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, codeOf(invitation)))
  })

  test('ends after seven days, and the list says so', async () => {
    const { invitation } = await invite()
    world.clock.advance(7 * dayMs)
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, codeOf(invitation)))
    const { items } = await users().list(owner, { ...here(), limit: 50, search: 'Max' })
    expect(items).toMatchObject([{ invitation: { expiresAt: null } }])
    const others = await users().list(owner, { ...here(), limit: 50, search: 'Ada' })
    expect(others.items).toMatchObject([{ invitation: null }])
  })

  test('is told in the audit log without the code', async () => {
    const { user, invitation } = await invite()
    const [entry] = await auditLog()
    expect(entry).toMatchObject({ action: 'users.invite', actorName: 'Ada', targetId: user.id })
    expect(JSON.parse(entry?.after ?? '')).toEqual({
      name: 'Max',
      email: max.email,
      organizationRole: 'manager',
      workspaceRole: 'manager',
      newAccount: true,
    })
    expect(JSON.stringify(await auditLog())).not.toContain(codeOf(invitation))
  })

  test('gives somebody who has an account elsewhere the membership, and nobody a way into the account', async () => {
    const rita = await world.person(away.id, { name: 'Rita' })
    const email = `${rita.id}@people.example`
    const { user, invitation } = await invite({ email, name: 'Somebody' })
    expect(invitation).toBeNull()
    expect(user).toMatchObject({ id: rita.id, name: 'Rita', invitation: null, organizationRole: 'manager' })
    expect(await world.store.read.users.getMembership(rita.id, away.id)).not.toBeNull()
    await refusedWith('conflict', users().renewInvitation(owner, one(rita)))
  })

  test('gives no way into an account that is in use, nor into that of a platform admin', async () => {
    const used = await world.person(null, { name: 'Uwe' })
    const support = await world.person(null, { name: 'Pat', platformAdmin: true })
    await world.store.write((writer) => writer.users.setPasswordHash(used.id, 'a hash'))
    for (const person of [used, support]) {
      const { invitation } = await invite({ email: `${person.id}@people.example` })
      expect(invitation).toBeNull()
    }
  })

  test('makes a member of somebody whose role was only claimed', async () => {
    const meta = await world.person(home.id, { source: 'metadata', workspaceRole: 'admin' })
    const { user } = await invite({ email: `${meta.id}@people.example` })
    expect(user).toMatchObject({ membershipSource: 'membership', workspaceRole: 'manager' })
  })

  test('somebody who is a member already changes nothing', async () => {
    await refusedWith('conflict', invite({ email: `${admin.id}@people.example` }))
    expect(await membership(admin)).toMatchObject({ organizationRole: 'admin' })
    expect(await auditLog()).toEqual([])
  })

  test('the same address twice at the same time makes one account', async () => {
    const results = await Promise.allSettled([invite(), invite({ name: 'Maxim' })])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const { items } = await users().list(owner, { ...here(), limit: 50, search: max.email })
    expect(items).toHaveLength(1)
  })

  test('can be renewed: the older code works no more', async () => {
    const { user, invitation } = await invite()
    const renewed = await users().renewInvitation(owner, one(user))
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, codeOf(invitation)))
    expect((await sessions.signIn.withCode(visitor, codeOf(renewed))).session.user.id).toBe(user.id)
  })

  test('can be taken back, and begun again', async () => {
    const { user, invitation } = await invite()
    await users().remove(owner, one(user))
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, codeOf(invitation)))
    const again = await invite()
    expect(again.user.id).toBe(user.id)
    expect(again.invitation).not.toBeNull()
  })
})

describe('the first sign-in of an invited person', () => {
  const enter = async () => {
    const { invitation } = await invite()
    return sessions.signIn.withCode(visitor, codeOf(invitation))
  }
  const state = (session: Parameters<typeof sessions.own.current>[0]) => sessions.own.current(session)

  test('asks for a password, with which they come back', async () => {
    const { session } = await enter()
    expect(await state(session)).toMatchObject({ state: 'signed_in', needsPassword: true })
    const after = await sessions.own.setPassword(session, visitor, 'correct horse battery')
    expect(await state(after)).toMatchObject({ state: 'signed_in', needsPassword: false })
    const credentials = { email: max.email, password: 'correct horse battery' }
    expect((await sessions.signIn.withPassword(visitor, credentials)).session.user.name).toBe('Max')
    const { items } = await users().list(owner, { ...here(), limit: 50, search: 'Max' })
    expect(items).toMatchObject([{ invitation: null }])
    expect((await auditLog()).map(({ action }) => action)).toContain('user.password_set')
  })

  test('sets it once, and ends every other way in', async () => {
    const { session } = await enter()
    const renewed = await users().renewInvitation(owner, { ...here(), userId: session.user.id })
    const results = await Promise.allSettled([
      sessions.own.setPassword(session, visitor, 'correct horse battery'),
      sessions.own.setPassword(session, visitor, 'another horse battery'),
    ])
    // Which of the two hashes is made first is up to the machine.
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await refusedWith('sign_in_code_invalid', sessions.signIn.withCode(visitor, codeOf(renewed)))
    await refusedWith('conflict', users().renewInvitation(owner, { ...here(), userId: session.user.id }))
  })
})

describe('roles', () => {
  test('are changed, and told with before and after', async () => {
    const roles = { organizationRole: 'member', workspaceRole: 'staff' } as const
    expect(await users().setRoles(owner, { ...one(admin), ...roles })).toMatchObject(roles)
    expect(await membership(admin)).toEqual(roles)
    const [entry] = await auditLog()
    expect(entry).toMatchObject({ action: 'users.set_roles', targetId: admin.id })
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({
      organizationRole: 'admin',
      workspaceRole: 'admin',
    })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject(roles)
  })

  test('that stay the same are told to nobody', async () => {
    await users().setRoles(owner, { ...one(admin), organizationRole: 'admin', workspaceRole: 'admin' })
    expect(await auditLog()).toEqual([])
  })

  test('make a member of somebody whose role was only claimed', async () => {
    const meta = await world.person(home.id, { source: 'metadata', organizationRole: 'member' })
    const changed = await users().setRoles(admin, {
      ...one(meta),
      organizationRole: 'manager',
      workspaceRole: 'manager',
    })
    expect(changed.membershipSource).toBe('membership')
    const [entry] = await auditLog()
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ source: 'metadata' })
  })

  test('above their own are given by nobody', async () => {
    const toOwner = { organizationRole: 'owner', workspaceRole: 'admin' } as const
    await refusedWith('organization_role_not_allowed', users().setRoles(admin, { ...one(admin), ...toOwner }))
    await refusedWith('organization_role_not_allowed', invite(toOwner, admin))
    const { decision } = await refusedWith('organization_role_not_allowed', invite(toOwner, admin))
    expect(decision).toMatchObject({
      allowed: false,
      decidedBy: 'organization_role',
      remedy: { by: 'owner' },
    })
    expect(decision?.gates.find(({ gate }) => gate === 'organization_role')?.fact).toContain('owner')
    expect(await owners()).toEqual(['Ada'])
    await users().setRoles(owner, { ...one(admin), ...toOwner })
    expect(await owners()).toEqual(['Ada', 'Bea'])
  })

  test('of an owner are not for an admin to change, nor an owner to remove, nor their way in to renew', async () => {
    const second = (await invite({ organizationRole: 'owner' })).user
    const demote = { ...one(second), organizationRole: 'member', workspaceRole: 'staff' } as const
    await refusedWith('organization_role_not_allowed', users().setRoles(admin, demote))
    await refusedWith('organization_role_not_allowed', users().remove(admin, one(second)))
    await refusedWith('organization_role_not_allowed', users().renewInvitation(admin, one(second)))
    expect(await owners()).toEqual(['Ada', 'Max'])
  })

  test('are judged by what the caller is when it happens', async () => {
    const second = await world.person(home.id, { name: 'Bob' })
    // Both were allowed to ask; the second is no owner any more when it is their turn.
    const results = await Promise.allSettled([
      users().setRoles(owner, { ...one(second), organizationRole: 'admin', workspaceRole: 'admin' }),
      users().setRoles(second, { ...one(admin), organizationRole: 'owner', workspaceRole: 'admin' }),
    ])
    // Which of the two hashes is made first is up to the machine.
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await owners()).toEqual(['Ada'])
  })
})

describe('the last owner', () => {
  const demote = (person: Person, by = owner) =>
    users().setRoles(by, { ...one(person), organizationRole: 'admin', workspaceRole: 'admin' })

  test('is neither demoted nor removed, by nobody', async () => {
    await refusedWith('conflict', demote(owner))
    await refusedWith('conflict', users().remove(owner, one(owner)))
    await refusedWith('conflict', users().remove(operator, one(owner)))
    expect(await owners()).toEqual(['Ada'])
    expect(await auditLog()).toEqual([])
  })

  test('stays workspace admin: without it nobody could give it back', async () => {
    const staff = { organizationRole: 'owner', workspaceRole: 'staff' } as const
    await refusedWith('conflict', users().setRoles(owner, { ...one(owner), ...staff }))
    await world.person(home.id, { workspaceRole: 'manager' })
    await refusedWith('conflict', users().setRoles(owner, { ...one(owner), ...staff }))
    await world.person(home.id)
    await users().setRoles(owner, { ...one(owner), ...staff })
    expect(await membership(owner)).toEqual(staff)
  })

  test('is kept also where nobody could act as owner before', async () => {
    const quiet = await world.organization()
    const only = await world.person(quiet.id, { workspaceRole: 'staff' })
    const target = { organizationId: quiet.id, userId: only.id }
    await refusedWith('conflict', users().remove(operator, target))
    await users().setRoles(operator, { ...target, organizationRole: 'owner', workspaceRole: 'admin' })
    expect(await world.store.read.users.getMembership(only.id, quiet.id)).toMatchObject({
      workspaceRole: 'admin',
    })
  })

  test('is who can act: an owner whose account is disabled does not count, nor one of another organization', async () => {
    await world.person(home.id, { status: 'disabled' })
    await world.person(away.id)
    await world.person(home.id, { source: 'metadata' })
    await refusedWith('conflict', demote(owner))
  })

  test.each(['demotes', 'removes'] as const)('is left when each of two %s the other at once', async (how) => {
    const second = await world.person(home.id, { name: 'Bob' })
    const end = (person: Person, by: Person) =>
      how === 'demotes' ? demote(person, by) : users().remove(by, one(person))
    const results = await Promise.allSettled([end(second, owner), end(owner, second)])
    // Which of the two hashes is made first is up to the machine.
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await owners()).toEqual(['Ada'])
  })

  test('is left when two leave at once', async () => {
    const second = await world.person(home.id, { name: 'Bob' })
    const results = await Promise.allSettled([
      users().remove(owner, one(owner)),
      users().remove(second, one(second)),
    ])
    // Which of the two hashes is made first is up to the machine.
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await owners()).toEqual(['Bob'])
  })
})

describe('removing', () => {
  test('ends membership and claim; the session stays and loses the organization', async () => {
    const person = await world.person(home.id, { name: 'Sam', organizationRole: 'member' })
    await world.store.write((writer) =>
      writer.users.insertClaim(person.id, home.id, { workspaceRole: 'admin', organizationRole: null }),
    )
    await world.store.write((writer) => writer.installation.set('demo', '1'))
    const { session, token } = await sessions.signIn.as(visitor, person.id)
    await users().remove(admin, one(person))
    expect(await membership(person)).toBeNull()
    expect(await world.store.read.users.getClaim(person.id, home.id)).toBeNull()
    expect(await sessions.keeper.find(token)).not.toBeNull()
    expect(await sessions.own.current(session)).toMatchObject({ state: 'signed_in', organizations: [] })
    await refusedWith('not_found', users().list(person, { ...here(), limit: 50 }))
    expect(await auditLog()).toMatchObject([{ action: 'users.remove', targetId: person.id }, {}])
  })

  test('somebody of another organization is not found, like somebody who does not exist', async () => {
    const rita = await world.person(away.id)
    for (const userId of [rita.id, 'usr_00000000000000000000000000']) {
      const target = { ...here(), userId }
      await refusedWith('not_found', users().remove(owner, target))
      await refusedWith('not_found', users().renewInvitation(owner, target))
      const roles = { organizationRole: 'member', workspaceRole: 'staff' } as const
      await refusedWith('not_found', users().setRoles(owner, { ...target, ...roles }))
    }
  })
})

test('people are managed by workspace admins who are owner or admin by membership', async () => {
  const manager = await world.person(home.id, { workspaceRole: 'manager' })
  const member = await world.person(home.id, { organizationRole: 'manager' })
  const claimed = await world.person(home.id, { source: 'metadata' })
  const support = await world.person(null, { platformAdmin: true })
  const refusals = [
    ['role_not_allowed', manager],
    ['organization_role_not_allowed', member],
    ['membership_required', claimed],
    ['role_not_allowed', support],
  ] as const
  for (const [code, caller] of refusals) {
    await refusedWith(code, invite({}, caller))
    await refusedWith(code, users().remove(caller, one(admin)))
  }
})
