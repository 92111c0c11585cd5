import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
interface Place {
  readonly receiver: Receiver
  readonly received: Received[]
  readonly url: string
}

let world: DeliveryWorld
let own: Place
let other: Place
let status: number

const openPlace = async (): Promise<Place> => {
  const received: Received[] = []
  const receiver = await startHttp(async (request, response) => {
    received.push({ headers: request.headers, body: (await readBody(request)).toString() })
    response.writeHead(status).end('ok')
  })
  return { receiver, received, url: `http://127.0.0.1:${receiver.port}/hook` }
}

beforeEach(async () => {
  status = 200
  world = await openDeliveryWorld()
  // The public library holds timestamps against the clock of the machine.
  world.clock.set(Date.now())
  own = await openPlace()
  other = await openPlace()
})
afterEach(async () => {
  await own.receiver.close()
  await other.receiver.close()
  await world.close()
})

const replayOf = async (webhookId: string, eventId: string, url: string) => {
  const replay = await world.deliver(webhookId, { eventId, kind: 'replay' })
  await world.store.write((writer) => writer.deliveries.replayTo(url, [replay.id]))
  return replay
}
const numbersOf = async (webhookId: string) =>
  (await world.store.read.webhookDeliveries.getNumbers([webhookId], 0)).get(webhookId)

it('a replay goes to the other address alone, with the same id and body, signed by the webhook', async () => {
  await world.allow('127.0.0.0/8')
  const headers = [{ name: 'X-Hall-Pass', value: 'let me in' }]
  const options = { ...defaultWebhookOptions, headers }
  const { id, secret, secretId } = await world.webhook({ url: own.url, options })
  const first = await world.deliver(id)
  const replay = await replayOf(id, first.eventId, other.url)
  const { until } = await world.startLoop()
  await until(() => world.count('delivered') === 2)

  const [original] = own.received
  const [replayed] = other.received
  expect([own.received.length, other.received.length]).toEqual([1, 1])
  expect(replayed?.body).toBe(original?.body)
  expect(original?.headers).toMatchObject({ 'x-hall-pass': 'let me in' })
  expect(replayed?.headers).not.toHaveProperty('x-hall-pass')
  expect(replayed?.headers['webhook-id']).toBe(first.eventId)
  const signed = {
    'webhook-id': String(replayed?.headers['webhook-id']),
    'webhook-timestamp': String(replayed?.headers['webhook-timestamp']),
    'webhook-signature': String(replayed?.headers['webhook-signature']),
  }
  expect(new Webhook(secret).verify(replayed?.body ?? '', signed)).toEqual(
    JSON.parse(original?.body ?? 'null'),
  )
  const [attempt] = await world.attempts(replay.id)
  expect(attempt).toMatchObject({ url: other.url, secretIds: [secretId], statusCode: 200 })
  expect((await world.attempts(first.id))[0]).toMatchObject({ url: own.url })
})

it.each([500, 410])(
  'a replay that is answered %i is tried once and leaves no trace on the webhook',
  async (code) => {
    await world.allow('127.0.0.0/8')
    status = code
    const { id } = await world.webhook({ url: own.url })
    const replay = await replayOf(id, await world.event(), other.url)
    const { until } = await world.startLoop()
    await until(() => world.delivery(replay.id).status === 'exhausted')
    expect(world.delivery(replay.id).attempts).toBe(1)
    expect(await numbersOf(id)).toEqual({ delivered: 0, failedAttempts: 0, waiting: 0, held: 0 })
    expect(await world.store.read.webhooks.get(id)).toMatchObject({ status: 'active', lastAttemptAt: null })
  },
)

it('a replay goes out while the webhook is paused, and what else waits is held', async () => {
  await world.allow('127.0.0.0/8')
  const { id } = await world.webhook({ url: own.url, status: 'paused' })
  const waiting = await world.deliver(id)
  const replay = await replayOf(id, waiting.eventId, other.url)
  const { until } = await world.startLoop()
  await until(() => world.delivery(replay.id).status === 'delivered')
  expect(world.delivery(waiting.id)).toMatchObject({ status: 'held', heldReason: 'paused' })
  expect(own.received).toEqual([])
})

it('the network policy judges the other address when it is called, not only when it was given', async () => {
  const { id } = await world.webhook({ url: 'https://receiver.example/' })
  const [named, malformed] = [
    await replayOf(id, await world.event(), other.url),
    await replayOf(id, await world.event(), 'http://user@[fe80::1]/'),
  ]
  const { until } = await world.startLoop()
  await until(() => world.count('exhausted') === 2)
  for (const replay of [named, malformed]) {
    expect((await world.attempts(replay.id))[0]).toMatchObject({ errorClass: 'blocked' })
  }
  expect(other.received).toEqual([])
})
