import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Sink } from './delivery.ts'
import { type BenchHost, eventOf } from './host.ts'
import { type HttpLoad, runHttpLoad } from './http-load.ts'

const clients = 64
/** Batches of 500 are large: more of them at once are refused as too many. */
const batchClients = 4

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Load = Pick<HttpLoad, 'url' | 'path' | 'body' | 'requests' | 'clients'> & { readonly key: string }

/** Sends the same request again and again from several clients. @returns requests per second. */
const postAll = ({ key, ...load }: Load): Promise<number> =>
  runHttpLoad({ ...load, headers: { 'content-type': 'application/json', 'x-api-key': key }, status: 202 })

/** Events per second that are accepted, durably, by single POSTs; nobody subscribes to them. */
export const measureAccepting = ({ url, key }: BenchHost, requests: number): Promise<number> =>
  postAll({ url, key, path: '/v1/events', body: JSON.stringify(eventOf('x')), requests, clients })

/** The same requests to a Fastify route that only parses the body. */
export const measureParsing = async (requests: number): Promise<number> => {
  const child = fork(fileURLToPath(new URL('./parse-only.ts', import.meta.url)))
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', (message: { port: number }) => resolve(message)),
  )
  const url = `http://127.0.0.1:${port}`
  const body = JSON.stringify(eventOf('x'))
  const perSecond = await postAll({ url, key: 'none', path: '/v1/events', body, requests, clients })
  child.disconnect()
  return perSecond
}

/** Events per second from the first request to the last receipt at the sink. `batch` 1: single POSTs. */
export const measureEndToEnd = async (
  { url, key }: BenchHost,
  sink: Sink,
  total: number,
  batch: number,
): Promise<number> => {
  const event = eventOf('x')
  const body = JSON.stringify(batch === 1 ? event : { events: Array(batch).fill(event) })
  const path = batch === 1 ? '/v1/events' : '/v1/events/batch'
  const before = await sink.count()
  const startedAt = performance.now()
  await postAll({
    url,
    key,
    path,
    body,
    requests: total / batch,
    clients: batch === 1 ? clients : batchClients,
  })
  while ((await sink.count()) - before < total) await wait(5)
  return total / ((performance.now() - startedAt) / 1000)
}
