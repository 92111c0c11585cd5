import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import { probeAfterMs } from '#main/delivery/breaker.ts'
import type { WebhookRecord, WorkQueue } from '#main/store/interface.ts'
import { type Answer, createEndpoint, type Endpoint } from './endpoint.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
beforeEach(async () => {
  world = await openDeliveryWorld()
})
afterEach(() => world.close())

const webhookWith = async (options: Partial<WebhookOptions> = {}, over: Partial<WebhookRecord> = {}) => {
  const { id } = await world.webhook({ options: { ...defaultWebhookOptions, ...options }, ...over })
  return id
}
const endpointWith = (answer: Answer): Endpoint => createEndpoint(world.clock, answer, () => world.notice())
const protectionOf = async (webhookId: string) => {
  const protection = (await world.store.read.webhookProtection.getMany([webhookId])).get(webhookId)
  if (protection === undefined) throw new Error('no webhook')
  return protection
}
const update = async (webhookId: string, changes: Partial<WebhookRecord>): Promise<void> => {
  await world.store.write(async (writer) => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new Error('no webhook')
    await writer.webhooks.update(webhookId, { ...webhook, ...changes }, world.clock.now())
  })
}
const statuses = (ids: readonly string[]) => ids.map((id) => world.delivery(id).status)
const attempted = (ids: readonly string[]) => ids.filter((id) => world.delivery(id).attempts > 0).length
const withThrottle = (count: number, seconds: number): Partial<WebhookOptions> => ({
  throttle: { count, seconds },
})

/** Ten failures in one go open the breaker. @returns the webhook, and the deliveries that failed. */
const openBreaker = async (endpoint: Endpoint, over: Partial<WebhookRecord> = {}) => {
  const webhookId = await webhookWith({}, { concurrency: 10, ...over })
  const failing = await world.deliverMany(webhookId, 10)
  const fixture = await world.startLoop({ openChannel: endpoint.openChannel })
  await fixture.until(() => attempted(failing) === 10)
  return { webhookId, failing, ...fixture }
}

describe('what was taken to be sent next', () => {
  /** A webhook with two requests under way, and more that were taken for when they have landed. */
  const busy = async (queue = world.queue()) => {
    const hanging = [11, 12]
    const endpoint = endpointWith(() => (hanging.includes(endpoint.sent.length) ? 'hang' : 200))
    const webhookId = await webhookWith({}, { concurrency: 2 })
    const ids = await world.deliverMany(webhookId, 40)
    const fixture = await world.startLoop({ openChannel: endpoint.openChannel, queue })
    await fixture.until(() => endpoint.sent.length === 12)
    return { ...fixture, endpoint, webhookId, ids }
  }
  const land = async (endpoint: Endpoint) => {
    endpoint.land()
    endpoint.land()
    await new Promise((resolve) => setImmediate(resolve))
  }

  it('goes out when they have landed', async () => {
    const { endpoint } = await busy()
    await land(endpoint)
    expect(endpoint.sent.length).toBeGreaterThan(12)
  })

  it('does not go out any more as soon as the worker is told that the webhook is paused', async () => {
    const { endpoint, webhookId, loop, until, ids } = await busy()
    const paused = { status: 'paused', reason: null, at: 1 } as const
    await world.store.write((writer) => writer.webhooks.setStatus(webhookId, paused))
    loop.reconsider()
    await land(endpoint)
    expect(endpoint.sent).toHaveLength(12)
    await until(() => statuses(ids).every((one) => one === 'held' || one === 'delivered'))
    expect(world.count('held')).toBe(28)
  })

  it('goes out all the same when it still may', async () => {
    const { endpoint, loop, until } = await busy()
    loop.reconsider()
    await land(endpoint)
    await until(() => world.count('delivered') === 40)
    expect(new Set(endpoint.sent.map(({ eventId }) => eventId)).size).toBe(40)
    expect(endpoint.sent).toHaveLength(40)
  })

  it('is given back before anything is taken again, though the host writes at the moment', async () => {
    const queue = world.queue()
    const calls: string[] = []
    const { endpoint, loop, until } = await busy({
      ...queue,
      isHostWriting: () => true,
      record(report) {
        calls.push(report.returned.length > 0 ? 'give back' : 'record')
        return queue.record(report)
      },
      take(wish) {
        calls.push('take')
        world.notice()
        return queue.take(wish)
      },
    })
    calls.length = 0
    loop.reconsider()
    await land(endpoint)
    await until(() => calls.includes('take'))
    expect(calls[0]).toBe('give back')
  })
})

describe('an open breaker', () => {
  it('keeps what is due waiting, without an attempt, until one probe is delivered', async () => {
    let status = 500
    const endpoint = endpointWith(() => status)
    const { webhookId, failing, loop, until } = await openBreaker(endpoint)
    const openedAt = world.clock.now()
    expect(await protectionOf(webhookId)).toMatchObject({
      breaker: { openedAt, probeAt: openedAt + probeAfterMs, failed: 10, requests: 10 },
    })
    const later = await world.deliverMany(webhookId, 3)
    world.clock.advance(probeAfterMs - 1)
    const other = await world.deliver(webhookId, { kind: 'test' })
    status = 200
    loop.wake()
    await until(() => world.delivery(other.id).status === 'delivered')
    expect(attempted(later)).toBe(0)
    expect(endpoint.sent).toHaveLength(11)

    world.clock.advance(1)
    loop.wake()
    await until(() => statuses([...failing, ...later]).every((one) => one === 'delivered'))
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: null })
    const [first] = await world.attempts(later[0] ?? '')
    expect(first).toMatchObject({ number: 1, delayedBy: 'breaker' })
  })

  it('lets one probe out at a time, and waits again when it fails', async () => {
    let answer: ReturnType<Answer> = 500
    const endpoint = endpointWith(() => answer)
    const { webhookId, loop, until } = await openBreaker(endpoint)
    await world.deliverMany(webhookId, 3)
    answer = 'hang'
    world.clock.advance(probeAfterMs)
    loop.wake()
    await until(() => endpoint.open === 1)
    await until(() => world.count('sending') === 1)
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: { probeAt: null } })
    expect(endpoint.sent).toHaveLength(11)
    endpoint.land(503)
    const probeAt = world.clock.now() + probeAfterMs
    await until(() => world.count('sending') === 0)
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: { probeAt } })
    expect(endpoint.sent).toHaveLength(11)
  })

  it('stays open when the worker is started anew', async () => {
    const endpoint = endpointWith(() => 500)
    const { webhookId, stop } = await openBreaker(endpoint)
    await stop()
    const other = await webhookWith({}, { scheduleMs: [0] })
    const [waiting, elsewhere] = [await world.deliver(webhookId), await world.deliver(other)]
    world.clock.advance(20_000)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.delivery(elsewhere.id).attempts === 1)
    expect(world.delivery(waiting.id).attempts).toBe(0)
    world.clock.advance(10_000)
    loop.wake()
    await until(() => endpoint.sent.length === 12)
  })

  it('opens at the tenth failure though the worker is started anew after each', async () => {
    const endpoint = endpointWith(() => 500)
    const webhookId = await webhookWith({}, { scheduleMs: Array(30).fill(0) })
    const { id } = await world.deliver(webhookId)
    for (let attempts = 1; attempts <= 10; attempts += 1) {
      const { until, stop } = await world.startLoop({ openChannel: endpoint.openChannel })
      await until(() => world.delivery(id).attempts >= attempts)
      await stop()
    }
    const { attempts } = world.delivery(id)
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: { failed: 10, requests: 10 } })
    expect(attempts).toBe(10)
  })

  it('is neither opened nor fed by tests and connectivity checks', async () => {
    const endpoint = endpointWith(() => 500)
    const webhookId = await webhookWith()
    const trials = await world.deliverMany(webhookId, 20, { kind: 'test' })
    const { until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => statuses(trials).every((one) => one === 'exhausted'))
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: null })
  })

  it('closes when the webhook is given another address, or is resumed', async () => {
    let status = 500
    const endpoint = endpointWith(() => status)
    const { webhookId, loop, until } = await openBreaker(endpoint)
    status = 200
    await update(webhookId, { url: 'http://127.0.0.1:10/' })
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: null })
    const moved = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(moved.id).status === 'delivered')

    status = 500
    const failing = await world.deliverMany(webhookId, 10)
    loop.wake()
    await until(() => attempted(failing) === 10)
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: { failed: 9, requests: 10 } })
    const setStatus = (to: 'active' | 'paused') =>
      world.store.write((writer) =>
        writer.webhooks.setStatus(webhookId, { status: to, reason: null, at: world.clock.now() }),
      )
    const waiting = await world.deliver(webhookId)
    await setStatus('paused')
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: { failed: 9 } })
    loop.wake()
    await until(() => world.delivery(waiting.id).status === 'held')

    await setStatus('active')
    expect(await protectionOf(webhookId)).toMatchObject({ breaker: null })
    status = 200
    const resumed = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(resumed.id).status === 'delivered')
  })

  it('never goes before Retry-After: a probe is a delivery that is due', async () => {
    const endpoint = endpointWith(() => ({ status: 429, retryAfter: '600' }))
    const { failing, loop, until } = await openBreaker(endpoint)
    world.clock.advance(probeAfterMs * 3)
    const other = await webhookWith()
    const elsewhere = await world.deliver(other)
    loop.wake()
    await until(() => world.delivery(elsewhere.id).attempts === 1)
    expect(endpoint.sent).toHaveLength(11)
    world.clock.advance(600_000 - probeAfterMs * 3)
    loop.wake()
    await until(() => endpoint.sent.length === 12)
    expect(attempted(failing)).toBe(10)
  })
})

/** A queue that counts how often it is asked for deliveries. */
const countingQueue = () => {
  const queue = world.queue()
  let takes = 0
  const counting: WorkQueue = {
    ...queue,
    take(wish) {
      takes += 1
      return queue.take(wish)
    },
  }
  return { counting, takes: () => takes }
}

describe('a throttle', () => {
  it('lets deliveries go evenly, one for each token, and tells why one was late', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await webhookWith(withThrottle(6, 60))
    const ids = await world.deliverMany(webhookId, 4)
    const startedAt = world.clock.now()
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    for (let count = 1; count <= 4; count += 1) {
      await until(() => endpoint.sent.length === count)
      world.clock.advance(10_000)
      loop.wake()
    }
    await until(() => statuses(ids).every((one) => one === 'delivered'))
    for (const [index, { at }] of endpoint.sent.entries()) {
      expect(at - startedAt).toBeGreaterThanOrEqual(10_000 * index - 20)
      expect(at - startedAt).toBeLessThanOrEqual(10_000 * index)
    }
    const causes = await Promise.all(ids.map(async (id) => (await world.attempts(id))[0]?.delayedBy))
    expect(causes).toEqual([null, 'throttle', 'throttle', 'throttle'])
  })

  it('asks for nothing while there is no token, and lets tests past', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await webhookWith(withThrottle(1, 3_600))
    await world.deliverMany(webhookId, 50)
    const { counting, takes } = countingQueue()
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel, queue: counting })
    await until(() => world.count('delivered') === 1)
    const before = takes()
    const trial = await world.deliver(webhookId, { kind: 'test' })
    for (let count = 0; count < 20; count += 1) loop.wake()
    await until(() => world.delivery(trial.id).status === 'delivered')
    expect(takes() - before).toBeLessThanOrEqual(2)
    expect(endpoint.sent).toHaveLength(2)
  })

  it('wakes the worker by itself when the next token is there', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await webhookWith(withThrottle(1, 1))
    await world.deliverMany(webhookId, 2)
    const { until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.count('delivered') === 1)
    world.clock.advance(1_000)
    await until(() => world.count('delivered') === 2)
  })

  it('begins with no token when the worker is started anew', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await webhookWith(withThrottle(1, 60))
    await world.deliverMany(webhookId, 2)
    const { until, stop } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.count('delivered') === 1)
    await stop()
    world.clock.advance(59_000)
    const again = await world.startLoop({ openChannel: endpoint.openChannel })
    const other = await webhookWith()
    await world.deliver(other)
    again.loop.wake()
    await again.until(() => world.count('delivered') === 2)
    expect(world.count('waiting')).toBe(1)
    world.clock.advance(1_000)
    again.loop.wake()
    await again.until(() => world.count('delivered') === 3)
  })

  it('is lifted as soon as somebody lifts it', async () => {
    const endpoint = endpointWith(() => 200)
    const webhookId = await webhookWith(withThrottle(1, 3_600))
    await world.deliverMany(webhookId, 5)
    const { loop, until } = await world.startLoop({ openChannel: endpoint.openChannel })
    await until(() => world.count('delivered') === 1)
    await update(webhookId, { options: defaultWebhookOptions })
    loop.wake()
    await until(() => world.count('delivered') === 5)
  })
})
