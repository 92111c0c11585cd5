import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { verifyAsync } from '@noble/ed25519'
import { verify as verifyGithub } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignatureAlgorithm } from '#contract/webhooks.ts'
import { createIds } from '#main/engine/ids.ts'
import { addSecret } from '#main/engine/webhooks/secret.ts'
import { type Receiver, readBody, startHttp } from './receivers.ts'
import { type DeliveryWorld, type LoopFixture, openDeliveryWorld } from './world.ts'

interface Key {
  readonly id: string
  /** What the receiver knows: the secret, or the public key. */
  readonly known: string
}

let world: DeliveryWorld
let running: LoopFixture
let receiver: Receiver
let received: { headers: IncomingHttpHeaders; body: string }
let webhookId: string
let first: Key
beforeEach(async () => {
  world = await openDeliveryWorld()
  // The public libraries hold timestamps against the clock of the machine.
  world.clock.set(Date.now())
  await world.allow('127.0.0.0/8')
  receiver = await startHttp(async (request, response) => {
    received = { headers: request.headers, body: (await readBody(request)).toString() }
    response.end('ok')
  })
  const made = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/` })
  webhookId = made.id
  first = { id: made.secretId, known: made.secret }
  await world.configure(webhookId, { signatureStyles: ['github', 'stripe'] })
  running = await world.startLoop()
})
afterEach(async () => {
  await receiver.close()
  await world.close()
})

/** Makes a key as the engine does; those of `old` sign along until `endAt`. */
const rotate = async (algorithm: SignatureAlgorithm, old: readonly Key[], endAt: number): Promise<Key> => {
  world.clock.advance(1)
  const now = world.clock.now()
  const ids = createIds(world.clock, randomBytes)
  return world.store.write(async (writer) => {
    await writer.webhooks.setSecretsEnd(
      old.map(({ id }) => id),
      endAt,
    )
    const { id, secret } = await addSecret({ ids, randomBytes }, writer, { webhookId, algorithm, now })
    const [newest] = await writer.webhooks.listSecrets([webhookId])
    return { id, known: newest?.publicKey ?? secret }
  })
}

const send = async (newestOnly = false): Promise<void> => {
  const { id } = await world.deliver(webhookId, { status: 'held', heldReason: 'paused', dueAt: null })
  if (newestOnly) await world.store.write((writer) => writer.deliveries.signWithNewestOnly(id))
  const release = { webhookId, reasons: ['paused' as const], suspendedOccasionIds: [], limit: 10 }
  await world.store.write((writer) =>
    writer.webhookDeliveries.release({ ...release, dueAt: world.clock.now(), afterId: null }),
  )
  await running.until(() => world.delivery(id).status === 'delivered')
}

const header = (name: string): string => String(received.headers[name])
const holds = (verify: () => unknown): boolean => {
  try {
    verify()
    return true
  } catch {
    return false
  }
}
const signed = () => ({
  'webhook-id': header('webhook-id'),
  'webhook-timestamp': header('webhook-timestamp'),
  'webhook-signature': header('webhook-signature'),
})

/** What each of the public libraries says of the latest request to somebody who knows this key alone. */
const verdicts = async ({ known }: Key) => ({
  standard: holds(() => new StandardWebhook(known).verify(received.body, signed())),
  svix: holds(() => new SvixWebhook(known).verify(received.body, signed())),
  stripe: holds(() => Stripe.webhooks.constructEvent(received.body, header('stripe-signature'), known)),
  github: await verifyGithub(known, received.body, header('x-hub-signature-256')),
})
const all = { standard: true, svix: true, stripe: true, github: true }
const none = { standard: false, svix: false, stripe: false, github: false }

/** The words of Standard Webhooks for asymmetric signatures, with an implementation that is not Node's. */
const verifiesAsymmetric = async ({ known }: Key): Promise<boolean> => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = signed()
  const content = Buffer.from(`${id}.${timestamp}.${received.body}`)
  const publicKey = Buffer.from(known.replace('whpk_', ''), 'base64')
  const results = signatures
    .split(' ')
    .filter((signature) => signature.startsWith('v1a,'))
    .map((signature) => verifyAsync(Buffer.from(signature.slice(4), 'base64'), content, publicKey))
  return (await Promise.all(results)).includes(true)
}

describe('what is really sent', () => {
  it('is verified by the public libraries before, during and after a rotation', async () => {
    await send()
    expect(await verdicts(first)).toEqual(all)

    const end = world.clock.now() + 20_000
    const second = await rotate('hmac', [first], end)
    expect(await verdicts(second)).toEqual(none)
    await send()
    expect(await verdicts(first)).toEqual(all)
    // There is one signature in GitHub's header: that of the secret that the receiver has known longest.
    expect(await verdicts(second)).toEqual({ ...all, github: false })

    world.clock.set(end)
    await send()
    expect(await verdicts(second)).toEqual(all)
    expect(await verdicts(first)).toEqual(none)
  })

  it('with the new key only is verified by nobody who knows the old one alone', async () => {
    const second = await rotate('hmac', [first], world.clock.now() + 20_000)
    await send(true)
    expect(await verdicts(second)).toEqual(all)
    expect(await verdicts(first)).toEqual(none)
  })

  it('carries the signatures of secret and key pair in one header while one takes the place of the other', async () => {
    await world.configure(webhookId, { signatureStyles: [] })
    const end = world.clock.now() + 20_000
    const pair = await rotate('ed25519', [first], end)
    expect(pair.known).toMatch(/^whpk_/)
    await send()
    expect(header('webhook-signature')).toMatch(/^v1a,\S{88} v1,\S{44}$/)
    expect(await verdicts(first)).toMatchObject({ standard: true, svix: true })
    expect(await verifiesAsymmetric(pair)).toBe(true)
    received.body += ' '
    expect(await verifiesAsymmetric(pair)).toBe(false)

    world.clock.set(end)
    await send()
    expect(await verdicts(first)).toMatchObject({ standard: false, svix: false })
    expect(await verifiesAsymmetric(pair)).toBe(true)

    const last = await rotate('hmac', [pair], end + 10_000)
    await send()
    expect(header('webhook-signature')).toMatch(/^v1,\S{44} v1a,\S{88}$/)
    expect(await verdicts(last)).toMatchObject({ standard: true, svix: true })
    expect(await verifiesAsymmetric(pair)).toBe(true)
  })
})
