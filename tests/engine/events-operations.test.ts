import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIntake } from '#main/engine/events/intake.ts'
import { createEvents } from '#main/engine/events/operations.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Key, Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { registered } from './event-inputs.ts'

let fixture: EngineFixture
let organizationId: string
let ada: Person
let key: Key

beforeEach(async () => {
  fixture = engineFixture()
  organizationId = (await fixture.organization()).id
  ada = await fixture.person(organizationId)
  key = await fixture.key(organizationId, { name: 'till' })
})
afterEach(() => fixture.close())

const events = () => createEvents(fixture.toolbox)
const send = async (over: Parameters<typeof registered>[0] = {}) =>
  createIntake(fixture.toolbox).accept(key, organizationId, registered(over))
const list = (filter: Partial<Parameters<ReturnType<typeof events>['list']>[1]> = {}) =>
  events().list(ada, { organizationId, limit: 50, ...filter })
const idsOf = async (filter: Parameters<typeof list>[0]) => (await list(filter)).items.map(({ id }) => id)

describe('the list', () => {
  it('tells each event with its deliveries by status', async () => {
    await fixture.webhook(organizationId)
    await fixture.webhook(organizationId, { status: 'paused' })
    const { id } = await send()
    const none = { sending: 0, delivered: 0, exhausted: 0, discarded: 0 }
    expect(await list()).toEqual({
      items: [
        {
          id,
          type: 'attendee.registered',
          occasionId: null,
          occurredAt: startMs,
          acceptedAt: startMs,
          apiKeyId: key.id,
          test: false,
          erasedAt: null,
          sizeBytes: expect.any(Number),
          deliveries: { ...none, waiting: 1, held: 1 },
        },
      ],
      nextCursor: null,
    })
  })

  it('pages from the newest to the oldest, and stays right while new ones come', async () => {
    const sent: string[] = []
    for (let count = 0; count < 5; count += 1) sent.unshift((await send()).id)
    const first = await list({ limit: 2 })
    await send()
    const second = await list({ limit: 2, cursor: first.nextCursor ?? undefined })
    const third = await list({ limit: 2, cursor: second.nextCursor ?? undefined })
    const seen = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id))
    expect(seen).toEqual(sent)
    expect(third.nextCursor).toBeNull()
  })

  it('filters by type, prefix, text, time and occasion', async () => {
    const gala = await fixture.occasion(organizationId)
    const first = await send({ occasionId: gala.id })
    fixture.clock.advance(1_000)
    const data = { orderId: 'O-7', reason: 'expired', cancelledAt: '2026-11-20T09:00:00Z' }
    const order = await send({ type: 'order.cancelled', data })
    fixture.clock.advance(1_000)
    const last = await send()
    expect(await idsOf({ type: 'order.cancelled' })).toEqual([order.id])
    expect(await idsOf({ type: 'attendee.*' })).toEqual([last.id, first.id])
    expect(await idsOf({ type: '*' })).toHaveLength(3)
    expect(await idsOf({ search: ' O-7 ' })).toEqual([order.id])
    expect(await idsOf({ search: '  ' })).toHaveLength(3)
    expect(await idsOf({ occasionId: gala.id })).toEqual([first.id])
    expect(await idsOf({ occasionId: null })).toHaveLength(3)
    expect(await idsOf({ since: startMs + 1_000, until: startMs + 2_000 })).toEqual([order.id])
    expect(await idsOf({ until: Number.MAX_SAFE_INTEGER })).toHaveLength(3)
    const { nextCursor } = await list({ until: startMs + 2_000, limit: 1 })
    expect(await idsOf({ until: startMs + 2_000, cursor: nextCursor ?? undefined })).toEqual([first.id])
  })

  it('refuses a cursor that it did not give out', async () => {
    await refusedWith('malformed', list({ cursor: 'bm8' }))
  })

  it('is not for staff, and does not admit another organization', async () => {
    const sam = await fixture.person(organizationId, { workspaceRole: 'staff', organizationRole: 'member' })
    await refusedWith('role_not_allowed', events().list(sam, { organizationId, limit: 5 }))
    const other = await fixture.organization()
    await refusedWith('not_found', events().list(ada, { organizationId: other.id, limit: 5 }))
    const foreign = await fixture.occasion(other.id)
    await refusedWith('not_found', list({ occasionId: foreign.id }))
  })

  it('needs the scope api of a key', async () => {
    const admin = await fixture.key(organizationId, { scopes: ['admin'] })
    await refusedWith('scope_missing', events().list(admin, { organizationId, limit: 5 }))
    expect(await events().list(key, { organizationId, limit: 5 })).toEqual({ items: [], nextCursor: null })
  })
})

describe('one event', () => {
  it('comes with its body and the name of the key', async () => {
    const gala = await fixture.occasion(organizationId)
    const { id } = await send({ idempotencyKey: 'o-1', occasionId: gala.id })
    const detail = await events().get(ada, { organizationId, eventId: id })
    expect(detail).toMatchObject({ id, idempotencyKey: 'o-1', apiKeyName: 'till', occasionId: gala.id })
    expect(JSON.parse(detail.body)).toMatchObject({ type: 'attendee.registered', occasion: { id: gala.id } })
  })

  it('of another organization is answered like one that does not exist', async () => {
    const { id } = await send()
    const other = await fixture.organization()
    const rita = await fixture.person(other.id)
    const foreign = await refusedWith(
      'not_found',
      events().get(rita, { organizationId: other.id, eventId: id }),
    )
    const missing = fixture.toolbox.ids.next('evt')
    const none = await refusedWith(
      'not_found',
      events().get(rita, { organizationId: other.id, eventId: missing }),
    )
    const told = (error: typeof none) => ({ ...error.decision, resource: null })
    expect(told(foreign)).toEqual(told(none))
  })
})
