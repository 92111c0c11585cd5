import type { ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { standardScheduleMs } from '#contract/schedule.ts'
import { verify } from '#main/delivery/verify.ts'
import { nothing } from './receivers.ts'
import { receive, receivingWorldPerTest, status, world } from './receiving-world.ts'

receivingWorldPerTest()

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
