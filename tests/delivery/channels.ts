import { onTestFinished } from 'vitest'
import { Channel } from '#main/delivery/channel.ts'
import type { Exchange } from '#main/delivery/flight.ts'
import { createNetworkPolicy, parseDestination, type Resolve } from '#main/delivery/network-policy.ts'
import { type Receiver, startHttp } from './receivers.ts'

const loopback = ['127.0.0.0/8']
export const clock = { now: () => 1_800_000_000_000 }
export const body = Buffer.from('{"type":"badge.printed"}')
const toLoopback: Resolve = async () => ['127.0.0.1']

/** Closed when the test ends. */
export const open = async <T extends { close(): unknown }>(made: T | Promise<T>): Promise<T> => {
  const one = await made
  onTestFinished(async () => {
    await one.close()
  })
  return one
}

interface Settings {
  targets: readonly string[]
  resolve: Resolve
  /** For the connection. */
  timeoutMs: number
}

/** Closed when the test ends. Loopback is open, and every name leads there. */
export const channelTo = (
  url: string,
  { targets = loopback, resolve = toLoopback, timeoutMs = 5_000 }: Partial<Settings> = {},
): Channel => {
  const { destination, problem } = parseDestination(url)
  if (destination === null) throw new Error(problem)
  const channel = new Channel({
    destination,
    policy: createNetworkPolicy(targets),
    resolve,
    timeoutMs,
    clock,
  })
  onTestFinished(() => channel.close())
  return channel
}

export const send = (channel: Channel, timeoutMs = 10_000, payload: Uint8Array = body): Promise<Exchange> =>
  new Promise((resolve) => {
    const headers = ['content-type', 'application/json', 'webhook-id', 'evt_1']
    channel.send({ headers, body: payload, timeoutMs }, resolve)
  })

export const answerWith = (
  statusCode: number,
  headers: Record<string, string> = {},
  text: string | Buffer = 'ok',
): Promise<Receiver> =>
  startHttp((request, response) => {
    request.resume().on('end', () => response.writeHead(statusCode, headers).end(text))
  })

/** What comes of one request to a receiver of its own. */
export const once = async (receiver: Promise<Receiver>, timeoutMs?: number): Promise<Exchange> => {
  const { port } = await open(receiver)
  return send(channelTo(`http://127.0.0.1:${port}/hook`), timeoutMs)
}
