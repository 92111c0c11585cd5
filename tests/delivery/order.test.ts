import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { DeliveryRecord, WebhookRecord } from '#main/store/interface.ts'
import { type Answer, createEndpoint, type Endpoint } from './endpoint.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
beforeEach(async () => {
  world = await openDeliveryWorld()
})
afterEach(() => world.close())

const orderedOptions = { ...defaultWebhookOptions, ordered: true }
const orderedWebhook = async (over: Partial<WebhookRecord> = {}) =>
  (await world.webhook({ options: orderedOptions, ...over })).id
const endpointWith = (answer: Answer): Endpoint => createEndpoint(world.clock, answer, () => world.notice())
const setOrdered = (webhookId: string, ordered: boolean): Promise<void> =>
  world.store.write(async (writer) => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new Error('no webhook')
    const options = { ...webhook.options, ordered }
    await writer.webhooks.update(webhookId, { ...webhook, options }, world.clock.now())
  })
const firstOf = async (webhookId: string) =>
  (await world.store.read.webhookProtection.getMany([webhookId])).get(webhookId)?.firstInOrder
const statuses = (deliveries: readonly DeliveryRecord[]) =>
  deliveries.map(({ id }) => world.delivery(id).status)
const eventsOf = (deliveries: readonly DeliveryRecord[]) => deliveries.map(({ eventId }) => eventId)
const deliverSome = async (webhookId: string, count: number, over: Partial<DeliveryRecord> = {}) => {
  const deliveries: DeliveryRecord[] = []
  for (let made = 0; made < count; made += 1) deliveries.push(await world.deliver(webhookId, over))
  return deliveries
}
const areDelivered = (deliveries: readonly DeliveryRecord[]) =>
  statuses(deliveries).every((one) => one === 'delivered')

describe('an ordered webhook', () => {
  it('gets one delivery at a time, in the order of the events, each only after the one before it', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await orderedWebhook()
    const deliveries = await deliverSome(webhookId, 60)
    const { until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => areDelivered(deliveries))
    expect(endpoint.sent.map(({ eventId }) => eventId)).toEqual(eventsOf(deliveries))
    expect(endpoint.openMax).toBe(1)
  })

  it('waits for the retry of the first, shows it, and goes on when it is delivered', async () => {
    let refusing = true
    const endpoint = endpointWith(() => (refusing ? 500 : 200))
    const webhookId = await orderedWebhook()
    const deliveries = await deliverSome(webhookId, 5)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    const [first] = deliveries
    if (first === undefined) throw new Error('no delivery')
    await until(() => world.delivery(first.id).attempts === 1)
    const { dueAt } = world.delivery(first.id)
    expect(await firstOf(webhookId)).toEqual({ deliveryId: first.id, attempts: 1, dueAt, behind: 4 })
    const trial = await world.deliver(webhookId, { kind: 'test' })
    loop.wake()
    await until(() => world.delivery(trial.id).status === 'exhausted')
    expect(endpoint.sent).toHaveLength(2)
    refusing = false
    world.clock.set(dueAt ?? 0)
    loop.wake()
    await until(() => areDelivered(deliveries))
    expect(endpoint.sent.slice(2).map(({ eventId }) => eventId)).toEqual(eventsOf(deliveries))
    const [second] = await world.attempts(deliveries[1]?.id ?? '')
    expect(second).toMatchObject({ delayedBy: 'order' })
  })

  it('goes on behind one that is skipped, exhausted or held, and a started worker knows the first', async () => {
    const endpoint = endpointWith(({ eventId }) => (bad.has(eventId) ? 500 : 200))
    const bad = new Set<string | null>()
    const webhookId = await orderedWebhook({ scheduleMs: [0, 60_000] })
    const deliveries = await deliverSome(webhookId, 4)
    const [skipped, exhausted] = deliveries
    if (skipped === undefined || exhausted === undefined) throw new Error('no delivery')
    bad.add(skipped.eventId).add(exhausted.eventId)
    const { loop, until, stop } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.delivery(skipped.id).attempts === 1)
    await world.store.write((writer) => writer.webhookProtection.skip(skipped.id, world.clock.now()))
    loop.wake()
    await until(() => world.delivery(exhausted.id).attempts === 1)
    expect(world.delivery(skipped.id).status).toBe('discarded')
    await stop()
    const again = await world.startLoop({ openChannel: endpoint.openChannel })
    const other = await world.webhook()
    const elsewhere = await world.deliver(other.id)
    again.loop.wake()
    await again.until(() => world.delivery(elsewhere.id).status === 'delivered')
    expect(endpoint.sent).toHaveLength(3)
    world.clock.advance(60_000)
    again.loop.wake()
    await again.until(() => areDelivered(deliveries.slice(2)))
    expect(statuses(deliveries)).toEqual(['discarded', 'exhausted', 'delivered', 'delivered'])
    expect(endpoint.openMax).toBe(1)
  })

  it('lets what is released from being held go first when it is older, and a resend last', async () => {
    let refusing = true
    const endpoint = endpointWith(() => (refusing ? 500 : 200))
    const webhookId = await orderedWebhook()
    const held = await deliverSome(webhookId, 2, { status: 'held', heldReason: 'paused', dueAt: null })
    const waiting = await deliverSome(webhookId, 2)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    const [blocking] = waiting
    await until(() => world.delivery(blocking?.id ?? '').attempts === 1)
    const resend = await world.deliver(webhookId, { kind: 'resend', eventId: held[0]?.eventId })
    refusing = false
    await world.store.write((writer) =>
      writer.webhookDeliveries.release({
        webhookId,
        reasons: ['paused'],
        suspendedOccasionIds: [],
        dueAt: world.clock.now(),
        afterId: null,
        limit: 100,
      }),
    )
    loop.wake()
    await until(() => areDelivered(held))
    expect(statuses([...waiting, resend])).toEqual(['waiting', 'waiting', 'waiting'])
    world.clock.set(world.delivery(blocking?.id ?? '').dueAt ?? 0)
    loop.wake()
    await until(() => areDelivered([...waiting, resend]))
    expect(endpoint.sent.slice(1).map(({ eventId }) => eventId)).toEqual(
      eventsOf([...held, ...waiting, resend]),
    )
  })

  it('begins to order what waits already when it is given its order, however much that is', async () => {
    let refusing = true
    const endpoint = endpointWith(() => (refusing ? 500 : 200))
    const { id: webhookId } = await world.webhook({ concurrency: 4 })
    const ids = await world.deliverMany(webhookId, 1_200)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => endpoint.sent.length >= 8)
    await setOrdered(webhookId, true)
    loop.wake()
    await until(() => endpoint.open === 0 && world.count('waiting') === 1_200)
    const before = endpoint.sent.length
    refusing = false
    world.clock.advance(600_000)
    loop.wake()
    await until(() => world.count('delivered') === 1_200)
    const eventIds = world.database
      .prepare<[], { event_id: string }>('SELECT event_id FROM deliveries ORDER BY id')
      .all()
      .map(({ event_id }) => event_id)
    const after = endpoint.sent.slice(before).map(({ eventId }) => eventId)
    expect(after.slice(-1_000)).toEqual(eventIds.slice(-1_000))
    expect(ids).toHaveLength(1_200)
  })

  it('goes on without an order when that is taken away, and finds what came meanwhile when it comes back', async () => {
    let refusing = true
    const endpoint = endpointWith(() => (refusing ? 500 : 200))
    const webhookId = await orderedWebhook()
    const deliveries = await deliverSome(webhookId, 3)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.delivery(deliveries[0]?.id ?? '').attempts === 1)
    await setOrdered(webhookId, false)
    loop.wake()
    await until(() => deliveries.every(({ id }) => world.delivery(id).attempts === 1))
    const without = await deliverSome(webhookId, 2, { dueAt: world.clock.now() + 1 })
    await setOrdered(webhookId, true)
    refusing = false
    world.clock.advance(60_000)
    const before = endpoint.sent.length
    loop.wake()
    await until(() => areDelivered([...deliveries, ...without]))
    expect(endpoint.sent.slice(before).map(({ eventId }) => eventId)).toEqual(
      eventsOf([...deliveries, ...without]),
    )
  })

  it('waits exactly as long as Retry-After asks of its first, and sends nothing else meanwhile', async () => {
    let answer: ReturnType<Answer> = { status: 503, retryAfter: '90' }
    const endpoint = endpointWith(() => answer)
    const webhookId = await orderedWebhook()
    const deliveries = await deliverSome(webhookId, 3)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.delivery(deliveries[0]?.id ?? '').attempts === 1)
    answer = 200
    world.clock.advance(89_999)
    const other = await world.webhook()
    const elsewhere = await world.deliver(other.id)
    loop.wake()
    await until(() => world.delivery(elsewhere.id).status === 'delivered')
    expect(endpoint.sent).toHaveLength(2)
    world.clock.advance(1)
    loop.wake()
    await until(() => areDelivered(deliveries))
  })
})

describe('an ordered webhook with a throttle', () => {
  it('waits as long as Retry-After asks, and then keeps to its rate', async () => {
    let answer: ReturnType<Answer> = { status: 503, retryAfter: '25' }
    const endpoint = endpointWith(() => answer)
    const options = { ...orderedOptions, throttle: { count: 1, seconds: 10 } }
    const webhookId = await orderedWebhook({ options })
    const deliveries = await deliverSome(webhookId, 3)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    const startedAt = world.clock.now()
    const [first] = deliveries
    await until(() => world.delivery(first?.id ?? '').attempts === 1)
    answer = 200
    const ofOthers: string[] = []
    for (let seconds = 1; seconds <= 50; seconds += 1) {
      world.clock.set(startedAt + seconds * 1_000)
      const elsewhere = await world.deliver((await world.webhook()).id)
      ofOthers.push(elsewhere.eventId)
      loop.wake()
      await until(() => world.delivery(elsewhere.id).status === 'delivered' && endpoint.open === 0)
    }
    await until(() => areDelivered(deliveries))
    const sent = endpoint.sent.filter(({ eventId }) => !ofOthers.includes(eventId ?? ''))
    expect(sent.map(({ eventId, at }) => [eventId, (at - startedAt) / 1_000])).toEqual([
      [first?.eventId, 0],
      [first?.eventId, 25],
      [deliveries[1]?.eventId, 35],
      [deliveries[2]?.eventId, 45],
    ])
  })
})

describe('whatever fails', () => {
  it('all attempts of a delivery come before the first of the next, and none before it is due', async () => {
    const outcome = fc.integer({ min: 0, max: 3 })
    const probeAt = world.database.prepare<[string], { at: number | null }>(
      'SELECT breaker_probe_at AS at FROM webhooks WHERE id = ?',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 2, maxLength: 8 }), async (failures) => {
        const left = new Map<string | null, number>()
        const endpoint = endpointWith(({ eventId }) => {
          const times = left.get(eventId) ?? 0
          left.set(eventId, times - 1)
          return times > 0 ? { status: 503, retryAfter: String(times) } : 200
        })
        const webhookId = await orderedWebhook({ scheduleMs: [0, 1_000, 2_000] })
        const deliveries = await deliverSome(webhookId, failures.length)
        for (const [index, { eventId }] of deliveries.entries()) left.set(eventId, failures[index] ?? 0)
        const { loop, until, stop } = await world.startLoop({ openChannel: endpoint.openChannel })
        const openIds = () => deliveries.filter(({ id }) => world.delivery(id).finishedAt === null)
        // Many failures open the breaker, which makes the first later still.
        const goesAt = () => {
          const [first] = openIds()
          const dueAt = first === undefined ? 0 : (world.delivery(first.id).dueAt ?? 0)
          return Math.max(dueAt, probeAt.get(webhookId)?.at ?? 0)
        }
        while (openIds().length > 0) {
          await until(() => openIds().length === 0 || goesAt() > world.clock.now())
          world.clock.set(Math.max(goesAt(), world.clock.now()))
          loop.wake()
        }
        await stop()
        const expected = deliveries.flatMap(({ eventId }, index) =>
          Array(Math.min(3, (failures[index] ?? 0) + 1)).fill(eventId),
        )
        expect(endpoint.sent.map(({ eventId }) => eventId)).toEqual(expected)
        for (const { id } of deliveries) {
          const attempts = await world.attempts(id)
          for (const [index, attempt] of attempts.entries()) {
            const before = attempts[index - 1]
            if (before === undefined) continue
            const askedMs = Number(before.responseHeaders?.['retry-after']) * 1_000
            expect(attempt.startedAt).toBeGreaterThanOrEqual(before.finishedAt + askedMs)
            expect(attempt.startedAt).toBeGreaterThanOrEqual(before.nextAttemptAt ?? 0)
          }
        }
      }),
      { numRuns: 8 },
    )
  })
})
