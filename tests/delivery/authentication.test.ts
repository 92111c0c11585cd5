import type { IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CredentialName } from '#contract/webhook-credentials.ts'
import type { WebhookOptions } from '#contract/webhook-options.ts'
import type { DeliveryRecord } from '#main/store/interface.ts'
import { type Receiver, startHttp } from './receivers.ts'
import { type DeliveryWorld, type LoopFixture, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
let receiver: Receiver
let received: { headers: IncomingMessage['headers']; connection: unknown }[]
let status: number
let running: LoopFixture
beforeEach(async () => {
  world = await openDeliveryWorld()
  await world.allow('127.0.0.0/8')
  received = []
  status = 200
  receiver = await startHttp((request, response) => {
    received.push({ headers: request.headers, connection: request.socket })
    request.resume()
    const { authorization = '', 'x-api-key': key = '' } = request.headers
    response.writeHead(status, { 'x-echo': authorization }).end(`you sent ${authorization}${key}`)
    world.notice()
  })
})
afterEach(async () => {
  await receiver.close()
  await world.close()
})

const shown = async (
  options: Partial<WebhookOptions>,
  credentials: Partial<Record<CredentialName, string>>,
) => {
  const { id } = await world.webhook({ url: `http://127.0.0.1:${receiver.port}/hook` })
  await world.configure(id, options, credentials)
  running = await world.startLoop()
  return id
}

/** Sends one delivery. @returns its first attempt. */
const send = async (webhookId: string, over: Partial<DeliveryRecord> = {}) => {
  const { id } = await world.deliver(webhookId, over)
  running.loop.wake()
  await running.until(() => world.delivery(id).attempts > 0)
  const [attempt] = await world.attempts(id)
  if (attempt === undefined) throw new Error('no attempt')
  return attempt
}
const headers = () => received.at(-1)?.headers ?? {}

describe('a webhook with authentication', () => {
  it('shows user name and password, and records neither', async () => {
    const id = await shown({ authentication: { kind: 'basic', username: 'till' } }, { password: 'géheim:1' })
    const { requestHeaders } = await send(id)
    const expected = `Basic ${Buffer.from('till:géheim:1').toString('base64')}`
    expect(headers().authorization).toBe(expected)
    expect(requestHeaders.authorization).toBe('Basic ***')
  })

  it('shows a token, and records that there was one', async () => {
    const id = await shown({ authentication: { kind: 'bearer' } }, { token: 'tok_123' })
    const { requestHeaders } = await send(id)
    expect(headers().authorization).toBe('Bearer tok_123')
    expect(requestHeaders.authorization).toBe('Bearer ***')
  })

  it('shows a token in the header of its choice', async () => {
    const id = await shown({ authentication: { kind: 'header', name: 'X-Api-Key' } }, { token: 'k 1' })
    const { requestHeaders } = await send(id)
    expect(headers()).toMatchObject({ 'x-api-key': 'k 1' })
    expect(requestHeaders).toMatchObject({ 'x-api-key': '***' })
    expect(JSON.stringify(requestHeaders)).not.toContain('k 1')
  })

  it('keeps what it shows out of the record when the receiver repeats it', async () => {
    const id = await shown({ authentication: { kind: 'basic', username: 'till' } }, { password: 'géheim:1' })
    const { responseHeaders, responseBody } = await send(id)
    expect(responseHeaders?.['x-echo']).toBe('Basic ***')
    expect(responseBody?.toString()).toBe('you sent Basic ***')
  })

  it('sends a test as it sends events', async () => {
    const id = await shown({ authentication: { kind: 'bearer' } }, { token: 'tok_123' })
    await send(id, { kind: 'test' })
    expect(headers().authorization).toBe('Bearer tok_123')
  })

  it('shows nothing in a connectivity check, and nothing to the other address of a replay', async () => {
    const id = await shown({ authentication: { kind: 'bearer' } }, { token: 'tok_123' })
    await send(id, { kind: 'connectivity' })
    expect(headers()).not.toHaveProperty('authorization')
    const elsewhere = `http://localhost:${receiver.port}/other`
    const { id: replay } = await world.deliver(id, { kind: 'replay' })
    await world.store.write((writer) => writer.deliveries.replayTo(elsewhere, [replay]))
    running.loop.wake()
    await running.until(() => world.delivery(replay).attempts > 0)
    expect(headers()).toMatchObject({ host: `localhost:${receiver.port}` })
    expect(headers()).not.toHaveProperty('authorization')
  })

  it('is shown with the new token as soon as it is changed, on a new connection', async () => {
    const id = await shown({ authentication: { kind: 'bearer' } }, { token: 'old' })
    await send(id)
    await send(id)
    expect(received[1]?.connection).toBe(received[0]?.connection)
    await world.configure(id, {}, { token: 'new' })
    await send(id)
    expect(headers().authorization).toBe('Bearer new')
    expect(received[2]?.connection).not.toBe(received[0]?.connection)
  })

  it('sends nothing without its credential, and says so', async () => {
    const id = await shown({}, {})
    await world.configure(id, { authentication: { kind: 'bearer' } })
    const delivery = await world.deliver(id)
    running.loop.wake()
    await running.until(() => running.troubles.length > 0)
    expect(running.troubles.at(-1)).toContain('The webhook has no token.')
    expect(world.delivery(delivery.id)).toMatchObject({ status: 'waiting', attempts: 0 })
    expect(received).toEqual([])
  })
})
