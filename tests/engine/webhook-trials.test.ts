import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  const gala = await world.occasion(home.id, { name: 'Gala' })
  owner = await world.person(home.id)
  hook = await world.webhook(home.id, { occasionId: gala.id, events: ['order.*'] })
})
afterEach(() => world.close())

const webhooks = () => world.engine.operations.webhooks
const one = () => ({ organizationId: home.id, webhookId: hook.id })
const bodySchema = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.unknown(),
  occasion: z.unknown(),
})
const sent = async (deliveryId: string) => {
  const delivery = await world.store.read.deliveries.get(deliveryId)
  const event = await world.store.read.events.get(delivery?.eventId ?? '')
  return { delivery, event, body: bodySchema.parse(JSON.parse(event?.body ?? '{}')) }
}
const switchOff = (organizationId: string | null) =>
  world.store.write((writer) =>
    writer.killSwitches.switchOff({
      name: 'delivery',
      organizationId,
      reason: 'fire drill',
      by: 'Pat',
      at: 1,
    }),
  )

describe('a test send', () => {
  test('queues a test event with the example of its type, due now', async () => {
    const { deliveryId } = await webhooks().sendTest(owner, { ...one(), eventType: 'attendee.registered' })
    const { delivery, event, body } = await sent(deliveryId)
    const example = world.parts.eventTypes.list().find(({ name }) => name === 'attendee.registered')?.example
    expect(delivery).toMatchObject({ kind: 'test', status: 'waiting', dueAt: world.clock.now(), attempts: 0 })
    expect(event).toMatchObject({ test: true, type: 'attendee.registered', organizationId: home.id })
    expect(event?.sizeBytes).toBe(Buffer.byteLength(event?.body ?? ''))
    expect(body).toEqual({
      type: 'attendee.registered',
      timestamp: new Date(world.clock.now()).toISOString(),
      data: example,
      occasion: { id: hook.occasionId, name: 'Gala' },
    })
    expect(world.delivery.wakes).toBe(1)
  })

  test('sends the data that it is given, when it is as its type wants it', async () => {
    const example = world.parts.eventTypes.list().find(({ name }) => name === 'order.paid')?.example ?? {}
    const data = { ...example, orderId: 'mine' }
    const { deliveryId } = await webhooks().sendTest(owner, { ...one(), eventType: 'order.paid', data })
    expect((await sent(deliveryId)).body.data).toEqual(data)
    const wrong = webhooks().sendTest(owner, { ...one(), eventType: 'order.paid', data: { orderId: 7 } })
    const error = await refusedWith('invalid', wrong)
    expect(error.fields?.map(({ path }) => path)).toContain('/data/orderId')
  })

  test('of an unknown type is refused at its field', async () => {
    const error = await refusedWith('invalid', webhooks().sendTest(owner, { ...one(), eventType: 'no.such' }))
    expect(error.fields?.map(({ path }) => path)).toEqual(['/eventType'])
    expect(world.delivery.wakes).toBe(0)
  })

  test('is refused when it has more bytes than an event may have', async () => {
    const data = { email: 'a@b.example', note: 'x'.repeat(256 * 1024) }
    const send = webhooks().sendTest(owner, { ...one(), eventType: 'attendee.registered', data })
    await refusedWith('payload_too_large', send)
  })

  test('works for a paused webhook, so that it can be tried before it is resumed', async () => {
    await webhooks().pause(owner, one())
    const { deliveryId } = await webhooks().sendTest(owner, { ...one(), eventType: 'order.paid' })
    expect((await sent(deliveryId)).delivery).toMatchObject({ status: 'waiting' })
  })

  test('says so when sending is switched off, instead of waiting unseen', async () => {
    for (const place of [null, home.id]) {
      await switchOff(place)
      const error = await refusedWith(
        'switched_off',
        webhooks().sendTest(owner, { ...one(), eventType: 'order.paid' }),
      )
      expect(error.detail).toContain('fire drill')
      await world.store.write((writer) => writer.killSwitches.switchOn('delivery', place))
    }
  })

  test('is told in the audit log, without its data', async () => {
    const { deliveryId } = await webhooks().sendTest(owner, {
      ...one(),
      eventType: 'attendee.registered',
      data: { email: 'private@person.example', firstName: 'Secret', lastName: 'Person' },
    })
    const [entry] = await world.store.read.audit.list({ organizationId: home.id, limit: 5 })
    expect(entry).toMatchObject({ action: 'webhooks.send_test', targetId: hook.id })
    expect(JSON.parse(entry?.after ?? '')).toEqual({ eventType: 'attendee.registered', deliveryId })
  })

  test('counts as no accepted event', async () => {
    await webhooks().sendTest(owner, { ...one(), eventType: 'order.paid' })
    const overview = await world.engine.operations.overview.get(owner, {
      organizationId: home.id,
      range: '24h',
    })
    expect(overview.eventsAccepted).toBe(0)
  })

  test('is refused to those who only may look', async () => {
    const member = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'member' })
    const send = webhooks().sendTest(member, { ...one(), eventType: 'order.paid' })
    await refusedWith('organization_role_not_allowed', send)
    const check = webhooks().checkConnectivity(member, one())
    await refusedWith('organization_role_not_allowed', check)
  })
})

describe('a connectivity check', () => {
  test('queues a small event of its own kind', async () => {
    const { deliveryId } = await webhooks().checkConnectivity(owner, one())
    const { delivery, event, body } = await sent(deliveryId)
    expect(delivery).toMatchObject({ kind: 'connectivity', status: 'waiting', dueAt: world.clock.now() })
    expect(event).toMatchObject({ test: true, type: 'patchbay.connectivity' })
    expect(body.type).toBe('patchbay.connectivity')
    expect(event?.sizeBytes).toBeLessThan(400)
    expect(world.delivery.wakes).toBe(1)
  })

  test('says so when sending is switched off', async () => {
    await switchOff(null)
    await refusedWith('switched_off', webhooks().checkConnectivity(owner, one()))
  })
})
