import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultWebhookOptions, type Shape, type WebhookOptions } from '#contract/webhook-options.ts'
import { findShapedBodies } from '#main/engine/deliveries/shaped-bodies.ts'
import { shaping } from '#main/host/engine-parts.ts'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

interface Received {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

let world: DeliveryWorld
let receiver: Receiver
let received: Received[]

beforeEach(async () => {
  world = await openDeliveryWorld()
  await world.allow('127.0.0.1')
  received = []
  receiver = await startHttp(async (request, response) => {
    const body = await readBody(request)
    received.push({ headers: request.headers, body: body.toString('utf8') })
    response.end()
  })
})
afterEach(async () => {
  await world.close()
  await receiver.close()
})

const body = '{"type":"order.paid","data":{"email":"nora@northwind.example","total":12}}'
const shape: Shape = {
  steps: [
    { kind: 'mask', path: 'data.email', keep: 8 },
    { kind: 'rename', from: 'data.total', to: 'amount' },
  ],
  contentType: 'form',
}
const shaped = 'type=order.paid&data%5Bemail%5D=**************.example&amount=12'

const webhookWith = (options: Partial<WebhookOptions>) =>
  world.webhook({
    url: `http://127.0.0.1:${receiver.port}/hook`,
    options: { ...defaultWebhookOptions, ...options },
  })

const sent = async (id: string) => {
  const { until, loop, stop } = await world.startLoop()
  loop.wake()
  await until(() => world.delivery(id).attempts === 1)
  await stop()
  const [attempt] = await world.attempts(id)
  if (attempt === undefined) throw new Error('There is no attempt.')
  return attempt
}

describe('a delivery of a webhook with a shape and headers', () => {
  it('carries the shaped body, signed as it is sent, and the headers', async () => {
    const { id: webhookId, secret } = await webhookWith({
      shape,
      headers: [{ name: 'X-Source', value: 'the venue' }],
    })
    const eventId = await world.event({ body })
    const attempt = await sent((await world.deliver(webhookId, { eventId })).id)
    const [request] = received
    expect(request?.body).toBe(shaped)
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const time = String(request?.headers['webhook-timestamp'])
    const digest = createHmac('sha256', key).update(`${eventId}.${time}.${shaped}`).digest('base64')
    expect(request?.headers).toMatchObject({
      'webhook-id': eventId,
      'webhook-signature': `v1,${digest}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(shaped.length),
      'x-source': 'the venue',
    })
    expect(attempt.requestHeaders).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(shaped.length),
      'x-source': 'the venue',
    })
    const expected = shaping.shape(body, shape)
    expect(expected.kind === 'shaped' && expected.body.toString('utf8')).toBe(shaped)
  })

  it('is shown as it was sent, also once the webhook has another shape, and not after an erasure', async () => {
    const { id: webhookId } = await webhookWith({ shape })
    const eventId = await world.event({ body })
    const attempt = await sent((await world.deliver(webhookId, { eventId })).id)
    await world.store.write(async (writer) => {
      const webhook = await writer.webhooks.get(webhookId)
      if (webhook === null) throw new Error('The webhook is gone.')
      const options = { ...webhook.options, shape: { steps: [], contentType: 'json' as const } }
      await writer.webhooks.update(webhookId, { ...webhook, options }, 1)
    })
    const sha256 = attempt.shaped?.sha256 ?? ''
    expect(attempt.shaped).toMatchObject({ contentType: 'form', sizeBytes: shaped.length })
    const told = (of: string) => findShapedBodies({ store: world.store, shaping }, of, [attempt])
    expect(await told(body)).toEqual({ [sha256]: shaped })
    expect(await told('{}')).toEqual({})
    expect(await told('')).toEqual({})
  })

  it('is not sent at all when it cannot be shaped, and says why', async () => {
    const { id: webhookId } = await webhookWith({ shape })
    const eventId = await world.event({ body: JSON.stringify({ note: '%'.repeat(100_000) }) })
    const delivery = await world.deliver(webhookId, { eventId })
    const attempt = await sent(delivery.id)
    expect(received).toEqual([])
    expect(attempt).toMatchObject({
      errorClass: 'shape',
      errorMessage: 'The shaped body would have more than 256 KiB: nothing was sent.',
      statusCode: null,
    })
    expect(attempt).not.toHaveProperty('shaped')
    expect(world.delivery(delivery.id).status).toBe('waiting')
  })

  it('is a test or a resend by the same way, while a connectivity check goes out plain', async () => {
    const { id: webhookId } = await webhookWith({ shape, headers: [{ name: 'x-source', value: 'v' }] })
    const eventId = await world.event({ body })
    for (const kind of ['test', 'resend', 'connectivity'] as const) {
      const { id } = await world.deliver(webhookId, { eventId, kind })
      const attempt = await sent(id)
      const plain = kind === 'connectivity'
      const request = received.at(-1)
      expect([kind, request?.body]).toEqual([kind, plain ? body : shaped])
      expect(request?.headers['x-source']).toBe(plain ? undefined : 'v')
      expect(attempt.shaped === undefined).toBe(plain)
    }
  })
})
