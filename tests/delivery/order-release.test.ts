import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HeldReason, heldReasons } from '#contract/vocabulary.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { DeliveryRecord, ReleaseRecord } from '#main/store/interface.ts'
import { orderTexts } from '#main/store/work-queue-order.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { type DeliveryWorld, type LoopFixture, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
let endpoint: Endpoint
let webhookId: string
let held: readonly DeliveryRecord[]
let newer: readonly DeliveryRecord[]
beforeEach(async () => {
  world = await openDeliveryWorld()
  endpoint = createEndpoint(
    world.clock,
    () => 200,
    () => world.notice(),
  )
  webhookId = (await world.webhook({ options: { ...defaultWebhookOptions, ordered: true } })).id
})
afterEach(() => world.close())

const deliverThree = async (over: Partial<DeliveryRecord> = {}) => [
  await world.deliver(webhookId, over),
  await world.deliver(webhookId, over),
  await world.deliver(webhookId, over),
]
const holdThree = (heldReason: HeldReason) => deliverThree({ status: 'held', heldReason, dueAt: null })
const eventsOf = (deliveries: readonly DeliveryRecord[]) => deliveries.map(({ eventId }) => eventId)
const statuses = (deliveries: readonly DeliveryRecord[]) =>
  deliveries.map(({ id }) => world.delivery(id).status)

/** Three that are held, and then three that came later and wait. */
const begin = async (heldReason: HeldReason): Promise<LoopFixture> => {
  held = await holdThree(heldReason)
  newer = await deliverThree()
  return world.startLoop({ openChannel: endpoint.openChannel })
}
/** The worker has had a turn at everything: it delivered elsewhere what came last. */
const othersWereServed = async ({ loop, until }: LoopFixture): Promise<void> => {
  const { id: other } = await world.webhook()
  const elsewhere = await world.deliver(other)
  loop.wake()
  await until(() => world.delivery(elsewhere.id).status === 'delivered')
}
const othersWereTried = async ({ loop, until }: LoopFixture): Promise<void> => {
  const { id: other } = await world.webhook()
  const elsewhere = await world.deliver(other)
  loop.wake()
  await until(() => world.delivery(elsewhere.id).attempts === 1)
}
const sent = () => endpoint.sent.map(({ eventId }) => eventId)
const isGone = async ({ loop, until }: LoopFixture, one: DeliveryRecord | undefined): Promise<void> => {
  loop.wake()
  await until(() => sent().includes(one?.eventId ?? null))
}
const allDelivered = async ({ loop, until }: LoopFixture, deliveries: readonly DeliveryRecord[]) => {
  loop.wake()
  await until(() => statuses(deliveries).every((status) => status === 'delivered'))
}

const releaseOffline = (limit: number) =>
  world.store.write((writer) =>
    writer.webhookDeliveries.releaseOffline({
      webhookId,
      dueAt: () => world.clock.now(),
      together: 1,
      limit,
    }),
  )
const releaseSwitchedOff = (limit: number) =>
  world.store.write((writer) =>
    writer.webhookDeliveries.releaseSwitchedOff({ webhookId, dueAt: world.clock.now(), limit }),
  )
const resume = (keepsHeld: boolean) =>
  world.store.write((writer) =>
    writer.webhooks.setStatus(webhookId, {
      status: 'active',
      reason: null,
      at: world.clock.now(),
      keepsHeld,
    }),
  )
const releaseFor = (reasons: readonly HeldReason[], releaseMax: number) =>
  world.store.write((writer) =>
    writer.webhookDeliveries.release({
      webhookId,
      reasons,
      suspendedOccasionIds: [],
      dueAt: world.clock.now(),
      afterId: null,
      limit: 100,
      releaseMax,
    }),
  )
const startRelease = (reason: HeldReason | null, state: ReleaseRecord['state'] = 'running') =>
  world.store.write((writer) =>
    writer.releases.insert({
      id: `rls_${reason}`,
      organizationId: world.organizationId,
      webhookId,
      reason,
      perSecond: 1,
      total: 3,
      released: 0,
      state,
      stateReason: null,
      afterId: null,
      steppedAt: world.clock.now(),
      createdAt: world.clock.now(),
      createdBy: 'Ada',
      finishedAt: null,
    }),
  )

describe('an ordered webhook', () => {
  it.each([
    ['offline', releaseOffline],
    ['switched_off', releaseSwitchedOff],
  ] as const)('sends nothing newer until all that was held as %s has gone', async (reason, release) => {
    const running = await begin(reason)
    await othersWereServed(running)
    expect(sent()).not.toContain(newer[0]?.eventId)
    await release(1)
    await isGone(running, held[0])
    await othersWereServed(running)
    expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
    await release(100)
    await allDelivered(running, newer)
    const ofOrdered = sent().filter((id) => eventsOf([...held, ...newer]).includes(id ?? ''))
    expect(ofOrdered).toEqual(eventsOf([...held, ...newer]))
  })

  it.each(['paused', 'suspended', 'gone'] as const)(
    'sends nothing newer until what was held as %s before it was resumed has gone',
    async (reason) => {
      await resume(false)
      const running = await begin(reason)
      await othersWereServed(running)
      await releaseFor([reason], 1)
      await isGone(running, held[0])
      await othersWereServed(running)
      expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
      await releaseFor([reason], 100)
      await world.store.write((writer) => writer.webhooks.noteReleased(webhookId))
      await allDelivered(running, newer)
      expect(statuses(held)).toEqual(['delivered', 'delivered', 'delivered'])
      expect(sent().indexOf(newer[0]?.eventId ?? '')).toBeGreaterThan(sent().indexOf(held[2]?.eventId ?? ''))
    },
  )

  it('does not wait for what stays held when it was resumed', async () => {
    await resume(true)
    const running = await begin('paused')
    await allDelivered(running, newer)
    expect(statuses(held)).toEqual(['held', 'held', 'held'])
  })

  it.each([null, 'paused'] as const)(
    'waits for a release that is paused (%s) until it is cancelled',
    async (reason) => {
      await resume(true)
      await startRelease(reason, 'paused')
      const running = await begin('paused')
      await othersWereServed(running)
      expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
      await world.store.write((writer) => writer.releases.update(`rls_${reason}`, { state: 'cancelled' }))
      await allDelivered(running, newer)
      expect(statuses(held)).toEqual(['held', 'held', 'held'])
    },
  )

  it.each([
    [null, 'running'],
    ['paused', 'running'],
    ['paused', 'paused'],
  ] as const)('waits for a release (reason %s) that is %s and goes on', async (reason, state) => {
    await resume(true)
    await startRelease(reason, state)
    const running = await begin('paused')
    await othersWereServed(running)
    expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
    await releaseFor(heldReasons, 2)
    await isGone(running, held[1])
    await othersWereServed(running)
    expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
    const over = { afterId: held[2]?.id ?? '', state: 'done' } as const
    await releaseFor(heldReasons, 100)
    await world.store.write((writer) => writer.releases.update(`rls_${reason}`, over))
    await allDelivered(running, newer)
  })

  it('does not wait for what a release has left behind, nor for one for another reason', async () => {
    await resume(true)
    await startRelease(null)
    const running = await begin('suspended')
    const passed = { afterId: held[2]?.id ?? '' }
    await world.store.write((writer) => writer.releases.update('rls_null', passed))
    await allDelivered(running, newer)
    await world.store.write((writer) => writer.releases.update('rls_null', { state: 'done' }))
    await startRelease('paused')
    const [next] = await deliverThree()
    await allDelivered(running, next === undefined ? [] : [next])
    expect(statuses(held)).toEqual(['held', 'held', 'held'])
  })

  it('lets a test past what is being released', async () => {
    const running = await begin('offline')
    const trial = await world.deliver(webhookId, { kind: 'test' })
    await allDelivered(running, [trial])
    expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
  })

  it('goes on behind a first one that is held in the middle of the line, and sends it first when it is released', async () => {
    let refusing = true
    endpoint = createEndpoint(
      world.clock,
      () => (refusing ? 500 : 200),
      () => world.notice(),
    )
    const occasion = { id: 'occ_1', organizationId: world.organizationId, name: 'Gala', venue: 'Hall' }
    const times = { startsAt: 1, endsAt: 2, archivedAt: null, createdAt: 1 }
    await world.store.write((writer) => writer.organizations.insertOccasion({ ...occasion, ...times }))
    const [before, first] = [
      await world.deliver(webhookId),
      await world.deliver(webhookId, { occasionId: 'occ_1' }),
    ]
    await world.store.write((writer) => writer.webhookProtection.skip(before.id, 1))
    newer = await deliverThree()
    const running = await world.startLoop({ openChannel: endpoint.openChannel })
    await running.until(() => world.delivery(first.id).attempts === 1)
    await othersWereTried(running)
    expect(sent().filter((id) => id === first.eventId)).toHaveLength(1)
    const ofOccasion = { webhookId, occasionIds: ['occ_1'] }
    await world.store.write((writer) => writer.webhookDeliveries.hold(ofOccasion, 'suspended', 10))
    running.loop.wake()
    await running.until(() => world.delivery(newer[0]?.id ?? '').attempts === 1)
    await releaseFor(['suspended'], 10)
    refusing = false
    running.loop.wake()
    await running.until(() => world.delivery(first.id).status === 'delivered')
    expect(statuses(newer)).toEqual(['waiting', 'waiting', 'waiting'])
    world.clock.set(world.delivery(newer[0]?.id ?? '').dueAt ?? 0)
    await allDelivered(running, newer)
    const ofOrdered = sent().filter((id) => eventsOf([first, ...newer]).includes(id ?? ''))
    expect(ofOrdered.slice(1)).toEqual(
      eventsOf(newer).toSpliced(1, 0, first.eventId, newer[0]?.eventId ?? ''),
    )
  })

  it('that became ordered while its deliveries were held as offline sends those in their order, too', async () => {
    const { id: other } = await world.webhook()
    webhookId = other
    held = await holdThree('offline')
    await world.configure(webhookId, { ordered: true })
    newer = await deliverThree()
    const running = await world.startLoop({ openChannel: endpoint.openChannel })
    await othersWereServed(running)
    await releaseOffline(100)
    await allDelivered(running, [...held, ...newer])
    expect(sent().slice(1)).toEqual(eventsOf([...held, ...newer]))
  })
})

it('finds the oldest that is being released in a few steps, however much is held', () => {
  const plan = world.database
    .prepare<[{ webhookId: string }], { detail: string }>(`EXPLAIN QUERY PLAN ${orderTexts.released}`)
    .all({ webhookId })
    .map(({ detail }) => detail)
  const steps = plan.filter((detail) => /^(SEARCH|SCAN) (?!\(subquery)/.test(detail))
  expect(steps).toEqual([
    'SEARCH deliveries USING COVERING INDEX deliveries_held_by_reason (webhook_id=? AND held_reason=?)',
    'SEARCH deliveries USING COVERING INDEX deliveries_held_by_reason (webhook_id=? AND held_reason=?)',
    'SEARCH w USING INDEX sqlite_autoindex_webhooks_1 (id=?)',
    'SEARCH deliveries USING COVERING INDEX deliveries_held (webhook_id=?)',
    'SEARCH r USING INDEX releases_open (webhook_id=?)',
    'SEARCH deliveries USING COVERING INDEX deliveries_held (webhook_id=? AND id>?)',
    'SEARCH deliveries USING COVERING INDEX deliveries_held_by_reason (webhook_id=? AND held_reason=? AND id>?)',
  ])
})
