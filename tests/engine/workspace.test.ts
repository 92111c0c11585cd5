import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { actions } from '#contract/actions.ts'
import type { Status } from '#contract/settings.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { anonymous, operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let owner: Person
let staff: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization({ name: 'Harbour Hall' })
  away = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  staff = await world.person(home.id, { name: 'Sam', workspaceRole: 'staff', organizationRole: 'member' })
})
afterEach(() => world.close())

const here = () => ({ organizationId: home.id })
const override = (effect: 'grant' | 'deny', occasionId: string | null, organizationId = home.id) =>
  world.override(organizationId, { occasionId, capability: 'api_access', effect })

describe('the people', () => {
  const list = (over = {}) => world.engine.operations.users.list(owner, { ...here(), limit: 50, ...over })

  test('are listed by name, with where their role comes from', async () => {
    await world.person(home.id, { name: 'Meta', source: 'metadata', workspaceRole: 'manager' })
    await world.person(away.id, { name: 'Rita' })
    const { items } = await list()
    expect(items.map((user) => [user.name, user.workspaceRole, user.membershipSource])).toEqual([
      ['Ada', 'admin', 'membership'],
      ['Meta', 'manager', 'metadata'],
      ['Sam', 'staff', 'membership'],
    ])
    expect(JSON.stringify(items)).not.toMatch(/password/i)
  })

  test('are searched, and listed page by page', async () => {
    expect((await list({ search: 'sA' })).items.map(({ name }) => name)).toEqual(['Sam'])
    const first = await list({ limit: 1 })
    const second = await list({ limit: 1, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['Ada', 'Sam'])
    expect(second.nextCursor).toBeNull()
    await refusedWith('malformed', list({ cursor: 'e30' }))
  })

  test('two of one name are both listed, one on each page', async () => {
    await world.person(home.id, { name: 'Ada' })
    const first = await list({ limit: 1 })
    const second = await list({ limit: 1, cursor: first.nextCursor ?? '' })
    expect(second.items[0]?.name).toBe('Ada')
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id)
  })

  test('are for those who may see them', async () => {
    const { users } = world.engine.operations
    const stranger = await world.person(away.id)
    await refusedWith('role_not_allowed', users.list(staff, { ...here(), limit: 5 }))
    await refusedWith('not_found', users.list(stranger, { ...here(), limit: 5 }))
  })
})

describe('the subscription', () => {
  const get = (occasionId: string | null = null) =>
    world.engine.operations.subscription.get(owner, { ...here(), occasionId })

  test('tells the plan, what the plans offer, and why each capability is there', async () => {
    const answer = await get()
    expect(answer.plan).toBe('enterprise')
    expect(answer.offers.map(({ plan }) => plan)).toEqual(['free', 'standard', 'pro', 'enterprise'])
    expect(
      answer.capabilities.map(({ capability, granted, source }) => [capability, granted, source]),
    ).toEqual([
      ['api_access', true, 'plan'],
      ['webhooks', true, 'plan'],
    ])
  })

  test('sees the override on the occasion before that on the organization', async () => {
    const gala = await world.occasion(home.id)
    await override('deny', null)
    await override('grant', gala.id)
    expect((await get()).capabilities[0]).toMatchObject({ granted: false, source: 'organization_override' })
    expect((await get(gala.id)).capabilities[0]).toMatchObject({ granted: true, source: 'occasion_override' })
  })

  test('is refused for an occasion of elsewhere', async () => {
    const foreign = await world.occasion(away.id)
    await refusedWith('not_found', get(foreign.id))
  })
})

describe('the connections', () => {
  const list = (caller: Person, organizationId: string, occasionId: string | null = null) =>
    world.engine.operations.connections.list(caller, { organizationId, occasionId })

  test('come with the catalogue and the state of the capability, of all occasions or of one', async () => {
    const gala = await world.occasion(home.id)
    await world.connection(home.id)
    await world.connection(home.id, { occasionId: gala.id })
    await world.connection(away.id)
    const all = await list(owner, home.id)
    expect(all.capability).toMatchObject({ capability: 'api_access', granted: true })
    expect(all.connectors.map(({ id }) => id)).toContain('slack')
    expect(all.connections.map(({ occasionId }) => occasionId)).toEqual([null, gala.id])
    expect((await list(owner, home.id, gala.id)).connections).toHaveLength(1)
  })

  test('can be read without the capability, and not by staff', async () => {
    const free = await world.organization({ plan: 'free' })
    const finn = await world.person(free.id)
    expect((await list(finn, free.id)).capability).toMatchObject({ granted: false, source: 'plan' })
    await refusedWith('role_not_allowed', list(staff, home.id))
  })
})

describe('the status bar', () => {
  const get = (caller: Person = staff): Promise<Status> => world.engine.operations.status.get(caller, here())

  test('tells everybody of the organization what waits, what is held and what fails', async () => {
    const hook = await world.webhook(home.id)
    await world.deliveries(hook, 3)
    await world.deliveries(hook, 2, { status: 'held', heldReason: 'offline', dueAt: null })
    const foreign = await world.webhook(away.id)
    await world.deliveries(foreign, 7)
    world.delivery.current = { worker: 'starting', online: false }
    expect(await get()).toEqual({
      online: false,
      worker: 'starting',
      waiting: 3,
      held: 2,
      heldOffline: 2,
      failingWebhooks: 0,
      deliverySwitchedOff: false,
    })
  })

  test('tells of an occasion what the lists show of it', async () => {
    const gala = await world.occasion(home.id)
    const hook = await world.webhook(home.id, { occasionId: gala.id })
    await world.deliveries(hook, 2, { occasionId: gala.id })
    await world.deliveries(await world.webhook(home.id), 5)
    const { get: read } = world.engine.operations.status
    expect(await read(staff, { organizationId: home.id, occasionId: gala.id })).toMatchObject({ waiting: 2 })
    expect(await read(staff, here())).toMatchObject({ waiting: 7 })
  })

  test.each([
    ['the platform', true],
    ['the organization', true],
    ['another organization', false],
  ] as const)('says whether sending is switched off for %s', async (place, off) => {
    const organizations = {
      'the platform': null,
      'the organization': home.id,
      'another organization': away.id,
    }
    await world.store.write((writer) =>
      writer.killSwitches.switchOff({
        name: 'delivery',
        organizationId: organizations[place],
        reason: 'drill',
        by: 'Pat',
        at: 1,
      }),
    )
    expect((await get()).deliverySwitchedOff).toBe(off)
  })

  test('is refused to strangers, the signed-out and the disabled', async () => {
    await refusedWith('not_found', get(await world.person(away.id)))
    await refusedWith('account_disabled', get(await world.person(home.id, { status: 'disabled' })))
    await refusedWith('not_signed_in', world.engine.operations.status.get(anonymous, here()))
  })
})

describe('my own access', () => {
  const mine = (caller: Person, over = {}) =>
    world.engine.operations.access.mine(caller, { ...here(), ...over })

  test('is decided for every action, as decide() does', async () => {
    const decisions = await mine(staff)
    expect(decisions.map(({ action }) => action)).toEqual([...actions])
    for (const decision of decisions) {
      const target = { organizationId: home.id }
      expect(decision).toEqual(await world.toolbox.access.decide(staff.principal, decision.action, target))
    }
  })

  test('takes the occasion into account', async () => {
    const gala = await world.occasion(home.id)
    await override('deny', gala.id)
    const allowed = async (occasionId: string | null) =>
      (await mine(owner, { occasionId })).find(({ action }) => action === 'api_keys.view')?.allowed
    expect([await allowed(null), await allowed(gala.id)]).toEqual([true, false])
  })

  test('is nothing for strangers, and for the occasions of others', async () => {
    await refusedWith('not_found', mine(await world.person(away.id)))
    const foreign = await world.occasion(away.id)
    await refusedWith('not_found', mine(owner, { occasionId: foreign.id }))
    await refusedWith('not_found', mine(owner, { organizationId: world.toolbox.ids.next('org') }))
  })
})

describe('the access of somebody else', () => {
  const explain = (caller: Person | typeof operator, userId: string, over = {}) =>
    world.engine.operations.access.explain(caller, {
      ...here(),
      action: 'api_keys.manage',
      subject: { kind: 'user', userId },
      ...over,
    })

  test('is the decision on them, not on who asks', async () => {
    const decision = await explain(owner, staff.id)
    expect(decision).toMatchObject({
      allowed: false,
      decidedBy: 'workspace_role',
      principal: { kind: 'user', id: staff.id, name: 'Sam' },
    })
    expect((await explain(operator, owner.id)).allowed).toBe(true)
  })

  test('of a key is the decision on the key', async () => {
    const key = await world.key(home.id, { scopes: ['api'] })
    const ask = (apiKeyId: string) => explain(owner, '', { subject: { kind: 'api_key', apiKeyId } })
    expect(await ask(key.id)).toMatchObject({ allowed: false, decidedBy: 'scope' })
    const foreign = await world.key(away.id)
    await refusedWith('not_found', ask(foreign.id))
  })

  test('who has nothing to do with the organization is not told, not even their name', async () => {
    const rita = await world.person(away.id, { name: 'Rita' })
    const ofRita = await refusedWith('not_found', explain(owner, rita.id))
    const missing = world.toolbox.ids.next('usr')
    const ofNobody = await refusedWith('not_found', explain(owner, missing))
    expect(JSON.stringify(ofRita.decision).replaceAll(rita.id, 'ID')).toBe(
      JSON.stringify(ofNobody.decision).replaceAll(missing, 'ID'),
    )
  })

  test('is for those who may ask', async () => {
    await refusedWith('role_not_allowed', explain(staff, owner.id))
    await refusedWith('not_found', explain(await world.person(away.id), owner.id))
  })
})

describe('the audit log', () => {
  const list = (caller: Person, over = {}) =>
    world.engine.operations.audit.list(caller, { ...here(), limit: 50, ...over })

  test('is told newest first, page by page, with before and after as they were', async () => {
    const { settings } = world.engine.operations
    for (const idleLockMinutes of [5, 10, 20])
      await settings.setIdleLock(owner, { ...here(), idleLockMinutes })
    const first = await list(owner, { limit: 2 })
    const second = await list(owner, { limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ before, after }) => [before, after])).toEqual([
      [{ idleLockMinutes: 10 }, { idleLockMinutes: 20 }],
      [{ idleLockMinutes: 5 }, { idleLockMinutes: 10 }],
      [{ idleLockMinutes: 15 }, { idleLockMinutes: 5 }],
    ])
    expect(first.items[0]).toMatchObject({ actorKind: 'user', actorName: 'Ada', address: '127.0.0.1' })
    await refusedWith('malformed', list(owner, { cursor: 'Im5vIg' }))
  })

  test('is for admins by membership, and shows nothing of another organization', async () => {
    await world.engine.operations.settings.setIdleLock(owner, { ...here(), idleLockMinutes: 5 })
    const stranger = await world.person(away.id)
    expect((await list(stranger, { organizationId: away.id })).items).toEqual([])
    await refusedWith('not_found', list(stranger))
    await refusedWith('role_not_allowed', list(staff))
    await refusedWith('membership_required', list(await world.person(home.id, { source: 'metadata' })))
  })
})

test('event types are told to everybody who is signed in, and to nobody else', async () => {
  const { eventTypes } = world.engine.operations
  const types = await eventTypes.list(staff, undefined)
  expect(types.map(({ name }) => name)).toContain('attendee.registered')
  await refusedWith('not_signed_in', eventTypes.list(anonymous, undefined))
})
