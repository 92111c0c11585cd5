import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { platformOrganizationId } from '#contract/ids.ts'
import type { Shape } from '#contract/webhook-options.ts'
import type { AuditFact } from '#main/engine/audit/audit.ts'
import { createEngine } from '#main/engine/engine.ts'
import { eventBody } from '#main/engine/events/body.ts'
import { emitOperationalEvent } from '#main/engine/platform/operational-events.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let pat: Person
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization({ name: 'Harbour Hall', plan: 'free' })
  pat = await world.person(null, { name: 'Pat', platformAdmin: true })
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const own = () => world.engine.operations.operationalWebhooks
const create = (over: Partial<Parameters<ReturnType<typeof own>['create']>[1]> = {}, by = pat) =>
  own().create(by, {
    url: 'https://pager.example/hook',
    events: ['*'],
    timeoutMs: 15_000,
    concurrency: 16,
    scheduleMs: null,
    ...over,
  })
const created = async (over: Parameters<typeof create>[0] = {}) => (await create(over)).webhook
const one = ({ id: webhookId }: { id: string }) => ({ webhookId })
const list = async (over = {}) => (await own().list(pat, { limit: 50, ...over })).items
const deliveries = async (over = {}) => (await own().deliveries(pat, { limit: 50, ...over })).items
const unknownWebhook = 'whk_00000000000000000000000000'

const example = (type: string) => {
  const found = world.parts.operationalEventTypes.list().find(({ name }) => name === type)
  if (found === undefined) throw new Error(`There is no operational event type ${type}.`)
  const { organization: _organization, ...data } = found.example
  return data
}
const emit = (type: string, organizationId: string | null = home.id) =>
  world.store.write((writer) =>
    emitOperationalEvent(world.toolbox, writer, { type, organizationId, data: example(type) }),
  )

describe('an operational webhook', () => {
  test('is created without any capability, with a secret that is shown once', async () => {
    const { webhook, secret } = await create()
    expect(secret).toMatch(/^whsec_/)
    expect(webhook).toMatchObject({
      name: 'pager.example',
      status: 'active',
      createdBy: 'Pat',
      occasionId: null,
    })
    expect(await list()).toMatchObject([{ id: webhook.id, secrets: [{ tail: secret?.slice(-4) }] }])
    expect(JSON.stringify(await list())).not.toContain(secret)
  })

  test('is told in the audit log of the installation, not in that of an organization', async () => {
    const facts: AuditFact[] = []
    const audit = {
      record: async (_writer: unknown, _caller: unknown, fact: AuditFact) => void facts.push(fact),
    }
    const { operationalWebhooks } = createEngine(world.parts, { ...world.toolbox, audit }).operations
    const { id } = await created()
    await operationalWebhooks.pause(pat, { webhookId: id })
    expect(facts).toMatchObject([
      { action: 'platform.webhooks.pause', organizationId: null, targetId: id, after: { status: 'paused' } },
    ])
  })

  test('subscribes to operational events, and to no others', async () => {
    const error = await refusedWith('invalid', create({ events: ['webhook.*', 'attendee.registered'] }))
    expect(error.fields).toMatchObject([{ path: '/events/1' }])
    const types = await own().eventTypes(pat, undefined)
    expect(types.map(({ name }) => name)).toEqual([
      'webhook.disabled',
      'webhook.failing',
      'webhook.recovered',
      'delivery.exhausted',
      'connection.failing',
      'key.expiring',
      'queue.overdue',
      'disk.low',
    ])
    const offered = await world.engine.operations.eventTypes.list(pat, undefined)
    expect(offered.map(({ name }) => name)).not.toContain('webhook.disabled')
  })

  test('is under the network policy, with rules of its own', async () => {
    world.policy.block('pager.lan', 'a private address')
    const url = 'https://pager.lan/hook'
    await refusedWith('destination_blocked', create({ url }))
    const rule = await own().addNetworkRule(pat, { target: 'pager.lan', note: 'the pager in the rack' })
    expect(await own().networkRules(pat, undefined)).toEqual([rule])
    await create({ url })
    await own().removeNetworkRule(pat, { networkRuleId: rule.id })
    expect(await own().networkRules(pat, undefined)).toEqual([])
  })

  test('is changed, paused, resumed and deleted', async () => {
    const webhook = await created()
    expect(await own().update(pat, { ...one(webhook), name: 'Pager' })).toMatchObject({ name: 'Pager' })
    expect((await own().pause(pat, one(webhook))).status).toBe('paused')
    expect(await emit('webhook.disabled')).toBe(1)
    expect(await deliveries()).toMatchObject([{ status: 'held', heldReason: 'paused' }])
    expect(await own().resume(pat, one(webhook))).toMatchObject({ status: 'active', recent: { waiting: 1 } })
    await own().delete(pat, one(webhook))
    expect(await list()).toEqual([])
    expect(await deliveries()).toMatchObject([{ status: 'discarded' }])
  })

  test('is tried with an example of an event, through the real pipeline', async () => {
    const webhook = await created()
    const { deliveryId } = await own().sendTest(pat, { ...one(webhook), eventType: 'key.expiring' })
    const delivery = await own().delivery(pat, { deliveryId })
    expect(delivery).toMatchObject({ kind: 'test', eventType: 'key.expiring', status: 'waiting' })
    expect(JSON.parse(delivery.body)).toMatchObject({ type: 'key.expiring', data: { apiKey: {} } })
    await refusedWith('invalid', own().sendTest(pat, { ...one(webhook), eventType: 'attendee.registered' }))
  })

  test('has its filter and shape tried on operational events alone, and on an example before there are any', async () => {
    const shape: Shape = { steps: [{ kind: 'pick', paths: ['type'] }], contentType: 'json' }
    const previewShape = () => own().previewShape(pat, { events: ['disk.low'], headers: [], shape })
    const theirs = await world.webhook(home.id)
    await world.deliveries(theirs, 1)
    expect(await previewShape()).toMatchObject({
      source: { kind: 'example', type: 'disk.low' },
      after: { text: '{"type":"disk.low"}' },
    })
    await created()
    await emit('webhook.disabled')
    await emit('disk.low', null)
    expect(await previewShape()).toMatchObject({ source: { kind: 'event', type: 'disk.low' } })
    const condition = { 'data.organization.name': 'Harbour Hall' }
    const { events, matched } = await own().previewCondition(pat, { events: ['*'], condition })
    expect(events.map((event) => [event.type, event.matched])).toEqual([
      ['disk.low', false],
      ['webhook.disabled', true],
    ])
    expect(matched).toBe(1)
    await refusedWith('invalid', own().previewCondition(pat, { events: ['attendee.*'], condition }))
  })

  test('stays when everybody loses every capability', async () => {
    const webhook = await created()
    await emit('key.expiring')
    await world.engine.upkeep.sweep()
    await world.engine.start()
    expect(await list()).toMatchObject([{ id: webhook.id, status: 'active', recent: { waiting: 1 } }])
  })

  test('is seen by no tenant, and in no list across tenants', async () => {
    const webhook = await created()
    const { deliveryId } = await own().sendTest(pat, { ...one(webhook), eventType: 'disk.low' })
    const across = await world.engine.operations.platform.webhooks(pat, { limit: 50, failing: false })
    expect(across.items).toEqual([])
    const askers = [
      [owner, home.id],
      [pat, platformOrganizationId],
      [operator, home.id],
      [operator, platformOrganizationId],
    ] as const
    for (const [caller, organizationId] of askers) {
      const target = { organizationId, webhookId: webhook.id }
      await refusedWith('not_found', world.engine.operations.webhooks.get(caller, target))
      const delivery = { organizationId, deliveryId }
      await refusedWith('not_found', world.engine.operations.deliveries.get(caller, delivery))
    }
  })
})

describe('who may', () => {
  test('is a platform admin, whatever somebody is in an organization', async () => {
    const webhook = await created()
    const refused: Promise<unknown>[] = [
      create({}, owner),
      own().list(owner, { limit: 5 }),
      own().eventTypes(owner, undefined),
      own().update(owner, { ...one(webhook), name: 'Mine' }),
      own().pause(owner, one(webhook)),
      own().resume(owner, one(webhook)),
      own().delete(owner, one(webhook)),
      own().sendTest(owner, { ...one(webhook), eventType: 'disk.low' }),
      own().previewCondition(owner, { events: ['*'], condition: null }),
      own().previewShape(owner, { events: ['*'], shape: null, headers: [] }),
      own().deliveries(owner, { limit: 5 }),
      own().networkRules(owner, undefined),
      own().addNetworkRule(owner, { target: 'pager.lan', note: 'mine' }),
    ]
    for (const call of refused) await refusedWith('not_platform_admin', call)
    expect(await list()).toMatchObject([{ name: 'pager.example', status: 'active' }])
  })

  test('finds no webhook, delivery or rule of an organization here', async () => {
    const theirs = await world.webhook(home.id)
    const [delivery] = await world.deliveries(theirs, 1)
    for (const webhookId of [theirs.id, unknownWebhook]) {
      await refusedWith('not_found', own().update(pat, { webhookId, name: 'Ours' }))
      await refusedWith('not_found', own().pause(pat, { webhookId }))
      await refusedWith('not_found', own().delete(pat, { webhookId }))
      await refusedWith('not_found', own().sendTest(pat, { webhookId, eventType: 'disk.low' }))
    }
    await refusedWith('not_found', own().delivery(pat, { deliveryId: delivery?.id ?? '' }))
    const eventId = delivery?.eventId ?? ''
    await refusedWith(
      'not_found',
      own().previewShape(pat, { events: ['*'], shape: null, headers: [], eventId }),
    )
    expect(await deliveries({ webhookId: theirs.id })).toEqual([])
    expect(await world.store.read.webhooks.get(theirs.id)).toMatchObject({ status: 'active' })
  })
})

describe('an operational event', () => {
  test('goes to each webhook that subscribes to it, with the organization that it is about', async () => {
    const pager = await created({ events: ['webhook.*'] })
    const all = await created({ events: ['*'] })
    await created({ events: ['key.expiring'] })
    expect(await emit('webhook.disabled')).toBe(2)
    const made = await deliveries()
    expect(made.map(({ webhookId }) => webhookId).sort()).toEqual([pager.id, all.id].sort())
    expect(made).toMatchObject([{ status: 'waiting' }, { status: 'waiting' }])
    const { body } = await own().delivery(pat, { deliveryId: made[0]?.id ?? '' })
    const occurredAt = world.clock.now()
    const organization = { id: home.id, name: 'Harbour Hall' }
    const data = { organization, ...example('webhook.disabled') }
    expect(body).toBe(eventBody({ type: 'webhook.disabled', occurredAt, data, occasion: null }))
  })

  test('writes nothing where nobody subscribes to it', async () => {
    await created({ events: ['key.expiring'] })
    expect(await emit('webhook.disabled')).toBe(0)
    const { rows } = await world.store.read.events.list({ organizationId: platformOrganizationId, limit: 5 })
    expect(rows).toEqual([])
  })

  test('is held while sending is switched off for everybody, and drains when it is on again', async () => {
    const { platform } = world.engine.operations
    const everybody = { name: 'delivery', organizationId: null } as const
    await created()
    await platform.switchOff(pat, { ...everybody, reason: 'an incident' })
    await emit('disk.low', null)
    expect(await deliveries()).toMatchObject([{ status: 'held', heldReason: 'switched_off' }])
    await platform.switchOn(pat, everybody)
    expect(await deliveries()).toMatchObject([{ status: 'waiting', heldReason: null }])
  })

  test.each([
    ['of an unknown type', { type: 'webhook.exploded', data: {} }],
    ['with other data than its type has', { type: 'disk.low', data: { freeBytes: 'few', totalBytes: 1 } }],
  ])('%s is a mistake that nobody is told of', async (_what, event) => {
    await created()
    await expect(
      world.store.write((writer) =>
        emitOperationalEvent(world.toolbox, writer, { ...event, organizationId: null }),
      ),
    ).rejects.toThrow(event.type)
    expect(await deliveries()).toEqual([])
  })

  test('is described by a schema that its example fits', () => {
    for (const { name, example: data } of world.parts.operationalEventTypes.list()) {
      expect(world.parts.operationalEventTypes.check(name, data)).toEqual([])
      expect(world.parts.operationalEventTypes.check(name, {})).not.toEqual([])
    }
  })
})
