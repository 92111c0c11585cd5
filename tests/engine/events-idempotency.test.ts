import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHousekeeping } from '#main/engine/events/housekeeping.ts'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import { requestHash } from '#main/engine/events/request-hash.ts'
import type { Caller } from '#main/engine/operation.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { registered, rejection } from './event-inputs.ts'

const dayMs = 24 * 3_600_000

let fixture: EngineFixture
let intake: Intake
let organizationId: string
let caller: Caller

beforeEach(async () => {
  fixture = engineFixture()
  intake = createIntake(fixture.toolbox)
  organizationId = (await fixture.organization()).id
  caller = await fixture.key(organizationId)
  await fixture.webhook(organizationId)
})
afterEach(() => fixture.close())

const send = (over: Parameters<typeof registered>[0]) =>
  intake.accept(caller, organizationId, registered(over))
const countEvents = async () =>
  (await fixture.store.read.events.list({ organizationId, limit: 1_000 })).rows.length

describe('an idempotency key', () => {
  it('gives the same answer to the same body, whatever the order of its members, and no new event', async () => {
    const { data } = registered()
    const first = await send({ idempotencyKey: 'k', data })
    const turned = Object.fromEntries(Object.entries(data).reverse())
    expect(await send({ idempotencyKey: 'k', data: turned })).toEqual(first)
    expect(first.deliveries).toBe(1)
    expect(await countEvents()).toBe(1)
  })

  it('gives the first answer even when there are more webhooks by now', async () => {
    const first = await send({ idempotencyKey: 'k' })
    await fixture.webhook(organizationId)
    expect(await send({ idempotencyKey: 'k' })).toEqual(first)
  })

  const both = { ...registered().data, cancelledBy: 'attendee', cancelledAt: '2026-11-20T09:00:00Z' }
  it.each([
    ['another value', registered({ data: { ...both, firstName: 'Nele' } })],
    ['another type', registered({ data: both, type: 'attendee.cancelled' })],
    ['a timestamp', registered({ data: both, timestamp: '2026-11-20T10:00:00Z' })],
  ])('conflicts with %s', async (_name, other) => {
    await send({ data: both, idempotencyKey: 'k' })
    expect(await rejection(send({ ...other, idempotencyKey: 'k' }))).toMatchObject({
      code: 'idempotency_conflict',
    })
    expect(await countEvents()).toBe(1)
    await send(other)
    expect(await countEvents()).toBe(2)
  })

  it('counts inside one group too', async () => {
    const [first, same, other] = await Promise.allSettled([
      send({ idempotencyKey: 'k' }),
      send({ idempotencyKey: 'k' }),
      send({ idempotencyKey: 'k', data: { ...registered().data, firstName: 'Nele' } }),
    ])
    expect(first).toMatchObject({ status: 'fulfilled' })
    expect(same).toEqual(first)
    expect(other).toMatchObject({ status: 'rejected', reason: { code: 'idempotency_conflict' } })
    expect(await countEvents()).toBe(1)
  })

  it('counts inside one batch too', async () => {
    const twice = registered({ idempotencyKey: 'k' })
    const [first, second] = await intake.acceptBatch(caller, organizationId, [twice, twice])
    expect(second).toEqual(first)
    expect(await countEvents()).toBe(1)
  })

  it('does not make two events of one key whose surrogates are broken in two ways', async () => {
    const results = await Promise.allSettled([
      send({ idempotencyKey: 'k\ud800' }),
      send({ idempotencyKey: 'k\udbff' }),
      send({}),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(await countEvents()).toBe(2)
  })

  it('is of one organization', async () => {
    const first = await send({ idempotencyKey: 'k' })
    const other = await fixture.organization()
    const otherKey = await fixture.key(other.id)
    const second = await intake.accept(otherKey, other.id, registered({ idempotencyKey: 'k' }))
    expect(second.id).not.toBe(first.id)
  })

  it('is remembered for 24 hours, and then free', async () => {
    const first = await send({ idempotencyKey: 'k' })
    fixture.clock.set(startMs + dayMs - 1)
    expect(await send({ idempotencyKey: 'k' })).toEqual(first)
    fixture.clock.set(startMs + dayMs)
    const second = await send({ idempotencyKey: 'k' })
    expect(second.id).not.toBe(first.id)
    fixture.clock.set(startMs + 2 * dayMs - 1)
    expect(await send({ idempotencyKey: 'k' })).toEqual(second)
  })

  it('is not used up by a request that was refused', async () => {
    await rejection(send({ idempotencyKey: 'k', data: {} }))
    expect(await send({ idempotencyKey: 'k' })).toMatchObject({ deliveries: 1 })
  })
})

it('housekeeping forgets the keys whose time is over, and no others', async () => {
  const many = Array.from({ length: 500 }, (_, index) => index)
  for (const start of [0, 500, 1_000]) {
    const events = many.map((index) => registered({ idempotencyKey: `k${start + index}` }))
    await intake.acceptBatch(caller, organizationId, events)
  }
  fixture.clock.advance(dayMs / 2)
  const kept = await send({ idempotencyKey: 'later' })
  const housekeeping = createHousekeeping(fixture.toolbox)
  expect(await housekeeping.run()).toBe(0)
  fixture.clock.advance(dayMs / 2)
  expect(await housekeeping.run()).toBe(1_500)
  expect(await housekeeping.run()).toBe(0)
  expect(await send({ idempotencyKey: 'later' })).toEqual(kept)
})

describe('the hash of a request', () => {
  it('knows equal content by any order of members, at any depth', () => {
    expect(requestHash({ a: [{ x: 1, y: 2 }], b: null })).toEqual(
      requestHash({ b: null, a: [{ y: 2, x: 1 }] }),
    )
    expect(requestHash({ a: undefined, b: 1 })).toEqual(requestHash({ b: 1 }))
  })

  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: 1 }, { a: '1' }],
    [{ a: { b: 1 } }, { 'a.b': 1 }],
    [{ a: null }, {}],
  ])('tells %j from %j', (one, other) => {
    expect(requestHash(one)).not.toEqual(requestHash(other))
  })

  it('keeps a member that is called __proto__', () => {
    expect(requestHash(JSON.parse('{"__proto__":1}'))).not.toEqual(requestHash({}))
  })
})
