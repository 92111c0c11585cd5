import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDeliveries } from '#main/engine/deliveries/operations.ts'
import type { WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let fixture: EngineFixture
let organizationId: string
let ada: Person
let webhook: WebhookRecord

beforeEach(async () => {
  fixture = engineFixture()
  organizationId = (await fixture.organization()).id
  ada = await fixture.person(organizationId)
  webhook = await fixture.webhook(organizationId)
})
afterEach(() => fixture.close())

const deliveries = () => createDeliveries(fixture.toolbox)
const made = async (options: Parameters<EngineFixture['deliveries']>[2] = {}, of = webhook) => {
  const [delivery] = await fixture.deliveries(of, 1, options)
  return delivery ?? expect.fail('nothing made')
}
const delivered = { status: 'delivered', dueAt: null, finishedAt: startMs, attempts: 1 } as const
const resend = (deliveryId: string, who = ada) => deliveries().resend(who, { organizationId, deliveryId })

describe('the list', () => {
  it('tells each delivery with its event type and webhook', async () => {
    const one = await made({ ...delivered, lastStatusCode: 200 })
    expect(await deliveries().list(ada, { organizationId, limit: 10 })).toEqual({
      items: [
        {
          id: one.id,
          kind: 'event',
          eventId: one.eventId,
          eventType: 'attendee.registered',
          webhookId: webhook.id,
          webhookName: webhook.name,
          url: webhook.url,
          status: 'delivered',
          heldReason: null,
          attempts: 1,
          createdAt: startMs,
          nextAttemptAt: null,
          delay: null,
          finishedAt: startMs,
          lastStatusCode: 200,
          lastErrorClass: null,
        },
      ],
      nextCursor: null,
    })
  })

  it('pages, and filters by status, webhook, event and occasion', async () => {
    const gala = await fixture.occasion(organizationId)
    const other = await fixture.webhook(organizationId)
    const ofGala = await made({ ...delivered, occasionId: gala.id })
    const waiting = await made({}, other)
    const idsOf = async (filter: object) =>
      (await deliveries().list(ada, { organizationId, limit: 10, ...filter })).items.map(({ id }) => id)
    expect(await idsOf({ status: ['waiting'] })).toEqual([waiting.id])
    expect(await idsOf({ status: ['waiting', 'delivered'] })).toEqual([waiting.id, ofGala.id])
    expect(await idsOf({ webhookId: webhook.id })).toEqual([ofGala.id])
    expect(await idsOf({ eventId: waiting.eventId })).toEqual([waiting.id])
    expect(await idsOf({ occasionId: gala.id })).toEqual([ofGala.id])
    const { nextCursor } = await deliveries().list(ada, { organizationId, limit: 1 })
    expect(await idsOf({ cursor: nextCursor })).toEqual([ofGala.id])
  })

  it('filters by when they were made, over several pages', async () => {
    const made3 = []
    for (let count = 0; count < 3; count += 1) {
      made3.push((await made()).id)
      fixture.clock.advance(1_000)
    }
    const [first, second, third] = made3
    const range = { organizationId, since: startMs, until: startMs + 2_000 }
    const page = await deliveries().list(ada, { ...range, limit: 1 })
    expect(page.items).toMatchObject([{ id: second }])
    const next = await deliveries().list(ada, { ...range, limit: 1, cursor: page.nextCursor ?? undefined })
    expect(next).toMatchObject({ items: [{ id: first }], nextCursor: null })
    const later = await deliveries().list(ada, { organizationId, since: startMs + 2_000, limit: 9 })
    expect(later.items).toMatchObject([{ id: third }])
  })

  it('is not for staff', async () => {
    const sam = await fixture.person(organizationId, { workspaceRole: 'staff', organizationRole: 'member' })
    await refusedWith('role_not_allowed', deliveries().list(sam, { organizationId, limit: 10 }))
  })
})

describe('one delivery', () => {
  it('comes with the body that is sent, and no attempts before the first', async () => {
    const one = await made()
    const detail = await deliveries().get(ada, { organizationId, deliveryId: one.id })
    expect(detail).toMatchObject({ id: one.id, occasionId: null, nextAttemptAt: startMs, attemptList: [] })
    expect(JSON.parse(detail.body)).toMatchObject({ type: 'attendee.registered' })
  })

  it('of another organization is answered like none', async () => {
    const foreign = await made({}, await fixture.webhook((await fixture.organization()).id))
    await refusedWith('not_found', deliveries().get(ada, { organizationId, deliveryId: foreign.id }))
    await refusedWith('not_found', resend(foreign.id))
  })
})

describe('resending', () => {
  it('queues the same event for the same webhook, now, and tells the audit log', async () => {
    const gala = await fixture.occasion(organizationId)
    const ofGala = await fixture.webhook(organizationId, { occasionId: gala.id })
    const first = await made(delivered, ofGala)
    fixture.clock.advance(60_000)
    const { deliveryId } = await resend(first.id)
    expect(await fixture.store.read.deliveries.get(deliveryId)).toMatchObject({
      kind: 'resend',
      eventId: first.eventId,
      webhookId: ofGala.id,
      occasionId: gala.id,
      status: 'waiting',
      dueAt: startMs + 60_000,
      attempts: 0,
    })
    expect(await fixture.store.read.deliveries.get(first.id)).toMatchObject(delivered)
    expect(fixture.delivery.wakes).toBe(1)
    const [entry] = await fixture.store.read.audit.list({ organizationId, limit: 1 })
    expect(entry).toMatchObject({
      action: 'deliveries.resend',
      actorId: ada.id,
      targetKind: 'delivery',
      targetId: first.id,
    })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ deliveryId, webhookId: ofGala.id })
  })

  it('is held when the webhook is not active, and wakes nobody', async () => {
    const first = await made(delivered)
    const paused = { status: 'paused', reason: null, at: startMs } as const
    await fixture.store.write((writer) => writer.webhooks.setStatus(webhook.id, paused))
    const { deliveryId } = await resend(first.id)
    expect(await fixture.store.read.deliveries.get(deliveryId)).toMatchObject({
      status: 'held',
      heldReason: 'paused',
      dueAt: null,
    })
    expect(fixture.delivery.wakes).toBe(0)
  })

  it('is held while the switch delivery is off', async () => {
    const first = await made(delivered)
    const off = {
      name: 'delivery',
      organizationId: null,
      reason: 'incident',
      by: 'Pat',
      at: startMs,
    } as const
    await fixture.store.write((writer) => writer.killSwitches.switchOff(off))
    const { deliveryId } = await resend(first.id)
    expect(await fixture.store.read.deliveries.get(deliveryId)).toMatchObject({ heldReason: 'switched_off' })
  })

  it('is refused when the webhook is deleted', async () => {
    const first = await made(delivered)
    await fixture.store.write((writer) => writer.webhooks.delete(webhook.id, startMs))
    await refusedWith('conflict', resend(first.id))
    expect((await deliveries().list(ada, { organizationId, limit: 10 })).items).toHaveLength(1)
  })

  it.each(['test', 'connectivity'] as const)(
    'is refused for a %s, which must count for nothing',
    async (kind) => {
      await refusedWith('conflict', resend((await made({ ...delivered, kind })).id))
    },
  )

  it('needs the role, the capability and the switch of webhooks', async () => {
    const first = await made(delivered)
    const member = await fixture.person(organizationId, {
      workspaceRole: 'admin',
      organizationRole: 'member',
    })
    await refusedWith('organization_role_not_allowed', resend(first.id, member))
    await fixture.store.write((writer) => writer.organizations.setPlan(organizationId, 'free'))
    await refusedWith('capability_missing', resend(first.id))
    const off = { name: 'webhooks', organizationId, reason: 'abuse', by: 'Pat', at: startMs } as const
    await fixture.store.write((writer) => writer.killSwitches.switchOff(off))
    await refusedWith('switched_off', resend(first.id))
  })
})

describe('replaying to another address', () => {
  const url = 'https://other.example/hook'
  const replay = (deliveryId: string, to = url, who = ada) =>
    deliveries().replay(who, { organizationId, deliveryId, url: to })

  it('queues the same event for that address, now, and tells the audit log without what a query holds', async () => {
    const first = await made(delivered)
    const { deliveryId } = await replay(first.id, 'https://OTHER.example/hook?token=abc#part')
    const detail = await deliveries().get(ada, { organizationId, deliveryId })
    expect(detail).toMatchObject({
      kind: 'replay',
      eventId: first.eventId,
      webhookId: webhook.id,
      url: 'https://other.example/hook?token=abc',
      status: 'waiting',
    })
    expect(fixture.delivery.wakes).toBe(1)
    const [entry] = await fixture.store.read.audit.list({ organizationId, limit: 1 })
    expect(entry).toMatchObject({ action: 'deliveries.replay', actorId: ada.id, targetId: first.id })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ deliveryId, url: `${url}?token=***` })
  })

  it('goes whatever the state of the webhook, and cannot be resent: it never counts for the webhook', async () => {
    const first = await made({ ...delivered, kind: 'test' })
    const gone = { status: 'disabled', reason: 'gone', at: startMs } as const
    await fixture.store.write((writer) => writer.webhooks.setStatus(webhook.id, gone))
    const { deliveryId } = await replay(first.id)
    expect(await fixture.store.read.deliveries.get(deliveryId)).toMatchObject({ status: 'waiting' })
    await refusedWith('conflict', resend(deliveryId))
    expect(await replay(deliveryId)).toMatchObject({ deliveryId: expect.any(String) })
  })

  it('is refused for a check, a deleted webhook, a blocked address, and while sending is switched off', async () => {
    const first = await made(delivered)
    await refusedWith('conflict', replay((await made({ ...delivered, kind: 'connectivity' })).id))
    await refusedWith('invalid', replay(first.id, 'https://ada:word@other.example/'))
    fixture.policy.block('till.internal', 'a private address')
    await refusedWith('destination_blocked', replay(first.id, 'https://till.internal/'))
    const off = { name: 'delivery', organizationId, reason: 'incident', by: 'Pat', at: startMs } as const
    await fixture.store.write((writer) => writer.killSwitches.switchOff(off))
    await refusedWith('switched_off', replay(first.id))
    await fixture.store.write((writer) => writer.killSwitches.switchOn('delivery', organizationId))
    await fixture.store.write((writer) => writer.webhooks.delete(webhook.id, startMs))
    await refusedWith('conflict', replay(first.id))
    expect((await deliveries().list(ada, { organizationId, limit: 10 })).items).toHaveLength(2)
  })

  it('needs the role and the capability, and answers not_found for a delivery of elsewhere', async () => {
    const first = await made(delivered)
    const member = await fixture.person(organizationId, {
      workspaceRole: 'admin',
      organizationRole: 'member',
    })
    await refusedWith('organization_role_not_allowed', replay(first.id, url, member))
    const foreign = await made({}, await fixture.webhook((await fixture.organization()).id))
    await refusedWith('not_found', replay(foreign.id))
    await fixture.store.write((writer) => writer.organizations.setPlan(organizationId, 'free'))
    await refusedWith('capability_missing', replay(first.id))
  })
})
