import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { platformOrganizationId } from '#contract/ids.ts'
import { type Condition, defaultWebhookOptions } from '#contract/webhook-options.ts'
import { emitOperationalEvent } from '#main/engine/platform/operational-events.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Key } from '../support/makers.ts'
import { registered } from './event-inputs.ts'

let fixture: EngineFixture
let organizationId: string
let till: Key

beforeEach(async () => {
  fixture = engineFixture()
  organizationId = (await fixture.organization()).id
  till = await fixture.key(organizationId)
})
afterEach(() => fixture.close())

const webhookWith = (condition: Condition | null, occasionId: string | null = null) =>
  fixture.webhook(organizationId, { occasionId, options: { ...defaultWebhookOptions, condition } })

const send = (over: Parameters<typeof registered>[0] = {}) =>
  fixture.engine.intake.accept(till, organizationId, registered(over))

const eventsOf = async (webhookId: string) => {
  const { rows } = await fixture.store.read.deliveries.list({ organizationId, webhookId, limit: 50 })
  return rows.map(({ eventId }) => eventId).reverse()
}

describe('a webhook with a condition', () => {
  it('gets the events that meet it, and each answer counts those webhooks alone', async () => {
    const { id: all } = await webhookWith(null)
    const { id: some } = await webhookWith({ 'data.firstName': 'Nora' })
    const nora = await send()
    const other = await send({ data: { ...registered().data, firstName: 'Ola' } })
    expect([nora.deliveries, other.deliveries]).toEqual([2, 1])
    expect(await eventsOf(all)).toEqual([nora.id, other.id])
    expect(await eventsOf(some)).toEqual([nora.id])
  })

  it('is asked of each event of a batch, and of a repeat not again', async () => {
    const { id } = await webhookWith({ 'data.attendeeId': { $in: ['A-1', 'A-3'] } })
    const inputs = ['A-1', 'A-2', 'A-3'].map((attendeeId) =>
      registered({ data: { ...registered().data, attendeeId }, idempotencyKey: attendeeId }),
    )
    const accepted = await fixture.engine.intake.acceptBatch(till, organizationId, inputs)
    expect(accepted.map(({ deliveries }) => deliveries)).toEqual([1, 0, 1])
    expect(await fixture.engine.intake.acceptBatch(till, organizationId, inputs)).toEqual(accepted)
    expect(await eventsOf(id)).toEqual([accepted[0]?.id, accepted[2]?.id])
  })

  it('may ask for the type, the time and the occasion', async () => {
    const { id: occasionId, name } = await fixture.occasion(organizationId)
    const { id } = await webhookWith({
      type: { $startsWith: 'attendee.' },
      timestamp: { $gte: '2026-11-20', $lt: '2026-11-21' },
      'occasion.id': occasionId,
      'occasion.name': name,
    })
    const there = await send({ occasionId, timestamp: '2026-11-20T23:59:59+00:00' })
    await send({ occasionId, timestamp: '2026-11-21T00:00:00+00:00' })
    await send()
    expect(await eventsOf(id)).toEqual([there.id])
  })

  it('of an occasion asks only the events of that', async () => {
    const { id: occasionId } = await fixture.occasion(organizationId)
    const { id } = await webhookWith({ 'data.firstName': 'Nora' }, occasionId)
    const there = await send({ occasionId })
    await send()
    expect(await eventsOf(id)).toEqual([there.id])
  })

  it('sees what is kept, not what was sent: a number beyond all numbers is a null', async () => {
    const { id } = await webhookWith({ 'data.guests': { $gt: 1 } })
    const data = { ...registered().data, guests: Number.POSITIVE_INFINITY }
    await send({ data })
    expect(await eventsOf(id)).toEqual([])
  })

  it('that is changed counts from the next event on', async () => {
    const webhook = await webhookWith({ 'data.firstName': 'Nora' })
    const owner = await fixture.person(organizationId)
    const first = await send()
    await fixture.engine.operations.webhooks.update(owner, {
      organizationId,
      webhookId: webhook.id,
      options: { condition: { 'data.firstName': 'Ola' } },
    })
    await send()
    expect(await eventsOf(webhook.id)).toEqual([first.id])
  })

  it('gets a test whatever it asks', async () => {
    const webhook = await webhookWith({ type: 'nothing.like.it' })
    const owner = await fixture.person(organizationId)
    const { deliveryId } = await fixture.engine.operations.webhooks.sendTest(owner, {
      organizationId,
      webhookId: webhook.id,
      eventType: 'order.paid',
    })
    expect(await fixture.store.read.deliveries.get(deliveryId)).toMatchObject({ status: 'waiting' })
  })
})

it('an operational webhook with a condition gets the operational events that meet it', async () => {
  const condition = { 'data.organization.id': organizationId }
  const { id: webhookId } = await fixture.webhook(platformOrganizationId, {
    options: { ...defaultWebhookOptions, condition },
  })
  const { id: elsewhere } = await fixture.organization()
  const type = fixture.parts.operationalEventTypes.list().find(({ schema }) => 'properties' in schema)
  if (type === undefined) throw new Error('There are no operational event types.')
  const { organization: _organization, ...data } = type.example
  const emit = (about: string) =>
    fixture.store.write((writer) =>
      emitOperationalEvent(fixture.toolbox, writer, { type: type.name, data, organizationId: about }),
    )
  expect([await emit(organizationId), await emit(elsewhere)]).toEqual([1, 0])
  const query = { organizationId: platformOrganizationId, webhookId, limit: 9 }
  expect((await fixture.store.read.deliveries.list(query)).rows).toHaveLength(1)
})
