import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { Claim, ClaimedDelivery, Outcome, Report, Settlement, WorkQueue } from '#main/store/interface.ts'
import { anAttempt } from '../support/attempt.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
let queue: WorkQueue
beforeEach(async () => {
  world = await openDeliveryWorld()
  queue = world.queue()
})
afterEach(() => world.close())

const record = (over: Partial<Report>) =>
  queue.record({
    settlements: [],
    slow: [],
    leaseUntil: world.clock.now() + 60_000,
    returned: [],
    breakers: [],
    ...over,
  })
const take = async (webhookId: string, limit: number, bytesMax = 1_000_000): Promise<Claim> => {
  const wanted = [{ webhookId, limit, unguardedMax: limit }]
  const { claims } = await queue.take({ now: world.clock.now(), wanted, bytesMax })
  const [claim] = claims
  if (claim === undefined) throw new Error('no claim')
  return claim
}

const settlement = (
  webhookId: string,
  { id, kind, attempts }: ClaimedDelivery,
  outcome: Outcome = { kind: 'delivered' },
): Settlement => ({
  webhookId,
  deliveryKind: kind,
  outcome,
  attempt: anAttempt({
    id: `att_${id.slice(4)}`,
    deliveryId: id,
    number: attempts + 1,
    startedAt: world.clock.now(),
    finishedAt: world.clock.now() + 7,
    url: 'http://127.0.0.1/',
    ...(outcome.kind === 'delivered' ? {} : { statusCode: 500, errorClass: 'http' }),
    requestHeaders: { host: '127.0.0.1' },
    responseBody: Buffer.from('ok'),
    remoteAddress: '127.0.0.1',
    ...(outcome.kind === 'retry' && { nextAttemptAt: outcome.dueAt, nextAttemptReason: outcome.reason }),
  }),
})

describe('taking', () => {
  it('gives the oldest due deliveries with all that is needed to send them', async () => {
    const { id: webhookId, secretId, secret } = await world.webhook({ url: 'http://127.0.0.1/hook' })
    await world.allow('127.0.0.0/8')
    const now = world.clock.now()
    const late = await world.deliver(webhookId, { dueAt: now - 10 })
    const early = await world.deliver(webhookId, { dueAt: now - 20, attempts: 3 })
    await world.deliver(webhookId, { dueAt: now + 1 })
    const { webhook, deliveries, nextDueAt } = await take(webhookId, 10)
    expect(webhook).toEqual({
      id: webhookId,
      active: true,
      statusChangedAt: null,
      url: 'http://127.0.0.1/hook',
      timeoutMs: 15_000,
      concurrency: 16,
      scheduleMs: null,
      options: defaultWebhookOptions,
      shaping: null,
      lastAttemptAt: null,
      secrets: [{ id: secretId, secret }],
      credentials: {},
      networkRules: ['127.0.0.0/8'],
    })
    expect(deliveries.map(({ id }) => id)).toEqual([early.id, late.id])
    expect(deliveries[0]).toMatchObject({
      kind: 'event',
      eventId: early.eventId,
      attempts: 3,
      dueAt: now - 20,
      createdAt: now,
    })
    expect(deliveries[0]?.body.toString()).toBe('{"type":"badge.printed","data":{}}')
    expect(nextDueAt).toBe(now + 1)
  })

  it('gives none twice, until it is returned', async () => {
    const { id: webhookId } = await world.webhook()
    const ids = await world.deliverMany(webhookId, 5)
    const first = await take(webhookId, 2)
    expect(first).toMatchObject({ nextDueAt: world.clock.now() })
    const second = await take(webhookId, 10)
    expect([...first.deliveries, ...second.deliveries].map(({ id }) => id)).toEqual(ids)
    expect(await take(webhookId, 10)).toMatchObject({ deliveries: [], nextDueAt: null })
    expect(await record({ returned: first.deliveries })).toEqual([])
    const third = await take(webhookId, 10)
    expect(third.deliveries.map(({ id }) => id)).toEqual(ids.slice(0, 2))
  })

  it('stops at the budget of bytes, but gives at least one', async () => {
    const { id: webhookId } = await world.webhook()
    const eventId = await world.event({ body: 'x'.repeat(1_000) })
    for (let count = 0; count < 5; count += 1) await world.deliver(webhookId, { eventId })
    const now = world.clock.now()
    const claim = await take(webhookId, 5, 1_500)
    expect(claim.deliveries).toHaveLength(2)
    expect(claim.nextDueAt).toBe(now)
    expect((await take(webhookId, 5, 1)).deliveries).toHaveLength(1)
    expect(await take(webhookId, 5, 0)).toMatchObject({ deliveries: [], nextDueAt: now })
  })

  it('gives nothing before it is due, to an ordered webhook nothing past one that is not', async () => {
    const dues = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(
        dues,
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        async (offsets, ordered, limit) => {
          const { id: webhookId } = await world.webhook({ options: { ...defaultWebhookOptions, ordered } })
          const now = world.clock.now()
          for (const offset of offsets) await world.deliver(webhookId, { dueAt: now + offset })
          const { deliveries, nextDueAt } = await take(webhookId, limit)
          const given = deliveries.map(({ dueAt }) => dueAt - now)
          const due = offsets.filter((offset) => offset <= 0).toSorted((left, right) => left - right)
          const late = offsets.findIndex((offset) => offset > 0)
          const line = late < 0 ? offsets : offsets.slice(0, late)
          expect(given).toEqual((ordered ? line : due).slice(0, limit))
          const next = offsets[given.length]
          if (ordered) expect(nextDueAt).toBe(next === undefined ? null : now + next)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('leaves what belongs to a missing event', async () => {
    const { id: webhookId } = await world.webhook()
    const { id } = await world.deliver(webhookId, { eventId: 'evt_missing' })
    expect((await take(webhookId, 5)).deliveries).toEqual([])
    expect(world.delivery(id).status).toBe('waiting')
  })

  it('finds for every webhook when its first delivery is due', async () => {
    const [one, two, none] = [await world.webhook(), await world.webhook(), await world.webhook()]
    const now = world.clock.now()
    await world.deliver(one.id, { dueAt: now + 50 })
    await world.deliver(one.id, { dueAt: now + 40 })
    await world.deliver(two.id, { dueAt: now - 5 })
    await world.deliver(none.id, { status: 'delivered', dueAt: null, finishedAt: now })
    expect(await queue.listDue()).toEqual(
      new Map([
        [one.id, { organizationId: world.organizationId, dueAt: now + 40, unguardedAt: null }],
        [two.id, { organizationId: world.organizationId, dueAt: now - 5, unguardedAt: null }],
      ]),
    )
  })

  it('notices the commits of others, and only theirs', async () => {
    const { id: webhookId } = await world.webhook()
    queue.hasChanged()
    expect(queue.hasChanged()).toBe(false)
    const { id } = await world.deliver(webhookId)
    expect(queue.hasChanged()).toBe(true)
    await take(webhookId, 1)
    await record({ slow: [id] })
    expect(queue.hasChanged()).toBe(false)
  })
})

describe('settling', () => {
  it('records many at once', async () => {
    const { id: webhookId } = await world.webhook()
    const ids = await world.deliverMany(webhookId, 700)
    const { deliveries } = await take(webhookId, 600)
    const topics = await record({
      settlements: deliveries.map((delivery) => settlement(webhookId, delivery)),
    })
    expect(topics).toEqual(['deliveries'])
    expect((await take(webhookId, 600)).deliveries.map(({ id }) => id)).toEqual(ids.slice(600))
    expect(world.count('delivered')).toBe(600)
    expect(world.count('waiting')).toBe(100)
    const [attempt] = await world.attempts(ids[599] ?? '')
    expect(attempt).toMatchObject({ number: 1, statusCode: 200, responseBody: Buffer.from('ok') })
    expect(world.delivery(ids[0] ?? '')).toMatchObject({
      status: 'delivered',
      attempts: 1,
      finishedAt: world.clock.now() + 7,
    })
    const hours = world.database.prepare('SELECT delivered, failed, latency FROM attempt_hours').all()
    expect(hours).toEqual([{ delivered: 600, failed: 0, latency: expect.stringMatching(/^\[0,0,600,0/) }])
  })

  it('gives a delivery that is to be retried out again when it is due', async () => {
    const { id: webhookId } = await world.webhook()
    await world.deliver(webhookId)
    const { deliveries } = await take(webhookId, 1)
    const dueAt = world.clock.now() + 5_000
    const retry = deliveries.map((one) =>
      settlement(webhookId, one, { kind: 'retry', dueAt, reason: 'schedule 5 s' }),
    )
    await record({ settlements: retry })
    expect(await take(webhookId, 1)).toMatchObject({
      deliveries: [],
      nextDueAt: dueAt,
    })
    world.clock.set(dueAt)
    expect((await take(webhookId, 1)).deliveries).toMatchObject([{ id: deliveries[0]?.id, attempts: 1 }])
  })

  it('records nothing of a delivery that was erased, and all of the others', async () => {
    const { id: webhookId } = await world.webhook()
    const [kept = '', erased = ''] = await world.deliverMany(webhookId, 2)
    const { deliveries } = await take(webhookId, 2)
    world.database.exec(`DELETE FROM deliveries WHERE id = '${erased}'`)
    await record({ settlements: deliveries.map((one) => settlement(webhookId, one)) })
    expect(world.delivery(kept).status).toBe('delivered')
    expect(world.database.prepare('SELECT delivery_id FROM attempts').all()).toEqual([{ delivery_id: kept }])
  })

  it('counts failures in a row in the order in which the attempts ended', async () => {
    const { id: webhookId } = await world.webhook()
    await world.deliverMany(webhookId, 3)
    const { deliveries } = await take(webhookId, 3)
    const ends = [5, 9, 7]
    const settlements = deliveries.map((one, index) => {
      const outcome: Outcome = index === 2 ? { kind: 'delivered' } : { kind: 'exhausted' }
      const made = settlement(webhookId, one, outcome)
      return { ...made, attempt: { ...made.attempt, finishedAt: world.clock.now() + (ends[index] ?? 0) } }
    })
    await record({ settlements })
    expect(world.database.prepare('SELECT * FROM webhooks').get()).toMatchObject({
      consecutive_failures: 1,
      failing_since: world.clock.now() + 9,
      last_success_at: world.clock.now() + 7,
    })
  })

  it('says when somebody else is writing, and has then written nothing', async () => {
    const { id: webhookId } = await world.webhook()
    const [id = '', other = ''] = await world.deliverMany(webhookId, 2)
    const { deliveries } = await take(webhookId, 1)
    const settlements = deliveries.map((one) => settlement(webhookId, one))
    world.database.exec('BEGIN IMMEDIATE')
    expect(await record({ settlements, slow: [other] })).toBeNull()
    expect((await take(webhookId, 2)).deliveries.map((one) => one.id)).toEqual([other])
    world.database.exec('COMMIT')
    expect(await world.attempts(id)).toEqual([])
    expect(world.delivery(other).status).toBe('waiting')
    expect(await record({ settlements, slow: [other] })).toEqual(['deliveries'])
    expect(await world.attempts(id)).toHaveLength(1)
    expect(world.delivery(other).status).toBe('sending')
  })

  it('fails as a whole when it cannot be written', async () => {
    const { id: webhookId } = await world.webhook()
    const [id = ''] = await world.deliverMany(webhookId, 1)
    const { deliveries } = await take(webhookId, 1)
    const settlements = deliveries.map((one) => settlement(webhookId, one))
    world.database.exec(
      `CREATE TRIGGER full BEFORE INSERT ON attempts BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
    )
    await expect(record({ settlements })).rejects.toThrow('disk full')
    world.database.exec('DROP TRIGGER full')
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0 })
    expect((await take(webhookId, 1)).deliveries).toEqual([])
    await record({ settlements })
    expect(world.delivery(id).status).toBe('delivered')
  })
})

describe('an inactive webhook', () => {
  it('has its events held step by step, locked or not, and gets none of them', async () => {
    const { id: webhookId } = await world.webhook({ status: 'paused' })
    await world.deliverMany(webhookId, 700)
    const test = await world.deliver(webhookId, { kind: 'test' })
    const now = world.clock.now()
    world.database.exec('BEGIN IMMEDIATE')
    expect(await take(webhookId, 10)).toMatchObject({ deliveries: [], nextDueAt: now })
    world.database.exec('COMMIT')
    expect(world.count('held')).toBe(0)
    expect(await take(webhookId, 10)).toMatchObject({ deliveries: [], nextDueAt: now })
    expect(world.count('held')).toBe(500)
    const claim = await take(webhookId, 10)
    expect(claim).toMatchObject({ webhook: { active: false }, nextDueAt: null })
    expect(claim.deliveries.map(({ id }) => id)).toEqual([test.id])
    expect(world.count('held')).toBe(700)
  })
})

describe('leases', () => {
  it('of slow requests are put back by the next owner, not by the same one', async () => {
    const { id: webhookId } = await world.webhook()
    const ids = await world.deliverMany(webhookId, 1_500)
    await take(webhookId, 2_000)
    await record({ slow: ids })
    expect(world.count('sending')).toBe(1_500)
    expect(await queue.recover(world.clock.now())).toBe(0)
    const next = world.queue('worker-2')
    expect(await next.recover(world.clock.now() + 5)).toBe(1_500)
    expect(world.delivery(ids[0] ?? '')).toMatchObject({
      status: 'waiting',
      dueAt: world.clock.now() + 5,
      leaseOwner: null,
    })
  })

  it('end when the delivery is returned', async () => {
    const { id: webhookId } = await world.webhook()
    const { id, dueAt } = await world.deliver(webhookId)
    const { deliveries } = await take(webhookId, 1)
    await record({ slow: [id] })
    expect(world.delivery(id)).toMatchObject({ status: 'sending', leaseOwner: 'worker-1' })
    await record({ returned: deliveries })
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', dueAt, leaseOwner: null })
  })
})

describe('what breakers have counted', () => {
  it('is told of the last minutes, oldest first: no trial, and nothing of another address or status', async () => {
    const url = 'http://127.0.0.1/'
    const { id: webhookId } = await world.webhook({ url })
    const { id: moved } = await world.webhook()
    const { id: resumed } = await world.webhook({ url, statusChangedAt: world.clock.now() + 60_000 })
    const fail = async (of: string, kind: 'event' | 'resend' | 'test' = 'event') => {
      const { id } = await world.deliver(of, { kind })
      const { deliveries } = await take(of, 1)
      const outcome = { kind: 'exhausted' } as const
      await record({ settlements: deliveries.map((delivery) => settlement(of, delivery, outcome)) })
      world.clock.advance(1_000)
      return id
    }
    await fail(webhookId)
    const since = world.clock.now()
    const first = await fail(webhookId)
    await fail(webhookId, 'test')
    await fail(moved)
    await fail(resumed)
    const second = await fail(webhookId, 'resend')
    const found = await queue.listRecentAttempts(since)
    expect(found.map(({ deliveryId }) => deliveryId)).toEqual([first, second])
    expect(found[0]).toMatchObject({ webhookId, errorClass: 'http', startedAt: since, finishedAt: since + 7 })
  })
})
