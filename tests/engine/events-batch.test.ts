import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchBytesMax, eventBytesMax } from '#contract/events.ts'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Key } from '../support/makers.ts'
import { registered, rejection } from './event-inputs.ts'

let fixture: EngineFixture
let intake: Intake
let organizationId: string
let caller: Key

beforeEach(async () => {
  fixture = engineFixture()
  intake = createIntake(fixture.toolbox)
  organizationId = (await fixture.organization()).id
  caller = await fixture.key(organizationId, { scopes: ['api'] })
})
afterEach(() => fixture.close())

const eventsOf = async () => (await fixture.store.read.events.list({ organizationId, limit: 1_000 })).rows

describe('a batch', () => {
  it('answers in the order of its events', async () => {
    await fixture.webhook(organizationId, { events: ['order.cancelled'] })
    const data = { orderId: 'O-1', reason: 'expired', cancelledAt: '2026-11-20T09:00:00Z' }
    const order = { type: 'order.cancelled', data }
    const accepted = await intake.acceptBatch(caller, organizationId, [registered(), order, registered()])
    expect(accepted.map(({ deliveries }) => deliveries)).toEqual([0, 1, 0])
    const types = await Promise.all(
      accepted.map(async ({ id }) => (await fixture.store.read.events.get(id))?.type),
    )
    expect(types).toEqual(['attendee.registered', 'order.cancelled', 'attendee.registered'])
  })

  it('is refused as a whole, with the paths of all that is wrong', async () => {
    const events = [registered(), registered({ data: { email: 'x' } }), registered({ type: 'no.such' })]
    const error = await rejection(intake.acceptBatch(caller, organizationId, events))
    expect(error).toMatchObject({
      code: 'invalid',
      fields: expect.arrayContaining([
        expect.objectContaining({ path: '/events/1/data/email' }),
        expect.objectContaining({ path: '/events/2/type' }),
      ]),
    })
    expect(await eventsOf()).toEqual([])
  })

  it('names the event that is too large, and is bounded as a whole', async () => {
    const padded = (length: number) =>
      registered({ data: { ...registered().data, padding: 'x'.repeat(length) } })
    expect(
      await rejection(intake.acceptBatch(caller, organizationId, [registered(), padded(eventBytesMax)])),
    ).toMatchObject({ code: 'payload_too_large', fields: [{ path: '/events/1' }] })
    const many = Array.from({ length: Math.ceil(batchBytesMax / 200_000) + 1 }, () => padded(200_000))
    expect(await rejection(intake.acceptBatch(caller, organizationId, many))).toMatchObject({
      code: 'payload_too_large',
    })
    expect(await eventsOf()).toEqual([])
  })

  it('with one used key and another body accepts nothing, and forgets the keys of its other events', async () => {
    await intake.accept(caller, organizationId, registered({ idempotencyKey: 'used' }))
    const other = { ...registered().data, firstName: 'Nele' }
    const error = await rejection(
      intake.acceptBatch(caller, organizationId, [
        registered({ idempotencyKey: 'fresh' }),
        registered({ idempotencyKey: 'used', data: other }),
      ]),
    )
    expect(error).toMatchObject({ code: 'idempotency_conflict', fields: [{ path: '/events/1' }] })
    expect(await eventsOf()).toHaveLength(1)
    await intake.accept(caller, organizationId, registered({ idempotencyKey: 'fresh', data: other }))
    expect(await eventsOf()).toHaveLength(2)
  })

  it('is refused when one of its occasions may not be used', async () => {
    const archived = await fixture.occasion(organizationId, { archivedAt: startMs })
    const error = await rejection(
      intake.acceptBatch(caller, organizationId, [registered(), registered({ occasionId: archived.id })]),
    )
    expect(error).toMatchObject({ code: 'invalid', fields: [{ path: '/events/1/occasionId' }] })
    expect(await eventsOf()).toEqual([])
  })
})
