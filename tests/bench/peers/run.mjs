import { once } from 'node:events'
import { createServer } from 'node:http'
import { peers } from './peers.mjs'
import { createSend } from './send.mjs'

/**
 * node run.mjs PEER throughput|latency PORT TOTAL: makes TOTAL deliveries, to a sink or, for the latency, to a
 * receiver in this process. Sends one message: `{ name, perSecond }`, `{ name, latenciesMs }`, or `{ name, skipped }`.
 */
const [peerName = '', mode = '', port = '', totalText = ''] = process.argv.slice(2)
const total = Number(totalText)
const concurrency = 64
const batchSize = 500
const latencyPerSecond = 200
const padding = (process.env.BENCH_BODY ?? '').slice(0, -2)

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const payloadOf = (number) => `${padding}","n":${number}}`
const numberOf = (payload) => Number(/"n":(\d+)}$/.exec(payload)?.[1])

const peer = peers[peerName]
let sent = 0
let sender = createSend(port, concurrency)
const send = async (payload) => {
  await sender.send(payload)
  sent += 1
}

const throughput = async ({ addAll }) => {
  const sendAll = async (count) => {
    const until = sent + count
    for (let added = 0; added < count; added += batchSize) {
      const size = Math.min(batchSize, count - added)
      await addAll(Array.from({ length: size }, (_, index) => payloadOf(added + index)))
    }
    while (sent < until) await wait(2)
  }
  await sendAll(Math.ceil(total / 5))
  const startedAt = performance.now()
  await sendAll(total)
  return { perSecond: total / ((performance.now() - startedAt) / 1000) }
}

/** Milliseconds from before the enqueuing of a delivery to its receipt. */
const latency = async ({ addAll }) => {
  const addedAt = new Map()
  const latenciesMs = []
  const receiver = createServer(async (request, response) => {
    const at = performance.now()
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    response.end()
    latenciesMs.push(at - addedAt.get(numberOf(Buffer.concat(chunks).toString())))
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  sender = createSend(receiver.address().port, concurrency)
  const startedAt = performance.now()
  for (let number = 0; number < total; number += 1) {
    const early = startedAt + (number * 1000) / latencyPerSecond - performance.now()
    if (early > 0) await wait(early)
    addedAt.set(number, performance.now())
    void addAll([payloadOf(number)])
  }
  while (sent < total) await wait(5)
  return { latenciesMs }
}

const started = await peer.start({ send, concurrency })
if (started === null) process.send?.({ name: peer.name, skipped: 'its server is not installed' })
else {
  const result = mode === 'throughput' ? await throughput(started) : await latency(started)
  process.send?.({ name: peer.name, ...result })
  await started.stop()
  await sender.close()
}
// Some of them keep timers.
process.exit()
