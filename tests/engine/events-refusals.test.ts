import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventBytesMax } from '#contract/events.ts'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import type { Caller } from '#main/engine/operation.ts'
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

describe('bad input', () => {
  it('tells the failing path of the data', async () => {
    const data = { ...registered().data, email: 'nobody' }
    const error = await rejection(intake.accept(caller, organizationId, registered({ data })))
    expect(error).toMatchObject({
      code: 'invalid',
      fields: [{ path: '/data/email', message: 'must be an email address' }],
    })
  })

  it.each([
    ['an unknown type', { type: 'attendee.teleported' }, 'invalid', '/type'],
    ['a time before 1970', { timestamp: '1969-12-31T23:59:59Z' }, 'invalid', '/timestamp'],
  ])('refuses %s', async (_name, over, code, path) => {
    const error = await rejection(intake.accept(caller, organizationId, registered(over)))
    expect(error).toMatchObject({ code, fields: [{ path }] })
  })

  it('refuses data that is nested beyond reading', async () => {
    let nested: unknown = 1
    for (let depth = 0; depth < 60_000; depth += 1) nested = [nested]
    const error = await rejection(
      intake.accept(caller, organizationId, registered({ data: { answers: nested } })),
    )
    expect(error).toMatchObject({ code: 'invalid', fields: [{ path: '/data' }] })
  })

  it('accepts an event of the greatest size and none that is a byte larger', async () => {
    const sized = (length: number) =>
      registered({
        timestamp: '2026-11-20T10:00:00Z',
        data: { ...registered().data, padding: 'x'.repeat(length) },
      })
    const { id } = await intake.accept(caller, organizationId, sized(0))
    const empty = (await fixture.store.read.events.get(id))?.sizeBytes ?? 0
    const fits = await intake.accept(caller, organizationId, sized(eventBytesMax - empty))
    expect(await fixture.store.read.events.get(fits.id)).toMatchObject({ sizeBytes: eventBytesMax })
    expect(
      await rejection(intake.accept(caller, organizationId, sized(eventBytesMax - empty + 1))),
    ).toMatchObject({ code: 'payload_too_large' })
  })

  it('refuses an archived occasion', async () => {
    const occasion = await fixture.occasion(organizationId, { archivedAt: startMs })
    const error = await rejection(
      intake.accept(caller, organizationId, registered({ occasionId: occasion.id })),
    )
    expect(error).toMatchObject({ code: 'invalid', fields: [{ path: '/occasionId' }] })
  })

  it('answers an occasion of another organization like none', async () => {
    const other = await fixture.organization()
    const occasion = await fixture.occasion(other.id)
    const error = await rejection(
      intake.accept(caller, organizationId, registered({ occasionId: occasion.id })),
    )
    expect(error).toMatchObject({ code: 'not_found' })
  })
})

describe('a caller in one commit', () => {
  it('is judged for each place, though it may send to another', async () => {
    const other = await fixture.organization()
    const own = await fixture.occasion(organizationId)
    const foreign = await fixture.occasion(other.id)
    const settled = await Promise.allSettled(
      [undefined, own.id, foreign.id, own.id].map((occasionId) =>
        intake.accept(caller, organizationId, registered({ occasionId })),
      ),
    )
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(settled[2]).toMatchObject({ reason: { code: 'not_found' } })
    expect(await eventsOf()).toHaveLength(3)
  })
})

describe('who may send', () => {
  const refused = async (who: Caller, to = organizationId, over = {}) =>
    rejection(intake.accept(who, to, registered(over)))

  it('refuses a key without the scope, with the decision', async () => {
    expect(await refused(await fixture.key(organizationId, { scopes: ['admin'] }))).toMatchObject({
      code: 'scope_missing',
      decision: { allowed: false, action: 'events.send', decidedBy: 'scope' },
    })
  })

  it('answers the key of another organization as if there were none', async () => {
    const other = await fixture.organization()
    expect(await refused(await fixture.key(other.id))).toMatchObject({ code: 'not_found' })
    expect(await eventsOf()).toEqual([])
  })

  it('refuses when the plan has no api_access', async () => {
    const free = await fixture.organization({ plan: 'free' })
    expect(await refused(await fixture.key(free.id), free.id)).toMatchObject({ code: 'capability_missing' })
  })

  it('refuses when the key was revoked or api_access is switched off', async () => {
    const key = await fixture.key(organizationId)
    const revoked = { ...key, principal: { ...key.principal, revokedAt: startMs } }
    expect(await refused(revoked)).toMatchObject({ code: 'key_revoked' })
    await fixture.store.write((writer) =>
      writer.killSwitches.switchOff({
        name: 'api_access',
        organizationId,
        reason: 'abuse',
        by: 'Pat',
        at: startMs,
      }),
    )
    expect(await refused(key)).toMatchObject({ code: 'switched_off' })
  })

  it('tells of the refusal before anything about the input', async () => {
    const noScope = await fixture.key(organizationId, { scopes: ['admin'] })
    expect(await refused(noScope, organizationId, { type: 'attendee.teleported' })).toMatchObject({
      code: 'scope_missing',
    })
  })

  it('takes a capability that an occasion is denied from its events only', async () => {
    const occasion = await fixture.occasion(organizationId)
    await fixture.store.write((writer) =>
      writer.capabilities.insertOverride({
        id: fixture.toolbox.ids.next('ovr'),
        organizationId,
        occasionId: occasion.id,
        capability: 'api_access',
        effect: 'deny',
        endsAt: null,
        note: '',
        createdAt: startMs,
        createdBy: 'Pat',
      }),
    )
    expect(await refused(caller, organizationId, { occasionId: occasion.id })).toMatchObject({
      code: 'capability_denied',
    })
    await intake.accept(caller, organizationId, registered())
  })
})
