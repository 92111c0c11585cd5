import type { RequestListener } from 'node:http'
import { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import { clientPair, type Receiver, startMutualTls, startTls, testAuthority } from './receivers.ts'
import { type DeliveryWorld, type LoopFixture, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
let running: LoopFixture
let receivers: Receiver[]
/** The clients of the requests; null for one without a certificate. */
let clients: (string | null)[]
beforeEach(async () => {
  world = await openDeliveryWorld()
  await world.allow('127.0.0.0/8')
  running = await world.startLoop()
  receivers = []
  clients = []
})
afterEach(async () => {
  for (const receiver of receivers) await receiver.close()
  await world.close()
})

const open = async (starting: Promise<Receiver>): Promise<number> => {
  const receiver = await starting
  receivers.push(receiver)
  return receiver.port
}
const ok: RequestListener = ({ socket }, response) => {
  const client = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.subject : undefined
  clients.push(client ?? null)
  response.end('ok')
}

const webhookTo = async (port: number, options: Partial<WebhookOptions>, clientKey?: string) => {
  const { id } = await world.webhook({ url: `https://receiver.test:${port}/` })
  await world.configure(id, options, clientKey === undefined ? {} : { clientKey })
  return id
}
const send = async (webhookId: string, replayUrl: string | null = null) => {
  const kind = replayUrl === null ? 'test' : 'replay'
  const { id } = await world.deliver(webhookId, { kind })
  if (replayUrl !== null) await world.store.write((writer) => writer.deliveries.replayTo(replayUrl, [id]))
  running.loop.wake()
  await running.until(() => world.delivery(id).attempts > 0)
  return (await world.attempts(id))[0]
}
const { cert: clientCertificate, key: clientKey } = clientPair()

it('an authority that only the webhook trusts is trusted for it, and for no other', async () => {
  const port = await open(startTls('valid', ok))
  const trusting = await webhookTo(port, { caCertificate: testAuthority() })
  const other = await webhookTo(port, {})
  expect(await send(trusting)).toMatchObject({ statusCode: 200, tlsVersion: 'TLSv1.3' })
  expect(await send(other)).toMatchObject({ statusCode: null, errorClass: 'tls' })
})

it('an own authority changes nothing of what is checked: name, end, and who signed', async () => {
  const options = { caCertificate: testAuthority() }
  for (const certificate of ['wrong-name', 'expired', 'self-signed'] as const) {
    const webhook = await webhookTo(await open(startTls(certificate, ok)), options)
    expect(await send(webhook)).toMatchObject({ statusCode: null, errorClass: 'tls' })
  }
  expect(clients).toEqual([])
})

it('an authority that is taken away is not trusted any more, on kept connections neither', async () => {
  const port = await open(startTls('valid', ok))
  const webhook = await webhookTo(port, { caCertificate: testAuthority() })
  expect(await send(webhook)).toMatchObject({ statusCode: 200 })
  await world.configure(webhook, { caCertificate: null })
  expect(await send(webhook)).toMatchObject({ errorClass: 'tls' })
})

it('a receiver that asks for a client certificate gets it, and accepts the one that it knows', async () => {
  const port = await open(startMutualTls(ok))
  const options = { caCertificate: testAuthority(), clientCertificate }
  expect(await send(await webhookTo(port, options, clientKey))).toMatchObject({ statusCode: 200 })
  expect(clients).toEqual(['CN=patchbay'])
})

it('a receiver refuses a webhook without a client certificate, as a failure of TLS', async () => {
  const port = await open(startMutualTls(ok))
  const webhook = await webhookTo(port, { caCertificate: testAuthority() })
  expect(await send(webhook)).toMatchObject({ statusCode: null, errorClass: 'tls' })
  expect(clients).toEqual([])
})

it('a certificate whose key is another one makes attempts fail and names no key', async () => {
  const port = await open(startMutualTls(ok))
  const webhook = await webhookTo(port, { clientCertificate }, clientPair().key.replace(/\n.{20}/, '\n'))
  const attempt = await send(webhook)
  expect(attempt).toMatchObject({ statusCode: null, errorClass: 'tls' })
  expect(attempt?.errorMessage).not.toContain('PRIVATE KEY')
})

it('the other address of a replay is not shown the client certificate', async () => {
  const port = await open(startMutualTls(ok))
  const webhook = await webhookTo(port, { caCertificate: testAuthority(), clientCertificate }, clientKey)
  const attempt = await send(webhook, `https://localhost:${port}/`)
  expect(attempt).toMatchObject({ statusCode: null, errorClass: 'tls' })
})

it('a token endpoint is trusted by the same authority, and is not shown the client certificate', async () => {
  const endpoint = await open(
    startTls('valid', ({ socket }, response) => {
      clients.push(socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.subject ?? null) : null)
      response.end('{"access_token":"t1"}')
    }),
  )
  const port = await open(startMutualTls(ok))
  const tokenUrl = `https://localhost:${endpoint}/token`
  const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till', scope: null } as const
  const webhook = await webhookTo(port, { caCertificate: testAuthority(), clientCertificate }, clientKey)
  await world.configure(webhook, { authentication }, { clientSecret: 'secret' })
  expect(await send(webhook)).toMatchObject({ statusCode: 200 })
  expect(clients).toEqual([null, 'CN=patchbay'])
})
