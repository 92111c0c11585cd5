import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { platformOrganizationId } from '#contract/ids.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const dayMs = 24 * 3_600_000

let world: EngineFixture
let home: OrganizationRecord
let pat: Person
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization({ name: 'Harbour Hall', plan: 'pro' })
  pat = await world.person(null, { name: 'Pat', platformAdmin: true })
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const platform = () => world.engine.operations.platform
const here = () => ({ organizationId: home.id })
const set = (over: Partial<Parameters<ReturnType<typeof platform>['setOverride']>[1]> = {}, by = pat) =>
  platform().setOverride(by, {
    ...here(),
    occasionId: null,
    capability: 'webhooks',
    effect: 'grant',
    endsAt: null,
    note: 'a trial',
    ...over,
  })
const remove = (overrideId: string, by = pat) => platform().removeOverride(by, { ...here(), overrideId })
const overrides = () => world.store.read.capabilities.listOverrides(home.id)
const statusOf = async ({ id }: { id: string }) => (await world.store.read.webhooks.get(id))?.status
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 50 })
const list = async (over = {}) =>
  (await platform().organizations(pat, { limit: 50, ...over })).items.map(({ name }) => name)

describe('an override', () => {
  test('grants what the plan does not, and is told with its note', async () => {
    const endsAt = world.clock.now() + 14 * dayMs
    const { override, effect } = await set({ endsAt })
    expect(override).toEqual({
      id: override.id,
      occasionId: null,
      capability: 'webhooks',
      effect: 'grant',
      endsAt,
      ended: false,
      note: 'a trial',
      createdAt: world.clock.now(),
      createdBy: 'Pat',
    })
    expect(effect.gained).toEqual([{ capability: 'webhooks', organization: true, occasions: 0 }])
    const decision = await world.toolbox.access.decide(owner.principal, 'webhooks.manage', here())
    expect(decision.allowed).toBe(true)
    expect(await auditLog()).toMatchObject([
      { action: 'platform.set_override', actorName: 'Pat', targetId: override.id, before: null },
    ])
  })

  test('takes the place of the one that was there, and only of that', async () => {
    const gala = await world.occasion(home.id)
    await set()
    await set({ occasionId: gala.id })
    await set({ capability: 'api_access' })
    const { override } = await set({ effect: 'deny', note: 'abuse' })
    const present = await overrides()
    expect(present).toHaveLength(3)
    expect(present.find(({ id }) => id === override.id)).toMatchObject({ effect: 'deny', note: 'abuse' })
    const [entry] = await auditLog()
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ effect: 'grant', note: 'a trial' })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ effect: 'deny', note: 'abuse' })
  })

  test('that denies suspends, and says what it did; its removal resumes nothing by itself', async () => {
    await world.store.write((writer) => writer.organizations.setPlan(home.id, 'enterprise'))
    const gala = await world.occasion(home.id, { name: 'Gala' })
    const ofGala = await world.webhook(home.id, { occasionId: gala.id, name: 'CRM' })
    const ofHome = await world.webhook(home.id)
    await world.deliveries(ofGala, 2)
    const { override, effect } = await set({ occasionId: gala.id, effect: 'deny', note: 'abuse' })
    expect(effect).toMatchObject({
      lost: [{ capability: 'webhooks', organization: false, occasions: 1 }],
      suspendedWebhooks: { total: 1, items: [{ name: 'CRM', occasionName: 'Gala' }] },
      heldDeliveries: 2,
    })
    expect([await statusOf(ofGala), await statusOf(ofHome)]).toEqual(['suspended', 'active'])
    const removed = await remove(override.id)
    expect(removed.effect.resumableWebhooks).toMatchObject({ total: 1, items: [{ id: ofGala.id }] })
    expect(await statusOf(ofGala)).toBe('suspended')
    const numbers = await world.store.read.webhookDeliveries.getNumbers([ofGala.id], 0)
    expect(numbers.get(ofGala.id)).toMatchObject({ waiting: 0, held: 2 })
  })

  test('of a trial that carries webhooks suspends them when it is removed', async () => {
    const { override } = await set()
    const hook = await world.webhook(home.id)
    await remove(override.id)
    expect(await statusOf(hook)).toBe('suspended')
    expect(await overrides()).toEqual([])
    expect((await auditLog()).map(({ action }) => action)).toEqual([
      'webhooks.suspend',
      'platform.remove_override',
      'platform.set_override',
    ])
  })

  test('ends in the future, and an ended one says so and speaks no more', async () => {
    const error = await refusedWith('invalid', set({ endsAt: world.clock.now() }))
    expect(error.fields).toMatchObject([{ path: '/endsAt' }])
    await set({ endsAt: world.clock.now() + 1 })
    world.clock.advance(1)
    const { items } = await platform().organizations(pat, { limit: 50 })
    expect(items).toMatchObject([
      {
        overrides: [{ ended: true }],
        capabilities: [{ granted: false }, { capability: 'webhooks', granted: false, source: 'plan' }],
      },
    ])
  })

  test('of another organization or occasion is not found, like one that does not exist', async () => {
    const away = await world.organization()
    const theirs = await world.occasion(away.id)
    const { override } = await set({ organizationId: away.id })
    for (const overrideId of [override.id, 'ovr_00000000000000000000000000']) {
      await refusedWith('not_found', remove(overrideId))
    }
    await refusedWith('not_found', set({ occasionId: theirs.id }))
    await refusedWith('not_found', set({ organizationId: 'org_00000000000000000000000001' }))
    expect(await world.store.read.capabilities.listOverrides(away.id)).toHaveLength(1)
  })

  test('announces itself to open consoles', async () => {
    const topics = new Set<string>()
    world.store.onChange((changed) => {
      for (const topic of changed) topics.add(topic)
    })
    await set()
    expect(topics).toContain('capabilities')
  })
})

describe('the organizations', () => {
  test('are listed by name, with capabilities, overrides and what hangs on them', async () => {
    const gala = await world.occasion(home.id)
    await set()
    await set({ occasionId: gala.id, capability: 'api_access' })
    await world.webhook(home.id, { status: 'suspended' })
    await world.organization({ name: 'Alpine Arena', plan: 'enterprise' })
    const { items } = await platform().organizations(pat, { limit: 50 })
    expect(items).toMatchObject([
      {
        name: 'Alpine Arena',
        plan: 'enterprise',
        capabilities: [
          { capability: 'api_access', granted: true, source: 'plan' },
          { capability: 'webhooks', granted: true, source: 'plan' },
        ],
        overrides: [],
        occasions: 0,
      },
      {
        name: 'Harbour Hall',
        capabilities: [{ granted: false }, { granted: true, source: 'organization_override' }],
        overrides: [{ capability: 'webhooks', occasionId: null }],
        occasions: 1,
        occasionOverrides: 1,
        suspendedWebhooks: 1,
      },
    ])
  })

  test('are searched by name and by id, and listed page by page', async () => {
    for (const name of ['Alpine Arena', 'Zoo']) await world.organization({ name })
    expect(await list({ search: 'arena' })).toEqual(['Alpine Arena'])
    expect(await list({ search: home.id })).toEqual(['Harbour Hall'])
    const first = await platform().organizations(pat, { limit: 2 })
    const second = await list({ limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.items.map(({ name }) => name), ...second]).toEqual([
      'Alpine Arena',
      'Harbour Hall',
      'Zoo',
    ])
  })

  test('tell of each occasion what it can do', async () => {
    const now = world.clock.now()
    const gala = await world.occasion(home.id, { name: 'Gala', startsAt: now + 2 })
    await world.occasion(home.id, { name: 'Fair', startsAt: now + 1, archivedAt: now })
    await set({ occasionId: gala.id })
    const { items } = await platform().occasions(pat, { ...here(), limit: 50 })
    expect(items).toMatchObject([
      {
        name: 'Gala',
        capabilities: [{ granted: false }, { granted: true, source: 'occasion_override' }],
        overrides: [{ capability: 'webhooks', note: 'a trial' }],
      },
      { name: 'Fair', archivedAt: now, capabilities: [{}, { granted: false }], overrides: [] },
    ])
    await refusedWith('malformed', platform().occasions(pat, { ...here(), limit: 50, cursor: 'e30' }))
  })
})

describe('the platform itself', () => {
  test('is no organization: no list has it, no name finds it, and nobody can be in it', async () => {
    expect(await list()).toEqual(['Harbour Hall'])
    expect(await world.store.read.organizations.get(platformOrganizationId)).toBeNull()
    expect(await world.store.read.organizations.getByName('')).toBeNull()
    expect(await world.store.read.organizations.list()).toHaveLength(1)
    expect(await world.store.read.organizations.count()).toBe(1)
    const target = { organizationId: platformOrganizationId }
    await refusedWith('not_found', set(target))
    await refusedWith('not_found', platform().occasions(pat, { ...target, limit: 5 }))
    await refusedWith('not_found', world.engine.operations.webhooks.list(pat, { ...target, limit: 5 }))
    const guest = { name: 'Max', email: 'max@example.com' }
    const roles = { organizationRole: 'member', workspaceRole: 'staff' } as const
    await refusedWith(
      'not_found',
      world.engine.operations.users.invite(pat, { ...target, ...guest, ...roles }),
    )
    await refusedWith(
      'not_found',
      world.engine.operations.subscription.change(pat, { ...target, plan: 'free' }),
    )
  })
})

test('capabilities are for platform admins, and for nobody of the organization', async () => {
  const ids = { ...here(), limit: 50 }
  await refusedWith('not_platform_admin', set({}, owner))
  await refusedWith('not_platform_admin', remove('ovr_00000000000000000000000000', owner))
  await refusedWith('not_platform_admin', platform().organizations(owner, { limit: 50 }))
  await refusedWith('not_platform_admin', platform().occasions(owner, ids))
  expect(await overrides()).toEqual([])
})
