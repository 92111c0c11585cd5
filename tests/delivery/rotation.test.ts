import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

const hourMs = 3_600_000

let world: DeliveryWorld
let receiver: Receiver
let received: { headers: IncomingHttpHeaders; body: string }[]
beforeEach(async () => {
  // The public library holds timestamps against the clock of the machine.
  world = await openDeliveryWorld()
  world.clock.set(Date.now())
  await world.allow('127.0.0.0/8')
  received = []
  receiver = await startHttp(async (request, response) => {
    received.push({ headers: request.headers, body: (await readBody(request)).toString() })
    response.end('ok')
    world.notice()
  })
})
afterEach(async () => {
  await receiver.close()
  await world.close()
})

/** What the public library says of the latest request, for each secret. */
const verifiedBy = (...secrets: string[]): boolean[] => {
  const { headers = {}, body = '' } = received.at(-1) ?? {}
  const signed = {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  }
  return secrets.map((secret) => {
    try {
      new Webhook(secret).verify(body, signed)
      return true
    } catch {
      return false
    }
  })
}

const rotating = async () => {
  const {
    id,
    secret: old,
    secretId: oldId,
  } = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/` })
  const { until } = await world.startLoop()
  const send = async (mark = async (_deliveryId: string): Promise<void> => {}) => {
    const delivery = await world.deliver(id, { status: 'held', heldReason: 'paused', dueAt: null })
    await mark(delivery.id)
    await world.store.write((writer) =>
      writer.webhookDeliveries.release({
        webhookId: id,
        reasons: ['paused'],
        suspendedOccasionIds: [],
        dueAt: world.clock.now(),
        afterId: null,
        limit: 10,
      }),
    )
    await until(() => world.delivery(delivery.id).status === 'delivered')
    const [attempt] = await world.attempts(delivery.id)
    return attempt?.secretIds
  }
  return { id, old, oldId, send }
}

it('the public library verifies what is sent before, during and after a rotation', async () => {
  const { id, old, oldId, send } = await rotating()
  expect(await send()).toEqual([oldId])
  expect(verifiedBy(old)).toEqual([true])

  const made = await world.secret(id, { createdAt: world.clock.now() + 1, expiresAt: null })
  const end = world.clock.now() + 20_000
  await world.store.write((writer) => writer.webhooks.setSecretsEnd([oldId], end))
  expect(await send()).toEqual([made.id, oldId])
  expect(verifiedBy(old, made.secret)).toEqual([true, true])

  world.clock.set(end - 1)
  expect(await send()).toEqual([made.id, oldId])
  world.clock.set(end)
  expect(await send()).toEqual([made.id])
  expect(verifiedBy(old, made.secret)).toEqual([false, true])
})

it('a trial with the newest secret alone is verified by no older one, also when clocks were set back', async () => {
  const { id, old, oldId, send } = await rotating()
  const made = await world.secret(id, { createdAt: world.clock.now() - hourMs, expiresAt: null })
  await world.store.write((writer) => writer.webhooks.setSecretsEnd([oldId], world.clock.now() + hourMs))
  const marked = await send((deliveryId) =>
    world.store.write((writer) => writer.deliveries.signWithNewestOnly(deliveryId)),
  )
  expect(marked).toEqual([made.id])
  expect(verifiedBy(old, made.secret)).toEqual([false, true])
  expect(await send()).toEqual([made.id, oldId])
})
