import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultRetentionDays, type RetentionDays, retentionDaysSchema } from '#contract/retention.ts'
import { createEngine } from '#main/engine/engine.ts'
import { prunedAtOnce } from '#main/engine/retention/pass.ts'
import type { DeliveryRecord, OrganizationRecord, Store, WebhookRecord } from '#main/store/interface.ts'
import { anAttempt } from '../support/attempt.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

const dayMs = 24 * 3_600_000
const shortest: RetentionDays = {
  events: 5,
  attempts: 5,
  response_bodies: 5,
  key_calls: 5,
  hourly_counts: 5,
  connection_history: 5,
}

let world: QueueFixture
let home: OrganizationRecord
let hook: WebhookRecord
let owner: Person
beforeEach(async () => {
  world = await queueFixture()
  home = await world.organization()
  hook = await world.webhook(home.id)
  owner = await world.person(home.id)
})
afterEach(() => world.close())

const retention = () => world.engine.operations.retention
const get = () => retention().get(owner, { organizationId: home.id })
const set = (days: Partial<RetentionDays>) =>
  retention().set(owner, { organizationId: home.id, days: { ...defaultRetentionDays, ...days } })
const preview = (days: RetentionDays) => retention().preview(owner, { organizationId: home.id, days })
const prune = () => world.engine.retention.prune(home.id)

/** Deliveries with an attempt each, whose response is recorded. */
const attempted = async (count: number, status: 'delivered' | 'exhausted' = 'delivered') => {
  const at = world.clock.now()
  const made = await world.deliveries(hook, count, { status, dueAt: null, finishedAt: at, attempts: 1 })
  await world.store.write((writer) =>
    writer.deliveries.insertPastAttempts(
      made.map(({ id }) => ({
        webhookId: hook.id,
        attempt: anAttempt({
          id: world.toolbox.ids.next('att'),
          deliveryId: id,
          startedAt: at,
          finishedAt: at,
          url: hook.url,
          responseBody: Buffer.from('thanks'),
        }),
      })),
    ),
  )
  return made
}

const isThere = async ({ id, eventId }: DeliveryRecord) =>
  (await world.store.read.deliveries.get(id)) !== null &&
  (await world.store.read.events.get(eventId)) !== null
const only = async (made: Promise<DeliveryRecord[]>): Promise<DeliveryRecord> => {
  const [one] = await made
  if (one === undefined) throw new Error('Nothing was made.')
  return one
}
const attemptsOf = ({ id }: DeliveryRecord) => world.store.read.deliveries.listAttempts(id)

describe('events', () => {
  test('go with their deliveries and attempts once they are older than the days, and not before', async () => {
    await set({ events: 30, attempts: 30 })
    const made = await only(attempted(1))
    world.clock.advance(30 * dayMs)
    await prune()
    expect(await isThere(made)).toBe(true)
    world.clock.advance(1)
    expect(await prune()).toMatchObject({ events: 1, deliveries: 1, attempts: 1 })
    expect(await isThere(made)).toBe(false)
    expect(await attemptsOf(made)).toEqual([])
  })

  test.each(['waiting', 'sending', 'held'] as const)(
    'stay while one of their deliveries is %s',
    async (status) => {
      await set(shortest)
      const held = { status, heldReason: 'paused', dueAt: null } as const
      const open = await only(world.deliveries(hook, 1, status === 'held' ? held : {}))
      if (status === 'sending') {
        await world.take(hook.id, 1)
        await world.queue.record({
          settlements: [],
          slow: [open.id],
          leaseUntil: 1,
          returned: [],
          breakers: [],
        })
      }
      world.clock.advance(400 * dayMs)
      await prune()
      expect(await isThere(open)).toBe(true)
      expect((await world.store.read.deliveries.get(open.id))?.status).toBe(status)
    },
  )

  test('stay for the days after the last of their deliveries has ended', async () => {
    await set(shortest)
    const first = await only(attempted(1))
    world.clock.advance(100 * dayMs)
    const again = { ...first, id: world.toolbox.ids.next('dlv'), finishedAt: world.clock.now() }
    await world.store.write((writer) => writer.deliveries.insertMany([again]))
    await prune()
    expect(await isThere(first)).toBe(true)
    world.clock.advance(5 * dayMs + 1)
    await prune()
    expect(await isThere(first)).toBe(false)
    expect(await isThere(again)).toBe(false)
  })

  test('of another organization follow its own days', async () => {
    await set(shortest)
    const other = await world.organization()
    const [elsewhere] = await world.deliveries(await world.webhook(other.id), 1, {
      status: 'delivered',
      dueAt: null,
      finishedAt: world.clock.now(),
    })
    const here = await only(attempted(1))
    world.clock.advance(50 * dayMs)
    await world.engine.retention.pruneDue()
    expect(await isThere(here)).toBe(false)
    expect(elsewhere && (await isThere(elsewhere))).toBe(true)
  })

  test('that were discarded go, too', async () => {
    await set(shortest)
    await world.deliveries(hook, 1)
    await world.store.write((writer) =>
      writer.webhookDeliveries.discardOpen({ webhookId: hook.id, at: world.clock.now(), limit: 10 }),
    )
    world.clock.advance(6 * dayMs)
    expect(await prune()).toMatchObject({ events: 1, deliveries: 1, attempts: 0 })
  })
})

describe('attempts and their responses', () => {
  test('go earlier than the events where the days say so; what has ended late is found by a later pass', async () => {
    await set({ ...shortest, events: 90, attempts: 20, response_bodies: 10 })
    const early = await only(attempted(1))
    const late = await only(world.deliveries(hook, 1))
    const after = await only(attempted(1))
    world.clock.advance(11 * dayMs)
    expect(await prune()).toMatchObject({ events: 0, attempts: 0, response_bodies: 2 })
    expect(await attemptsOf(early)).toMatchObject([{ number: 1, responseBody: null }])
    world.clock.advance(10 * dayMs)
    expect(await prune()).toMatchObject({ events: 0, attempts: 2, response_bodies: 0 })
    const claim = await world.take(hook.id, 1)
    for (const delivery of claim.deliveries) await world.settle(hook.id, delivery, { kind: 'exhausted' })
    world.clock.advance(21 * dayMs)
    expect(await prune()).toMatchObject({ attempts: 1 })
    expect(await attemptsOf(late)).toEqual([])
    expect(await isThere(early)).toBe(true)
    expect(await isThere(after)).toBe(true)
  })

  test('cannot be kept longer than what they belong to', async () => {
    const fits = (days: Partial<RetentionDays>) =>
      retentionDaysSchema.safeParse({ ...defaultRetentionDays, ...days }).success
    expect(fits({ events: 20, attempts: 30 })).toBe(false)
    expect(fits({ attempts: 20, response_bodies: 30 })).toBe(false)
    expect(fits({ events: 20, attempts: 20, response_bodies: 20 })).toBe(true)
    for (const days of [4, 91, 5.5]) expect(fits({ key_calls: days })).toBe(false)
    for (const days of [5, 90]) expect(fits({ key_calls: days })).toBe(true)
  })
})

test('calls with keys, counts by hour and the history of connections go by their age', async () => {
  await set({ ...shortest, hourly_counts: 10 })
  const key = await world.key(home.id)
  const now = world.clock.now()
  const { id, connectorId } = await world.connection(home.id)
  await world.store.write(async (writer) => {
    await writer.apiKeys.addCalls([
      {
        id: key.id,
        hours: [{ hour: now - (now % 3_600_000), calls: 1, refused: 0 }],
        callers: [
          { day: now - (now % dayMs), route: 'GET /v1/me', address: '', calls: 1, refused: 0, lastAt: now },
        ],
      },
    ])
    const deed = { connectionId: id, organizationId: home.id, occasionId: null, connectorId }
    await writer.connections.appendHistory({ ...deed, deed: 'connected', at: now, by: 'a test', detail: '' })
  })
  await attempted(1)
  world.clock.advance(6 * dayMs)
  const previewed = await preview({ ...shortest, hourly_counts: 10 })
  expect(previewed).toEqual({
    events: 1,
    attempts: 1,
    response_bodies: 1,
    key_calls: 2,
    hourly_counts: 0,
    connection_history: 1,
  })
  expect(await prune()).toMatchObject({ key_calls: 2, hourly_counts: 0, connection_history: 1 })
  world.clock.advance(5 * dayMs)
  // Of the attempts and of the events.
  expect(await prune()).toMatchObject({ key_calls: 0, hourly_counts: 2, connection_history: 0 })
})

test('recoveries and releases that ended go when the events do', async () => {
  await set(shortest)
  const made = await only(attempted(1, 'exhausted'))
  const at = world.clock.now()
  const by = { organizationId: home.id, webhookId: hook.id, createdAt: at, createdBy: 'a test' }
  const recovery = {
    ...by,
    id: world.toolbox.ids.next('rcv'),
    since: 0,
    until: at,
    statuses: ['exhausted' as const],
    eventTypes: null,
    url: null,
    state: 'done' as const,
    stateReason: null,
    canaryDeliveryId: null,
    total: 1,
    queued: 1,
    afterId: '',
    beforeId: '',
    finishedAt: at,
  }
  await world.store.write(async (writer) => {
    await writer.recoveries.insert(recovery)
    await writer.recoveries.addDeliveries(recovery.id, [made.id])
  })
  world.clock.advance(5 * dayMs)
  await prune()
  expect(await world.store.read.recoveries.get(recovery.id)).not.toBeNull()
  world.clock.advance(1)
  await prune()
  expect(await world.store.read.recoveries.get(recovery.id)).toBeNull()
})

describe('a pass', () => {
  /** A store that notes how many rows each transaction removed. */
  const measuring = (store: Store, sizes: number[]): Store => ({
    ...store,
    write: (work) =>
      store.write(async (writer) => {
        const rows = async () => {
          const left = await writer.retention.countOldAttempts({ ...everything, limit: 10_000 })
          return left + (await writer.retention.countOldEvents({ ...everything, limit: 10_000 }))
        }
        const before = await rows()
        const result = await work(writer)
        sizes.push(before - (await rows()))
        return result
      }),
  })
  let everything = { organizationId: '', before: Number.MAX_SAFE_INTEGER, afterId: '', beforeId: '~' }

  test('removes a bounded number of rows in each transaction, and rests after each', async () => {
    await set(shortest)
    everything = { ...everything, organizationId: home.id }
    const made = await attempted(1_100)
    const [first] = made
    // One event with more deliveries than one transaction may remove.
    const more = Array.from({ length: 450 }, () => world.toolbox.ids.next('dlv'))
    await world.store.write((writer) =>
      writer.deliveries.insertMany(made.slice(0, 1).flatMap((one) => more.map((id) => ({ ...one, id })))),
    )
    world.clock.advance(6 * dayMs)
    const sizes: number[] = []
    let rests = 0
    const engine = createEngine({
      ...world.parts,
      store: measuring(world.store, sizes),
      newPace: () => async () => {
        rests += 1
      },
    })
    expect(await engine.retention.prune(home.id)).toMatchObject({
      events: 1_100,
      deliveries: 1_550,
      attempts: 1_100,
      response_bodies: 1_100,
    })
    expect(first && (await isThere(first))).toBe(false)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * prunedAtOnce)
    expect(sizes.length).toBeGreaterThan((2 * 1_100) / (2 * prunedAtOnce))
    expect(rests).toBe(sizes.length - 1)
  })

  test('lets the worker record in between', async () => {
    await set(shortest)
    await attempted(prunedAtOnce * 2)
    world.clock.advance(6 * dayMs)
    const [due] = await world.deliveries(hook, 1)
    let recorded = false
    const engine = createEngine({
      ...world.parts,
      newPace: () => async () => {
        if (recorded) return
        recorded = true
        const claim = await world.take(hook.id, 1)
        for (const delivery of claim.deliveries) await world.settle(hook.id, delivery, { kind: 'delivered' })
      },
    })
    await engine.retention.prune(home.id)
    expect((await world.store.read.deliveries.get(due?.id ?? ''))?.status).toBe('delivered')
  })

  test('tells how far it is, ends when it is interrupted, and goes on the next time', async () => {
    await set(shortest)
    await attempted(500)
    world.clock.advance(6 * dayMs)
    const seen: unknown[] = []
    const engine = createEngine({
      ...world.parts,
      newPace: () => async () => {
        const { running } = await engine.operations.retention.get(owner, { organizationId: home.id })
        seen.push(running?.kind)
        if (running?.removed.response_bodies === 400) engine.interrupt()
      },
    })
    expect(await engine.retention.prune(home.id)).toBeNull()
    expect(new Set(seen)).toEqual(new Set(['response_bodies']))
    expect((await get()).last).toBeNull()
    expect(await prune()).toMatchObject({ response_bodies: 100, events: 500 })
    expect(await get()).toMatchObject({
      last: { at: world.clock.now(), removed: { events: 500 } },
      running: null,
    })
  })

  test('is taken four times a day by itself, and at once when somebody asks', async () => {
    await world.engine.retention.pruneDue()
    const first = (await get()).last?.at
    expect(first).toBe(world.clock.now())
    world.clock.advance(6 * 3_600_000 - 1)
    await world.engine.retention.pruneDue()
    expect((await get()).last?.at).toBe(first)
    await retention().run(owner, { organizationId: home.id })
    expect((await get()).running).not.toBeNull()
    await world.engine.retention.pruneWanted()
    expect(await get()).toMatchObject({ running: null, last: { at: world.clock.now() } })
  })
})

describe('who may', () => {
  test('set the days: whoever manages the settings; it is in the audit log', async () => {
    const manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'manager' })
    const days = { ...defaultRetentionDays, events: 60, attempts: 60 }
    const input = { organizationId: home.id, days }
    await refusedWith('role_not_allowed', retention().set(manager, input))
    await refusedWith('role_not_allowed', retention().run(manager, { organizationId: home.id }))
    await retention().set(owner, input)
    expect((await retention().get(manager, { organizationId: home.id })).days).toEqual(days)
    const { rows } = await world.store.read.audit.search({ organizationId: home.id, limit: 5 })
    expect(rows).toMatchObject([{ action: 'retention.set', targetKind: 'retention' }])
    expect(JSON.parse(rows[0]?.before ?? '')).toMatchObject({ events: 90 })
    expect(JSON.parse(rows[0]?.after ?? '')).toMatchObject({ events: 60 })
  })

  test('the audit log itself is never pruned', async () => {
    await set(shortest)
    world.clock.advance(10_000 * dayMs)
    await prune()
    expect(await world.store.read.audit.check()).toMatchObject({ entries: 1, break: null })
  })
})
