import { cpus } from 'node:os'
import { measureDelivery, measurePlainLoop, startSink } from './delivery.ts'
import { measureAccepting, measureEndToEnd, measureLatency, measureParsing, startHost } from './host.ts'

/**
 * What Patchbay does in a second, each time beside what the same machine does in the same minute without it.
 * BENCH_TOTAL: deliveries of the delivery-only measurement. BENCH_ROUNDS: rounds of it; the median is told.
 */
const total = Number(process.env.BENCH_TOTAL ?? 60_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const connections = 64
const posts = 20_000
const latencyPerSecond = 200
const latencySeconds = 10

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN

const report = (what: string, perSecond: number, beside?: number): void => {
  const ratio = beside === undefined ? '' : `  ${(perSecond / beside).toFixed(2)}`
  console.log(`${what.padEnd(58)}${Math.round(perSecond).toLocaleString('en').padStart(8)} /s${ratio}`)
}

const [processor] = cpus()
console.log(`Node ${process.version}, ${cpus().length} x ${processor?.model ?? 'unknown'}, payload 1 KiB\n`)

const sink = await startSink()
const pairs: { plain: number; delivered: number }[] = []
for (let round = 0; round < rounds; round += 1) {
  const plain = await measurePlainLoop(sink.port, total, connections)
  pairs.push({ plain, delivered: await measureDelivery(sink.port, total) })
}
const byRatio = pairs.toSorted((left, right) => left.delivered / left.plain - right.delivered / right.plain)
const { plain, delivered } = byRatio[Math.floor(rounds / 2)] ?? { plain: Number.NaN, delivered: Number.NaN }
report('plain undici loop, signed, nothing stored', plain)
report('delivered, one endpoint, every attempt recorded durably', delivered, plain)

const host = await startHost()
const parsing = await measureParsing(posts)
report('parsed by a Fastify route, 64 clients', parsing)
report('accepted over HTTP, durable, 64 clients', await measureAccepting(host, posts), parsing)

const latencies = await measureLatency(host, latencyPerSecond, latencySeconds)
const unsubscribe = await host.subscribe(`http://127.0.0.1:${sink.port}/`)
report('accepted and delivered, single POSTs', await measureEndToEnd(host, sink, posts, 1), plain)
report('accepted and delivered, batches of 500', await measureEndToEnd(host, sink, posts, 500), plain)
await unsubscribe()
const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN
console.log(
  `accepted to received at ${latencyPerSecond} events/s: median ${median(latencies).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
)
await host.stop()
sink.stop()
