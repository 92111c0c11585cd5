import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstIdAt } from '#main/engine/ids.ts'
import { eventReader } from '#main/store/events.ts'
import type { EventRecord } from '#main/store/interface.ts'
import { shapeReader } from '#main/store/shapes.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'
import { plannedDatabase } from './planned.ts'

const hourMs = 3_600_000

describe('the plan of a list', () => {
  const byOrganization = 'events_by_organization (organization_id=? AND id>? AND id<?)'
  const byOccasion = 'events_by_occasion (occasion_id=? AND id>? AND id<?)'
  const byType = 'events_by_type (organization_id=? AND type=? AND id>? AND id<?)'
  it.each([
    [{}, byOrganization],
    [{ search: 'nora' }, byOrganization],
    [{ typePrefix: 'attendee.' }, byOrganization],
    [{ type: 'order.paid' }, byType],
    [{ type: 'order.paid', search: 'nora' }, byType],
    [{ type: 'order.paid', occasionId: 'occ' }, byType],
    [{ occasionId: 'occ' }, byOccasion],
    [{ occasionId: 'occ', search: 'nora', typePrefix: 'order.' }, byOccasion],
  ])('for %o walks %s', async (filter, index) => {
    const database = plannedDatabase()
    const query = { organizationId: 'org', fromId: 'a', beforeId: 'z', limit: 50, ...filter }
    const [plan] = await database.plansOf(() => eventReader(database.context).list(query))
    expect(plan?.split('\n')).toEqual([
      'CO-ROUTINE listed',
      `SEARCH events USING COVERING INDEX ${index}`,
      'SCAN listed',
      expect.stringMatching(/^SEARCH events USING INDEX \S+ \(.*id=\?\)$/),
      'USE TEMP B-TREE FOR ORDER BY',
    ])
    database.close()
  })

  it('of the other reads is a search too', async () => {
    const database = plannedDatabase()
    const reader = eventReader(database.context)
    const plans = await database.plansOf(async () => {
      await reader.get('evt')
      await reader.findIdempotencyKeys('org', ['a', 'b'])
      await reader.getBodies(['evt', 'evt2'])
      await shapeReader(database.context).getMany(['shape', 'shape2'])
    })
    expect(plans).toHaveLength(4)
    for (const plan of plans) expect(plan).not.toContain('SCAN')
    database.close()
  })
})

describe('events', () => {
  let fixture: EngineFixture
  let organizationId: string
  beforeEach(async () => {
    fixture = engineFixture()
    organizationId = (await fixture.organization()).id
  })
  afterEach(() => fixture.close())

  const event = (over: Partial<EventRecord> = {}): EventRecord => {
    const acceptedAt = over.acceptedAt ?? fixture.clock.now()
    return {
      id: fixture.toolbox.ids.next('evt', acceptedAt),
      organizationId,
      occasionId: null,
      type: 'attendee.registered',
      body: '{"type":"attendee.registered","data":{"firstName":"Nora"}}',
      sizeBytes: 58,
      occurredAt: acceptedAt,
      acceptedAt,
      apiKeyId: null,
      idempotencyKey: null,
      test: false,
      ...over,
    }
  }
  const insert = (...events: EventRecord[]) =>
    fixture.store.write((writer) => writer.events.insertMany(events))
  const found = async (
    filter: Omit<Parameters<typeof fixture.store.read.events.list>[0], 'organizationId' | 'limit'>,
  ) =>
    (await fixture.store.read.events.list({ organizationId, limit: 100, ...filter })).rows.map(({ id }) => id)

  it('are found by type, prefix, occasion and what their body holds', async () => {
    const gala = (await fixture.occasion(organizationId)).id
    const registered = event()
    const ofGala = event({ occasionId: gala })
    const paid = event({ type: 'order.paid', body: '{"total":"100%_\\"x"}', idempotencyKey: 'o-1' })
    const other = event({ type: 'orders.merged', occasionId: gala, body: '{"name":"NORA"}' })
    await insert(registered, ofGala, paid, other)
    expect(await found({})).toEqual([other.id, paid.id, ofGala.id, registered.id])
    expect(await found({ type: 'attendee.registered' })).toEqual([ofGala.id, registered.id])
    expect(await found({ type: 'attendee.registered', occasionId: gala })).toEqual([ofGala.id])
    expect(await found({ typePrefix: 'order.' })).toEqual([paid.id])
    expect(await found({ occasionId: gala })).toEqual([other.id, ofGala.id])
    expect(await found({ search: 'nora' })).toEqual([other.id, ofGala.id, registered.id])
    expect(await found({ search: 'nora', occasionId: gala, typePrefix: 'attendee.' })).toEqual([ofGala.id])
    expect(await found({ search: '100%_' })).toEqual([paid.id])
    expect(await found({ search: '1%_' })).toEqual([])
    expect(await found({ search: paid.id })).toEqual([paid.id])
    expect(await found({ search: 'o-1' })).toEqual([paid.id])
  })

  it('are found by a range of times, as a range of ids', async () => {
    const times = [startMs - 1, startMs, startMs + 1, startMs + hourMs]
    const events = times.map((acceptedAt) => event({ acceptedAt }))
    await insert(...events)
    const range = { fromId: firstIdAt('evt', startMs), beforeId: firstIdAt('evt', startMs + hourMs) }
    expect(await found(range)).toEqual([events[2]?.id, events[1]?.id])
  })

  it('are in the list without their bodies, and read one by one with them', async () => {
    const one = event()
    await insert(one)
    const { body, idempotencyKey, ...listed } = one
    const { rows } = await fixture.store.read.events.list({ organizationId, limit: 1 })
    expect(rows).toEqual([{ ...listed, erasedAt: null }])
    expect(await fixture.store.read.events.get(one.id)).toEqual({ ...one, apiKeyName: null, erasedAt: null })
    expect(await fixture.store.read.events.get('evt_none')).toBeNull()
  })

  it('forget expired idempotency keys in steps', async () => {
    const record = (key: string, expiresAt: number) => ({
      organizationId,
      key,
      requestHash: Buffer.alloc(32),
      eventId: 'evt',
      deliveries: 0,
      expiresAt,
    })
    await fixture.store.write((writer) =>
      writer.events.insertIdempotencyKeys([record('a', 1), record('b', 2), record('c', 3), record('d', 4)]),
    )
    const step = () => fixture.store.write((writer) => writer.events.deleteExpiredIdempotencyKeys(3, 2))
    expect(await step()).toBe(2)
    expect(await step()).toBe(1)
    expect(await step()).toBe(0)
    const left = await fixture.store.read.events.findIdempotencyKeys(organizationId, ['a', 'b', 'c', 'd'])
    expect(left).toEqual([record('d', 4)])
  })
})

it('the hours count what was accepted, by occasion, and no test sends', async () => {
  const files = await fileStore()
  const fixture = engineFixture({ store: files.connect() })
  const { id: organizationId } = await fixture.organization()
  const { id: gala } = await fixture.occasion(organizationId)
  const hour = startMs
  const add = (acceptedAt: number, over: Partial<EventRecord> = {}) =>
    fixture.store.write((writer) =>
      writer.events.insertMany(
        [0, 1].map((step) => ({
          id: fixture.toolbox.ids.next('evt', acceptedAt + step),
          organizationId,
          occasionId: null,
          type: 'order.paid',
          body: '{}',
          sizeBytes: 2,
          occurredAt: acceptedAt,
          acceptedAt: acceptedAt + step,
          apiKeyId: null,
          idempotencyKey: null,
          test: false,
          ...over,
        })),
      ),
    )
  await add(hour)
  await add(hour, { occasionId: gala })
  await add(hour, { test: true })
  await add(hour + hourMs - 1)
  const database = new Database(files.path, { readonly: true })
  expect(database.prepare('SELECT * FROM event_hours ORDER BY hour, occasion_id').all()).toEqual([
    { organization_id: organizationId, occasion_id: '', hour, accepted: 3 },
    { organization_id: organizationId, occasion_id: gala, hour, accepted: 2 },
    { organization_id: organizationId, occasion_id: '', hour: hour + hourMs, accepted: 1 },
  ])
  database.close()
  await files.remove()
})
