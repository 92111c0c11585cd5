import { createServer, type RequestListener } from 'node:http'
import { Pool } from 'undici'
import { openSession, organizationOf } from '../e2e/support/console-client.ts'
import type { Sink } from './delivery.ts'
import { type BenchHost, eventOf, startHost } from './host.ts'
import { type Figure, msText, quantile } from './measured.ts'
import { havePeers, runPeer } from './peers.ts'

const perSecond = 200
const seconds = 15
const total = perSecond * seconds
const medianBoundMs = 2
const p99BoundMs = 10
const clients = 64

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const startReceiver = async (listener: RequestListener) => {
  const receiver = createServer(listener)
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const address = receiver.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop() {
      receiver.close()
      receiver.closeAllConnections()
    },
  }
}

/** Milliseconds from the request of an event to its receipt, at a steady rate. */
const latenciesOf = async (host: BenchHost): Promise<number[]> => {
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const receiver = await startReceiver(async (request, response) => {
    const at = performance.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.end()
    const note = /"note":"(\d+)\./.exec(Buffer.concat(chunks).toString())?.[1] ?? ''
    latencies.push(at - (sentAt.get(note) ?? Number.NaN))
  })
  const unsubscribe = await host.subscribe(receiver.url)
  const pool = new Pool(host.url, { connections: clients })
  const headers = { 'content-type': 'application/json', 'x-api-key': host.key }
  const startedAt = performance.now()
  for (let number = 0; number < total; number += 1) {
    const early = startedAt + (number * 1000) / perSecond - performance.now()
    if (early > 0) await wait(early)
    sentAt.set(String(number), performance.now())
    const body = JSON.stringify(eventOf(`${number}.`))
    pool
      .request({ path: '/v1/events', method: 'POST', headers, body })
      .then(({ body: answer }) => answer.dump())
      .catch((error: unknown) => console.error(error))
  }
  while (latencies.length < total) await wait(5)
  await unsubscribe()
  await pool.close()
  receiver.stop()
  return latencies
}

/** Does what an open list of deliveries does: it listens to the changes, and reads its page again after each. */
const openDeliveries = async (url: string) => {
  const { client } = await openSession(url, 'Ada')
  const organizationId = (await organizationOf(client)).id
  const changes = await client.live.changes()
  let open = true
  const reading = (async () => {
    try {
      for await (const { topics } of changes) {
        if (topics.includes('deliveries')) await client.deliveries.list({ organizationId, limit: 50 })
      }
    } catch (error) {
      // Closing it ends the stream with an error.
      if (open) throw error
    }
  })()
  return async () => {
    open = false
    await changes.return?.()
    await reading
  }
}

const figureOf = (what: string, latencies: readonly number[]): Figure => {
  const [middle, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)]
  const bound = {
    text: `about ${medianBoundMs} ms, p99 ${p99BoundMs} ms`,
    kept: middle < medianBoundMs * 1.25 && p99 <= p99BoundMs,
  }
  return { what, value: `${msText(middle)}, p99 ${msText(p99)}`, ratio: null, bound }
}

/** Accept over HTTP to receipt at 200 events a second: alone, while the console looks on, and beside what hangs. */
export const measureLatencies = async (sink: Sink): Promise<Figure[]> => {
  const host = await startHost()
  await latenciesOf(host)
  const alone = await latenciesOf(host)
  const closeConsole = await openDeliveries(host.url)
  const watched = await latenciesOf(host)
  await closeConsole()
  const hanging = await startReceiver(() => {})
  await host.subscribe(hanging.url)
  const besideHanging = await latenciesOf(host)
  await host.stop()
  hanging.stop()
  const figures = [
    figureOf('accepted to received, 200 events/s', alone),
    figureOf('the same with an open list of deliveries', watched),
    figureOf('the same with a second endpoint that hangs', besideHanging),
  ]
  if (!havePeers()) return figures
  const { latenciesMs: ofPgBoss } = await runPeer('pg-boss', 'latency', sink.port, total)
  if (ofPgBoss === undefined) return figures
  const [middle, p99] = [quantile(ofPgBoss, 0.5), quantile(ofPgBoss, 0.99)]
  const kept = quantile(alone, 0.5) <= middle && quantile(alone, 0.99) <= p99
  const value = `${msText(middle)}, p99 ${msText(p99)}`
  const bound = { text: 'Patchbay is no slower', kept }
  return [...figures, { what: 'pg-boss, enqueued in process', value, ratio: null, bound }]
}
