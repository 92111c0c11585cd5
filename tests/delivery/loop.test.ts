import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { standardScheduleMs } from '#contract/schedule.ts'
import { verify } from '#main/delivery/verify.ts'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
const receivers: Receiver[] = []
beforeEach(async () => {
  world = await openDeliveryWorld()
  await world.allow('127.0.0.0/8')
})
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
  await world.close()
})

interface Received {
  headers: IncomingHttpHeaders
  body: Buffer
}
const nothing: Received = { headers: {}, body: Buffer.of() }
type Answer = (response: ServerResponse, request: IncomingMessage, count: number) => void

/** A receiver that keeps what it got and answers as told; 200 when nothing is said. */
const receive = async (answer: Answer = (response) => void response.end('ok')) => {
  const received: Received[] = []
  const receiver = await startHttp(async (request, response) => {
    const body = await readBody(request)
    received.push({ headers: request.headers, body })
    answer(response, request, received.length)
    world.notice()
  })
  receivers.push(receiver)
  return { received, url: `http://127.0.0.1:${receiver.port}/hook`, receiver }
}

const status = (id: string) => world.delivery(id).status

describe('a delivery', () => {
  it('goes out once, signed, and is recorded with all that was seen', async () => {
    const { received, url } = await receive((response) => response.setHeader('x-answer', '1').end('thanks'))
    const { id: webhookId, secret, secretId } = await world.webhook({ url })
    const { id, eventId } = await world.deliver(webhookId)
    world.clock.advance(40)
    const { until, topics } = await world.startLoop()
    await until(() => status(id) === 'delivered')

    expect(received).toHaveLength(1)
    const [{ headers, body } = nothing] = received
    expect(headers['webhook-id']).toBe(eventId)
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(world.clock.now() / 1000)))
    expect(verify(headers, body, [secret], { nowMs: world.clock.now() }).valid).toBe(true)
    const [attempt, ...others] = await world.attempts(id)
    expect(others).toEqual([])
    expect(attempt).toMatchObject({
      number: 1,
      url,
      statusCode: 200,
      errorClass: null,
      errorMessage: null,
      startedAt: world.clock.now(),
      responseBodyTruncated: false,
      remoteAddress: '127.0.0.1',
      tlsVersion: null,
      secretIds: [secretId],
      nextAttemptAt: null,
      nextAttemptReason: null,
      phases: { queueMs: 40, connectMs: expect.any(Number), firstByteMs: expect.any(Number) },
    })
    expect(attempt?.id).toMatch(/^att_/)
    expect(attempt?.responseBody?.toString()).toBe('thanks')
    expect(attempt?.responseHeaders).toMatchObject({ 'x-answer': '1' })
    const sent = Object.entries(headers).filter(([name]) => name !== 'connection')
    expect(attempt?.requestHeaders).toEqual(Object.fromEntries(sent))
    expect(world.delivery(id)).toMatchObject({ attempts: 1, dueAt: null, leaseOwner: null })
    expect(topics).toContain('deliveries')
  })

  it('verifies with the public library', async () => {
    world.clock.set(Date.now())
    const { received, url } = await receive()
    const { id: webhookId, secret } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId, {
      eventId: await world.event({ body: '{"type":"order.paid","data":{"name":"Zoë ☕"}}' }),
    })
    const { until } = await world.startLoop()
    await until(() => status(id) === 'delivered')
    const { headers, body } = received[0] ?? nothing
    expect(
      new Webhook(secret).verify(body.toString(), {
        'webhook-id': String(headers['webhook-id']),
        'webhook-timestamp': String(headers['webhook-timestamp']),
        'webhook-signature': String(headers['webhook-signature']),
      }),
    ).toEqual({ type: 'order.paid', data: { name: 'Zoë ☕' } })
  })

  it('that gets 500 twice and then 200 has three attempts with one id, at the times of the schedule', async () => {
    const { received, url } = await receive((response, { headers }) => {
      const same = received.filter((one) => one.headers['webhook-id'] === headers['webhook-id'])
      response.writeHead(same.length <= 2 ? 500 : 200).end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id, eventId } = await world.deliver(webhookId)
    const { loop, until } = await world.startLoop()
    const attempted = (count: number) => until(() => world.delivery(id).attempts === count)

    await attempted(1)
    const [first] = await world.attempts(id)
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', dueAt: (first?.finishedAt ?? 0) + 5_000 })
    expect(first).toMatchObject({
      nextAttemptReason: 'schedule 5 s',
      nextAttemptAt: world.delivery(id).dueAt,
    })

    world.clock.set((world.delivery(id).dueAt ?? 0) - 1)
    loop.wake()
    const other = await world.deliver(webhookId, { kind: 'test' })
    loop.wake()
    await until(() => status(other.id) === 'exhausted')
    expect(world.delivery(id).attempts).toBe(1)

    world.clock.advance(1)
    loop.wake()
    await attempted(2)
    const secondAt = world.clock.now()
    expect(world.delivery(id).dueAt).toBeGreaterThanOrEqual(secondAt + 300_000)
    world.clock.set(world.delivery(id).dueAt ?? 0)
    loop.wake()
    await until(() => status(id) === 'delivered')

    const ids = received.map(({ headers }) => headers['webhook-id']).filter((one) => one === eventId)
    expect(ids).toHaveLength(3)
    const attempts = await world.attempts(id)
    expect(attempts.map(({ number, statusCode }) => [number, statusCode])).toEqual([
      [1, 500],
      [2, 500],
      [3, 200],
    ])
  })

  it('is exhausted after the last attempt', async () => {
    const { url } = await receive((response) => response.writeHead(503).end())
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId, { attempts: standardScheduleMs.length - 1 })
    const { until } = await world.startLoop()
    await until(() => status(id) === 'exhausted')
    expect(world.delivery(id)).toMatchObject({ attempts: 10, dueAt: null, finishedAt: expect.any(Number) })
  })

  it('waits as long as Retry-After asks', async () => {
    const { url } = await receive((response) => response.writeHead(429, { 'retry-after': '90' }).end())
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    const [attempt] = await world.attempts(id)
    expect(attempt).toMatchObject({ nextAttemptReason: 'Retry-After 1 min 30 s', statusCode: 429 })
    expect(world.delivery(id).dueAt).toBe((attempt?.finishedAt ?? 0) + 90_000)
  })

  it('follows the schedule of its webhook', async () => {
    const { url } = await receive((response) => response.writeHead(500).end())
    const { id: webhookId } = await world.webhook({ url, scheduleMs: [0, 7_000] })
    const { id } = await world.deliver(webhookId)
    const { loop, until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    world.clock.set(world.delivery(id).dueAt ?? 0)
    loop.wake()
    await until(() => status(id) === 'exhausted')
    expect(world.delivery(id).attempts).toBe(2)
  })

  it('is tried again when that is due, though nobody wakes the loop and nobody else writes', async () => {
    const { received, url } = await receive((response) =>
      response.writeHead(received.length === 1 ? 500 : 200).end(),
    )
    const { id: webhookId } = await world.webhook({ url, scheduleMs: [0, 7_000] })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    world.clock.set(world.delivery(id).dueAt ?? 0)
    await until(() => status(id) === 'delivered')
  })

  it('is tried again when that is due, after a success and a trial of the same webhook', async () => {
    const answers = [200, 503, 503]
    const { received, url } = await receive((response) =>
      response.writeHead(answers[received.length - 1] ?? 200).end(),
    )
    const { id: webhookId } = await world.webhook({ url, scheduleMs: [0, 7_000] })
    const first = await world.deliver(webhookId)
    const { loop, until } = await world.startLoop()
    await until(() => status(first.id) === 'delivered')
    const trial = await world.deliver(webhookId, { kind: 'connectivity' })
    loop.wake()
    await until(() => status(trial.id) === 'exhausted')
    const { id } = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(id).attempts === 1)
    world.clock.set(world.delivery(id).dueAt ?? 0)
    await until(() => status(id) === 'delivered')
  })

  it('to an address that the policy blocks fails without a connection, until a rule opens it', async () => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    world.database.exec('DELETE FROM network_rules')
    const { id } = await world.deliver(webhookId)
    const { loop, until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(received).toEqual([])
    const [attempt] = await world.attempts(id)
    expect(attempt).toMatchObject({ errorClass: 'blocked', statusCode: null })
    await world.allow('127.0.0.1')
    world.clock.advance(10_000)
    loop.wake()
    await until(() => status(id) === 'delivered')
  })

  it('of a URL that must not be called at all is blocked', async () => {
    const { id: webhookId } = await world.webhook({ url: 'http://ada:secret@127.0.0.1/' })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    const [attempt] = await world.attempts(id)
    expect(attempt?.errorClass).toBe('blocked')
    expect(attempt?.errorMessage).toContain('user name')
  })
})

describe('kinds', () => {
  it('a test is signed, tried once, and leaves no trace on the webhook', async () => {
    const { received, url } = await receive((response) => response.writeHead(500).end())
    const { id: webhookId, secret } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop()
    await until(() => status(id) === 'exhausted')
    const { headers, body } = received[0] ?? nothing
    expect(verify(headers, body, [secret], { nowMs: world.clock.now() }).valid).toBe(true)
    expect(world.database.prepare('SELECT * FROM webhooks').get()).toMatchObject({
      last_attempt_at: null,
      failing_since: null,
      consecutive_failures: 0,
    })
    expect(world.database.prepare('SELECT * FROM attempt_hours').all()).toEqual([])
  })

  it('a connectivity check is a POST without a signature', async () => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    const eventId = await world.event({ body: '{"type":"patchbay.connectivity"}' })
    const { id } = await world.deliver(webhookId, { kind: 'connectivity', eventId })
    const { until } = await world.startLoop()
    await until(() => status(id) === 'delivered')
    expect(received[0]?.body.toString()).toBe('{"type":"patchbay.connectivity"}')
    expect(Object.keys(received[0]?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([])
    expect((await world.attempts(id))[0]?.secretIds).toEqual([])
  })

  it('a resend carries the id of its event and follows the schedule', async () => {
    const { received, url } = await receive((response) => response.writeHead(500).end())
    const { id: webhookId } = await world.webhook({ url })
    const first = await world.deliver(webhookId, { status: 'delivered', dueAt: null, finishedAt: 1 })
    const { id } = await world.deliver(webhookId, { kind: 'resend', eventId: first.eventId })
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(received[0]?.headers['webhook-id']).toBe(first.eventId)
    expect(status(id)).toBe('waiting')
  })

  it('410 does not disable the webhook when only a test got it', async () => {
    const { url } = await receive((response) => response.writeHead(410).end())
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop()
    await until(() => status(id) === 'exhausted')
    expect((await world.store.read.webhooks.get(webhookId))?.status).toBe('active')
  })
})

describe('the webhook', () => {
  it('is disabled by 410, and what waits for it is held', async () => {
    const { received, url } = await receive((response) => response.writeHead(410).end())
    const { id: webhookId } = await world.webhook({ url, concurrency: 1 })
    const later = await world.deliverMany(webhookId, 3, { dueAt: world.clock.now() + 3_600_000 })
    const { id } = await world.deliver(webhookId)
    const { until, topics } = await world.startLoop()
    await until(() => [id, ...later].every((one) => status(one) === 'held'))
    for (const one of [id, ...later]) expect(world.delivery(one).heldReason).toBe('gone')
    expect(await world.store.read.webhooks.get(webhookId)).toMatchObject({
      status: 'disabled',
      statusReason: 'gone',
      statusChangedAt: expect.any(Number),
    })
    expect(received).toHaveLength(1)
    expect(topics).toContain('webhooks')
  })

  it.each([
    ['paused', null, 'paused'],
    ['suspended', null, 'suspended'],
    ['disabled', null, 'disabled'],
    ['disabled', 'gone', 'gone'],
  ] as const)('%s (%s) gets no events, they are held; a test still goes', async (state, reason, held) => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url, status: state, statusReason: reason })
    const ids = await world.deliverMany(webhookId, 1_200)
    const test = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop()
    await until(() => status(test.id) === 'delivered')
    for (const id of ids) expect(world.delivery(id)).toMatchObject({ status: 'held', heldReason: held })
    expect(received).toHaveLength(1)
  })

  it('that is paused while a request is under way holds its retry', async () => {
    const { url } = await receive(async (response) => {
      await world.store.write((writer) =>
        writer.webhooks.setStatus(webhookId, { status: 'paused', reason: null, at: world.clock.now() }),
      )
      response.writeHead(500).end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(world.delivery(id)).toMatchObject({ status: 'held', heldReason: 'paused', dueAt: null })
  })

  it('that is deleted has its deliveries discarded', async () => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    await world.store.write((writer) => writer.webhooks.delete(webhookId, world.clock.now()))
    const { until } = await world.startLoop()
    await until(() => status(id) === 'discarded')
    expect(received).toEqual([])
  })

  it('keeps its numbers and its hours', async () => {
    const { url } = await receive((response, _, count) => response.writeHead(count <= 2 ? 500 : 200).end())
    const { id: webhookId } = await world.webhook({ url, concurrency: 1 })
    const [first = '', second = ''] = await world.deliverMany(webhookId, 2)
    const { loop, until } = await world.startLoop()
    await until(() => [first, second].every((id) => world.delivery(id).attempts === 1))
    const row = () => world.database.prepare('SELECT * FROM webhooks').get()
    expect(row()).toMatchObject({ consecutive_failures: 2, last_success_at: null })
    expect(row()).toMatchObject({ failing_since: expect.any(Number), last_attempt_at: expect.any(Number) })
    const third = await world.deliver(webhookId)
    loop.wake()
    await until(() => status(third.id) === 'delivered')
    expect(row()).toMatchObject({ consecutive_failures: 0, failing_since: null })
    expect(row()).toMatchObject({ last_success_at: expect.any(Number) })
    expect(world.database.prepare('SELECT delivered, failed FROM attempt_hours').all()).toEqual([
      { delivered: 1, failed: 2 },
    ])
  })

  it('signs with every secret that is valid at the moment, newest first, and not with an old one', async () => {
    const { received, url } = await receive()
    const { id: webhookId, secret, secretId } = await world.webhook({ url })
    const now = world.clock.now()
    const old = await world.secret(webhookId, { createdAt: now - 1, expiresAt: now + 60_000 })
    const older = await world.secret(webhookId, { createdAt: now - 2, expiresAt: now })
    const { loop, until } = await world.startLoop()
    const { id } = await world.deliver(webhookId)
    await until(() => status(id) === 'delivered')
    expect((await world.attempts(id))[0]?.secretIds).toEqual([secretId, old.id])
    const { headers, body } = received[0] ?? nothing
    const check = (candidate: string) => verify(headers, body, [candidate], { nowMs: now }).valid
    expect([secret, old.secret, older.secret].map(check)).toEqual([true, true, false])

    world.clock.advance(60_000)
    const next = await world.deliver(webhookId)
    loop.wake()
    await until(() => status(next.id) === 'delivered')
    expect((await world.attempts(next.id))[0]?.secretIds).toEqual([secretId])
  })

  it('whose secret cannot be read is left alone and named, and delays nobody', async () => {
    const { url } = await receive()
    const broken = await world.webhook({ url })
    const sound = await world.webhook({ url })
    world.database.exec(`UPDATE webhook_secrets SET sealed = x'00' WHERE webhook_id = '${broken.id}'`)
    const stuck = await world.deliver(broken.id)
    const { id } = await world.deliver(sound.id)
    const { until, troubles } = await world.startLoop()
    await until(() => status(id) === 'delivered')
    await until(() => troubles.length > 0)
    expect(troubles[0]).toContain(broken.id)
    expect(status(stuck.id)).toBe('waiting')
  })

  it('that cannot be sent to is no trouble any more once it is deleted', async () => {
    const { id: webhookId, secretId } = await world.webhook()
    world.database.prepare('DELETE FROM webhook_secrets WHERE id = ?').run(secretId)
    await world.deliver(webhookId)
    const { loop, until, troubles } = await world.startLoop()
    await until(() => troubles.at(-1)?.includes(webhookId) ?? false)
    await world.store.write(async (writer) => {
      await writer.webhooks.delete(webhookId, world.clock.now())
      await writer.webhookDeliveries.discardOpen({ webhookId, at: world.clock.now(), limit: 10 })
    })
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
    loop.wake()
    await until(() => troubles.at(-1) === null)
    vi.restoreAllMocks()
  })
})

describe('the switch', () => {
  it.each(['platform', 'organization'])(
    '%s stops all sending, and sending goes on after it',
    async (whose) => {
      const { received, url } = await receive()
      const { id: webhookId } = await world.webhook({ url })
      const organizationId = whose === 'platform' ? null : world.organizationId
      await world.store.write((writer) =>
        writer.killSwitches.switchOff({
          name: 'delivery',
          organizationId,
          reason: 'test',
          by: 'Pat',
          at: world.clock.now(),
        }),
      )
      const { id } = await world.deliver(webhookId)
      const { loop, until } = await world.startLoop()
      const other = await world.webhook({ url, status: 'paused' })
      const aside = await world.deliver(other.id)
      loop.wake()
      await until(() => status(aside.id) === 'held')
      expect(received).toEqual([])
      expect(status(id)).toBe('waiting')
      await world.store.write((writer) => writer.killSwitches.switchOn('delivery', organizationId))
      loop.wake()
      await until(() => status(id) === 'delivered')
      expect(received).toHaveLength(1)
    },
  )
})

describe('endpoints', () => {
  it('that hang do not delay another', async () => {
    const waiting: ServerResponse[] = []
    const hanging = await receive((response) => void waiting.push(response))
    const sound = await receive()
    for (let count = 0; count < 20; count += 1) {
      const { id } = await world.webhook({ url: hanging.url })
      await world.deliverMany(id, 50)
    }
    const { id: webhookId } = await world.webhook({ url: sound.url })
    const { loop, until } = await world.startLoop()
    await until(() => waiting.length > 200)
    await world.deliverMany(webhookId, 300)
    loop.wake()
    await until(() => world.count('delivered') === 300)
    expect(sound.received).toHaveLength(300)
    for (const response of waiting) response.destroy()
  })

  it('never have more requests at once than their webhook allows', async () => {
    let now = 0
    let most = 0
    const { url } = await receive((response) => {
      now += 1
      most = Math.max(most, now)
      setImmediate(() => {
        now -= 1
        response.end()
      })
    })
    const { id: webhookId } = await world.webhook({ url, concurrency: 3 })
    await world.deliverMany(webhookId, 200)
    const { until } = await world.startLoop()
    await until(() => world.count('delivered') === 200)
    expect(most).toBe(3)
  })

  it('get each of many deliveries exactly once when nothing fails', async () => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url, concurrency: 64 })
    await world.deliverMany(webhookId, 2_000)
    const { until } = await world.startLoop()
    await until(() => world.count('delivered') === 2_000)
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(2_000)
    expect(received).toHaveLength(2_000)
    expect(world.database.prepare('SELECT count(*) AS count FROM attempts').get()).toEqual({ count: 2_000 })
  })
})

describe('stopping and starting', () => {
  it('puts back what a worker that died had under lease, and delivers it', async () => {
    const { url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    const ids = await world.deliverMany(webhookId, 10)
    const dead = world.queue('worker-dead')
    const now = world.clock.now()
    await dead.take({ now, wanted: [{ webhookId, limit: 10, unguardedMax: 0 }], bytesMax: 1_000_000 })
    await dead.record({
      settlements: [],
      slow: ids.slice(5),
      leaseUntil: now + 60_000,
      returned: [],
      breakers: [],
    })
    expect(ids.map(status)).toEqual([...Array(5).fill('waiting'), ...Array(5).fill('sending')])
    const { until } = await world.startLoop()
    await until(() => ids.every((id) => status(id) === 'delivered'))
    for (const id of ids) expect(world.delivery(id).attempts).toBe(1)
  })

  it('lets requests under way land before it stops, and takes no more', async () => {
    const waiting: ServerResponse[] = []
    const { url, received } = await receive((response) => {
      waiting.push(response)
      if (waiting.length === 2) setImmediate(() => void stopped())
    })
    const stopped = async () => {
      const stopping = fixture.stop(5_000)
      for (const response of waiting) response.end()
      await stopping
      done()
    }
    let done = (): void => {}
    const ended = new Promise<void>((resolve) => {
      done = resolve
    })
    const { id: webhookId } = await world.webhook({ url, concurrency: 2 })
    const ids = await world.deliverMany(webhookId, 5)
    const fixture = await world.startLoop()
    await ended
    expect(received).toHaveLength(2)
    expect(ids.map(status).sort()).toEqual(['delivered', 'delivered', 'waiting', 'waiting', 'waiting'])
  })

  it('marks a request that takes long as sending, and records it all the same', async () => {
    const waiting: ServerResponse[] = []
    const { url } = await receive((response) => void waiting.push(response))
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => status(id) === 'sending')
    expect(world.delivery(id)).toMatchObject({ leaseOwner: 'worker-1', dueAt: null, attempts: 0 })
    waiting[0]?.end()
    await until(() => status(id) === 'delivered')
    expect(world.delivery(id)).toMatchObject({ leaseOwner: null, attempts: 1 })
  })

  it.each([
    [200, 'delivered', null],
    [500, 'held', 'paused'],
  ] as const)('held while under way and answered with %i is %s', async (statusCode, ending, reason) => {
    const { url } = await receive((response) => {
      world.database.exec(`UPDATE deliveries SET status = 'held', held_reason = 'paused', due_at = NULL`)
      response.writeHead(statusCode).end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(world.delivery(id)).toMatchObject({ status: ending, heldReason: reason })
    expect(await world.attempts(id)).toHaveLength(1)
  })

  it('puts back what does not land in time', async () => {
    let arrived = (): void => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const { url, receiver } = await receive(() => arrived())
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { stop } = await world.startLoop()
    await arrival
    await stop(50)
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0, leaseOwner: null })
    expect(await world.attempts(id)).toEqual([])
    await receiver.drained()
  })

  it('survives a database that cannot be written for a while, and loses nothing', async () => {
    const { received, url } = await receive((response) => {
      // Locked from the moment of the first answer on: the attempt cannot be recorded at first.
      if (received.length === 1) world.database.exec('BEGIN IMMEDIATE')
      response.end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until, troubles } = await world.startLoop()
    await until(() => troubles.length === 1)
    expect(troubles[0]).toContain('locked')
    world.database.exec('COMMIT')
    await until(() => status(id) === 'delivered')
    await until(() => troubles.at(-1) === null)
    expect(received).toHaveLength(1)
  })
})
