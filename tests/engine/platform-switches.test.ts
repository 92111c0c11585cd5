import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drainSwitchedOff } from '#main/engine/platform/drain.ts'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let pat: Person
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization({ name: 'Harbour Hall' })
  pat = await world.person(null, { name: 'Pat', platformAdmin: true })
  owner = await world.person(home.id, { name: 'Ada' })
  hook = await world.webhook(home.id)
})
afterEach(() => world.close())

const platform = () => world.engine.operations.platform
const off = (name: 'delivery' | 'webhooks', organizationId: string | null = null, by = pat) =>
  platform().switchOff(by, { name, organizationId, reason: 'an incident' })
const on = (name: 'delivery' | 'webhooks', organizationId: string | null = null) =>
  platform().switchOn(pat, { name, organizationId })
const state = async (name: string) => {
  const found = (await platform().killSwitches(pat, undefined)).find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no switch ${name}.`)
  return found
}
const accept = (organizationId = home.id, by = owner) =>
  world.engine.intake.accept(by, organizationId, {
    type: 'attendee.registered',
    data: { email: 'visitor@example.com' },
  })
const deliveriesOf = async ({ id, organizationId }: WebhookRecord) =>
  (await world.store.read.deliveries.list({ organizationId, webhookId: id, limit: 200 })).rows.reverse()
const statesOf = async (of: WebhookRecord) =>
  (await deliveriesOf(of)).map(({ status, heldReason }) => heldReason ?? status)

describe('a switch', () => {
  test('is off for everybody with who, when and why, and is told', async () => {
    await off('webhooks')
    expect(await state('webhooks')).toEqual({
      name: 'webhooks',
      platform: { reason: 'an incident', by: 'Pat', at: world.clock.now() },
      organizations: [],
      organizationsOff: 0,
    })
    expect((await state('delivery')).platform).toBeNull()
    const manage = world.engine.operations.webhooks.pause(owner, {
      organizationId: home.id,
      webhookId: hook.id,
    })
    const refusal = await refusedWith('switched_off', manage)
    expect(JSON.stringify(refusal.decision)).toContain('an incident')
    await on('webhooks')
    expect((await state('webhooks')).platform).toBeNull()
    const entries = await world.store.read.audit.list({ organizationId: home.id, limit: 9 })
    expect(entries).toEqual([])
  })

  test('is off for one organization, and told in its audit log with before and after', async () => {
    await off('webhooks', home.id)
    expect(await state('webhooks')).toMatchObject({
      platform: null,
      organizations: [{ organizationId: home.id, organizationName: 'Harbour Hall', reason: 'an incident' }],
      organizationsOff: 1,
    })
    await on('webhooks', home.id)
    const entries = await world.store.read.audit.list({ organizationId: home.id, limit: 9 })
    expect(
      entries.map(({ action, before, after }) => [action, JSON.parse(before ?? ''), JSON.parse(after ?? '')]),
    ).toMatchObject([
      ['platform.switch_on', { on: false, reason: 'an incident' }, { on: true }],
      ['platform.switch_off', { on: true }, { on: false, reason: 'an incident', by: 'Pat' }],
    ])
  })

  test('that is on already is told to nobody', async () => {
    const topics: string[] = []
    world.store.onChange((changed) => topics.push(...changed))
    await on('webhooks')
    expect(topics).toEqual([])
  })

  test('announces itself to open consoles', async () => {
    const topics = new Set<string>()
    world.store.onChange((changed) => {
      for (const topic of changed) topics.add(topic)
    })
    await off('webhooks')
    expect(topics).toContain('kill_switches')
  })

  test('is for platform admins', async () => {
    await refusedWith('not_platform_admin', off('webhooks', null, owner))
    await refusedWith('not_platform_admin', off('webhooks', home.id, owner))
    await refusedWith('not_platform_admin', platform().killSwitches(owner, undefined))
    await refusedWith('not_found', off('webhooks', 'org_00000000000000000000000001'))
    expect(await state('webhooks')).toMatchObject({ platform: null, organizationsOff: 0 })
  })
})

describe('the switch of delivery', () => {
  test('off: events are accepted and held; what waits goes on waiting; nothing is deleted', async () => {
    await accept()
    await off('delivery')
    expect(world.delivery.reconsiders).toBe(1)
    await accept()
    expect(await statesOf(hook)).toEqual(['waiting', 'switched_off'])
  })

  test('on again: what was held waits for its turn, the oldest first, after what waited before', async () => {
    await accept()
    world.clock.advance(10)
    await off('delivery', home.id)
    for (let sent = 0; sent < 3; sent += 1) {
      await accept()
      world.clock.advance(10)
    }
    const wakes = world.delivery.wakes
    await on('delivery', home.id)
    expect(world.delivery.wakes).toBeGreaterThan(wakes)
    world.clock.advance(10)
    await accept()
    const deliveries = await deliveriesOf(hook)
    expect(deliveries.map(({ status }) => status)).toEqual(Array(5).fill('waiting'))
    const queued = [...deliveries].sort(
      (left, right) => (left.dueAt ?? 0) - (right.dueAt ?? 0) || (left.id < right.id ? -1 : 1),
    )
    expect(queued.map(({ id }) => id)).toEqual(deliveries.map(({ id }) => id))
  })

  test('drains in steps of at most a thousand', async () => {
    await world.deliveries(hook, 2_500, { status: 'held', heldReason: 'switched_off', dueAt: null })
    await off('delivery')
    let commits = 0
    world.store.onChange((topics) => {
      if (topics.includes('deliveries')) commits += 1
    })
    await on('delivery')
    expect(commits).toBe(3)
    const numbers = await world.store.read.webhookDeliveries.getNumbers([hook.id], 0)
    expect(numbers.get(hook.id)).toMatchObject({ waiting: 2_500, held: 0 })
  })

  test('drains no further when somebody switches off meanwhile', async () => {
    await world.deliveries(hook, 1_500, { status: 'held', heldReason: 'switched_off', dueAt: null })
    await off('delivery')
    const offAgain = new Promise<unknown>((resolve) => {
      const stop = world.store.onChange((topics) => {
        if (!topics.includes('deliveries')) return
        stop()
        const by = { organizationId: null, reason: 'again', by: 'Pat', at: world.clock.now() }
        resolve(world.store.write((writer) => writer.killSwitches.switchOff({ name: 'delivery', ...by })))
      })
    })
    await on('delivery')
    await offAgain
    const numbers = await world.store.read.webhookDeliveries.getNumbers([hook.id], 0)
    expect(numbers.get(hook.id)).toMatchObject({ waiting: 1_000, held: 500 })
  })

  test('on for one organization leaves what another one, or everybody, is still without', async () => {
    const away = await world.organization()
    const theirs = await world.webhook(away.id)
    const rita = await world.person(away.id)
    await off('delivery', home.id)
    await off('delivery', away.id)
    await off('delivery')
    await accept()
    await accept(away.id, rita)
    await on('delivery', home.id)
    expect([await statesOf(hook), await statesOf(theirs)]).toEqual([['switched_off'], ['switched_off']])
    await on('delivery')
    expect([await statesOf(hook), await statesOf(theirs)]).toEqual([['waiting'], ['switched_off']])
  })

  test('on again finds another reason to hold: that of the webhook, or a capability that was lost', async () => {
    const gala = await world.occasion(home.id)
    const heldFor = (of: WebhookRecord, occasionId: string | null = null) =>
      world.deliveries(of, 1, { status: 'held', heldReason: 'switched_off', dueAt: null, occasionId })
    const paused = await world.webhook(home.id, { status: 'paused' })
    const gone = await world.webhook(home.id, { status: 'disabled', statusReason: 'gone' })
    await heldFor(paused)
    await heldFor(gone)
    await heldFor(hook, gala.id)
    await heldFor(hook)
    await platform().setOverride(pat, {
      organizationId: home.id,
      occasionId: gala.id,
      capability: 'webhooks',
      effect: 'deny',
      endsAt: null,
      note: 'abuse',
    })
    await off('delivery')
    await on('delivery')
    expect(await statesOf(paused)).toEqual(['paused'])
    expect(await statesOf(gone)).toEqual(['gone'])
    expect(await statesOf(hook)).toEqual(['suspended', 'waiting'])
  })

  test('drains what an interruption left', async () => {
    await world.deliveries(hook, 1, { status: 'held', heldReason: 'switched_off', dueAt: null })
    await drainSwitchedOff(world.toolbox)
    expect(await statesOf(hook)).toEqual(['waiting'])
  })
})
