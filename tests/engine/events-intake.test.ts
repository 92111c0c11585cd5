import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import { StoreError } from '#main/store/errors.ts'
import type { Store } from '#main/store/interface.ts'
import { openMemoryStore } from '#main/store/open.ts'
import { type EngineFixture, engineFixture, startMs, testDataKey } from '../support/engine.ts'
import { type Key, operator } from '../support/makers.ts'
import { registered, rejection } from './event-inputs.ts'

/** A store whose transactions are counted, and fail while `broken`. */
const watchedStore = () => {
  const store = openMemoryStore(testDataKey, startMs)
  const watched = {
    broken: null as Error | null,
    writes: 0,
    store: {
      ...store,
      write: async (work) => {
        watched.writes += 1
        const result = await store.write(async (writer) => {
          const done = await work(writer)
          if (watched.broken !== null) throw watched.broken
          return done
        })
        return result
      },
    } satisfies Store,
  }
  return watched
}

let watched: ReturnType<typeof watchedStore>
let fixture: EngineFixture
let intake: Intake
let organizationId: string
let caller: Key

beforeEach(async () => {
  watched = watchedStore()
  fixture = engineFixture({ store: watched.store })
  intake = createIntake(fixture.toolbox)
  organizationId = (await fixture.organization()).id
  caller = await fixture.key(organizationId, { name: 'till', scopes: ['api'] })
})
afterEach(() => fixture.close())

/** A webhook for these has no part in the others. */
const attendees = { events: ['attendee.*'] }

const eventsOf = async (id = organizationId) =>
  (await fixture.store.read.events.list({ organizationId: id, limit: 1_000 })).rows
const deliveriesOf = async (id = organizationId) =>
  (await fixture.store.read.deliveries.list({ organizationId: id, limit: 1_000 })).rows

describe('accepting an event', () => {
  it('keeps the exact body, a delivery for each webhook, and who sent it', async () => {
    const webhook = await fixture.webhook(organizationId, attendees)
    const input = registered({ timestamp: '2026-11-20T10:15:00.250+01:00', idempotencyKey: 'order-1' })
    const accepted = await intake.accept(caller, organizationId, input)
    expect(accepted).toEqual({ id: expect.stringMatching(/^evt_/), deliveries: 1 })
    const event = await fixture.store.read.events.get(accepted.id)
    const body = `{"type":"attendee.registered","timestamp":"2026-11-20T09:15:00.250Z","data":${JSON.stringify(input.data)}}`
    expect(event).toEqual({
      id: accepted.id,
      erasedAt: null,
      organizationId,
      occasionId: null,
      type: 'attendee.registered',
      body,
      sizeBytes: Buffer.byteLength(body),
      occurredAt: Date.parse('2026-11-20T09:15:00.250Z'),
      acceptedAt: startMs,
      apiKeyId: caller.id,
      apiKeyName: 'till',
      idempotencyKey: 'order-1',
      test: false,
    })
    expect(await deliveriesOf()).toEqual([
      expect.objectContaining({
        eventId: accepted.id,
        webhookId: webhook.id,
        kind: 'event',
        status: 'waiting',
        dueAt: startMs,
        attempts: 0,
      }),
    ])
    expect(fixture.delivery.wakes).toBe(1)
  })

  it('takes the time of acceptance for an event without one', async () => {
    const { id } = await intake.accept(caller, organizationId, registered())
    expect(await fixture.store.read.events.get(id)).toMatchObject({ occurredAt: startMs })
  })

  it('puts the occasion into the body, and counts its bytes', async () => {
    const occasion = await fixture.occasion(organizationId, { name: 'Frühlingsball “Ü”' })
    const { id } = await intake.accept(caller, organizationId, registered({ occasionId: occasion.id }))
    const event = await fixture.store.read.events.get(id)
    expect(JSON.parse(event?.body ?? '')).toEqual({
      type: 'attendee.registered',
      timestamp: new Date(startMs).toISOString(),
      data: registered().data,
      occasion: { id: occasion.id, name: 'Frühlingsball “Ü”' },
    })
    expect(event?.sizeBytes).toBe(Buffer.byteLength(event?.body ?? ''))
  })

  it('keeps an event that no webhook wants, and wakes nobody', async () => {
    await fixture.webhook(organizationId, { events: ['order.*'] })
    expect(await intake.accept(caller, organizationId, registered())).toMatchObject({ deliveries: 0 })
    expect(await eventsOf()).toHaveLength(1)
    expect(fixture.delivery.wakes).toBe(0)
  })

  it('lets the operator send, without a key', async () => {
    const { id } = await intake.accept(operator, organizationId, registered())
    expect(await fixture.store.read.events.get(id)).toMatchObject({ apiKeyId: null, apiKeyName: null })
  })
})

describe('finding the webhooks', () => {
  it.each([
    ['attendee.registered', 1],
    ['attendee.*', 1],
    ['*', 1],
    ['attendee.updated', 0],
    ['order.*', 0],
    ['attend.*', 0],
  ])('with the pattern %s: %i', async (pattern, deliveries) => {
    await fixture.webhook(organizationId, { events: ['badge.printed', pattern] })
    expect(await intake.accept(caller, organizationId, registered())).toMatchObject({ deliveries })
  })

  it('gives a webhook one delivery, however many of its patterns match', async () => {
    await fixture.webhook(organizationId, { events: ['*', 'attendee.*', 'attendee.registered'] })
    expect(await intake.accept(caller, organizationId, registered())).toMatchObject({ deliveries: 1 })
  })

  it('gives a webhook of an occasion only the events of that occasion, and one of the organization all', async () => {
    const gala = await fixture.occasion(organizationId)
    const market = await fixture.occasion(organizationId)
    const ofGala = await fixture.webhook(organizationId, { occasionId: gala.id })
    const ofAll = await fixture.webhook(organizationId, attendees)
    const targets = async (occasionId?: string) => {
      const { id } = await intake.accept(caller, organizationId, registered({ occasionId }))
      return (await deliveriesOf())
        .filter(({ eventId }) => eventId === id)
        .map(({ webhookId }) => webhookId)
        .sort()
    }
    expect(await targets(gala.id)).toEqual([ofGala.id, ofAll.id].sort())
    expect(await targets(market.id)).toEqual([ofAll.id])
    expect(await targets()).toEqual([ofAll.id])
  })

  it('knows nothing of webhooks of other organizations and of deleted ones', async () => {
    const other = await fixture.organization()
    await fixture.webhook(other.id)
    const deleted = await fixture.webhook(organizationId, attendees)
    await fixture.store.write((writer) => writer.webhooks.delete(deleted.id, startMs))
    expect(await intake.accept(caller, organizationId, registered())).toMatchObject({ deliveries: 0 })
  })
})

describe('sharing commits', () => {
  it('writes what came in one turn in one transaction', async () => {
    await fixture.webhook(organizationId, attendees)
    const before = watched.writes
    const accepted = await Promise.all(
      Array.from({ length: 200 }, () => intake.accept(caller, organizationId, registered())),
    )
    expect(watched.writes - before).toBe(1)
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(200)
    expect(await eventsOf()).toHaveLength(200)
    expect(await deliveriesOf()).toHaveLength(200)
  })

  it('writes what came while a commit was under way in the next', async () => {
    const before = watched.writes
    const first = intake.accept(caller, organizationId, registered())
    const later = new Promise<unknown>((resolve) => {
      const unsubscribe = fixture.store.onChange(() => {
        unsubscribe()
        resolve(
          Promise.all(Array.from({ length: 20 }, () => intake.accept(caller, organizationId, registered()))),
        )
      })
    })
    await Promise.all([first, later])
    expect(watched.writes - before).toBe(2)
    expect(await eventsOf()).toHaveLength(21)
  })

  it('waits for what comes turn by turn of the event loop, and writes it together', async () => {
    const before = watched.writes
    const accepted: Promise<unknown>[] = []
    for (let turn = 0; turn < 4; turn += 1) {
      accepted.push(intake.accept(caller, organizationId, registered()))
      await new Promise(setImmediate)
    }
    await Promise.all(accepted)
    expect(watched.writes - before).toBe(1)
    expect(await eventsOf()).toHaveLength(4)
  })

  it('does not wait on and on while others keep sending', async () => {
    let answered = false
    const first = intake.accept(caller, organizationId, registered()).then(() => {
      answered = true
    })
    const later: Promise<unknown>[] = []
    while (!answered && later.length < 100) {
      later.push(intake.accept(caller, organizationId, registered()))
      await new Promise(setImmediate)
    }
    expect(later.length).toBeLessThan(30)
    await Promise.all([first, ...later])
  })

  it('lets no bad request fail the others of its group', async () => {
    await intake.accept(caller, organizationId, registered({ idempotencyKey: 'used' }))
    const before = watched.writes
    const results = await Promise.allSettled([
      intake.accept(caller, organizationId, registered()),
      intake.accept(caller, organizationId, registered({ type: 'attendee.teleported' })),
      intake.accept(caller, organizationId, registered({ idempotencyKey: 'used', data: { a: 1 } })),
      intake.accept(await Promise.resolve(caller), organizationId, registered()),
      intake.acceptBatch(caller, organizationId, [registered(), registered({ data: {} })]),
      intake.accept(caller, organizationId, registered()),
    ])
    expect(watched.writes - before).toBeLessThanOrEqual(2)
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(await eventsOf()).toHaveLength(4)
  })

  it('says that an event may arrive all the same when the disk does not confirm the commit', async () => {
    watched.broken = new StoreError('sync_failed', 'The disk did not take what was written.')
    const sent = intake.accept(caller, organizationId, registered())
    await expect(sent).rejects.toMatchObject({
      code: 'storage_failed',
      detail: expect.stringMatching(/Send it again/),
    })
  })

  it('accepts nothing of a group whose commit failed, says so to each, and goes on', async () => {
    const failure = new Error('disk full')
    watched.broken = failure
    const results = await Promise.allSettled([
      intake.accept(caller, organizationId, registered()),
      intake.acceptBatch(caller, organizationId, [registered(), registered()]),
    ])
    for (const result of results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'storage_failed', cause: failure } })
    }
    watched.broken = null
    expect(await eventsOf()).toEqual([])
    expect(fixture.delivery.wakes).toBe(0)
    await intake.accept(caller, organizationId, registered())
    expect(await eventsOf()).toHaveLength(1)
  })

  it('is busy when more waits than its bound, and takes more once that is written', async () => {
    const batch = Array.from({ length: 500 }, () => registered())
    const waiting = Array.from({ length: 20 }, () => intake.acceptBatch(caller, organizationId, batch))
    expect(await rejection(intake.accept(caller, organizationId, registered()))).toMatchObject({
      code: 'busy',
    })
    await Promise.all(waiting)
    await intake.accept(caller, organizationId, registered())
  })

  it('answers everything that it took before it stops, and takes nothing more', async () => {
    const taken = Array.from({ length: 3 }, () => intake.accept(caller, organizationId, registered()))
    const stopped = intake.stop()
    expect(await rejection(intake.accept(caller, organizationId, registered()))).toMatchObject({
      code: 'stopping',
    })
    await stopped
    expect(await eventsOf()).toHaveLength(3)
    await Promise.all(taken)
    await intake.stop()
  })
})
