import { measureBacklogs } from './backlog.ts'
import { measureDelivery, measurePlainLoop, startSink } from './delivery.ts'
import { startHost } from './host.ts'
import { measureIdle } from './idle.ts'
import { measureLatencies } from './latency.ts'
import { measureAccepting, measureEndToEnd, measureParsing } from './load.ts'
import { type Figure, paired, show } from './measured.ts'
import { measurePeers } from './peers.ts'
import { writeResults } from './results.ts'

/**
 * What Patchbay does in a second, each time beside what the same machine does in the same minute without it.
 * `npm run bench -- [--write] [section …]`: all sections, or those that are named by their first word.
 * BENCH_TOTAL: deliveries of a measurement. BENCH_ROUNDS: pairs of measurements; the median ratio is told.
 */
const words = process.argv.slice(2)
const total = Number(process.env.BENCH_TOTAL ?? 60_000)
const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const connections = 64
const posts = 20_000
/** Events of one measurement from end to end, and those before it: like the plain loop, a fifth warms up. */
const endToEndEvents = 100_000
const warmUpEvents = endToEndEvents / 5

const inPairs = async (measure: () => Promise<{ ours: number; beside: number }>) => {
  const pairs: { ours: number; beside: number }[] = []
  for (let round = 0; round < rounds; round += 1) pairs.push(await measure())
  return pairs
}

const sink = await startSink()
const plainLoop = () => measurePlainLoop(sink.port, total, connections)

const sections: Record<string, () => Promise<Figure[]>> = {
  'Delivering alone': async () => {
    const pairs = await inPairs(async () => ({
      beside: await plainLoop(),
      ours: await measureDelivery(sink.port, total),
    }))
    return [paired('one endpoint, every attempt recorded durably; beside a plain loop', pairs, 0.55)]
  },
  Accepting: async () => {
    const host = await startHost()
    const pairs = await inPairs(async () => ({
      beside: await measureParsing(posts),
      ours: await measureAccepting(host, posts),
    }))
    await host.stop()
    return [paired('durable before 202, 64 clients; beside a route that only parses', pairs, 0.5)]
  },
  'End to end': async () => {
    const host = await startHost()
    await host.subscribe(`http://127.0.0.1:${sink.port}/`)
    const ofBatch = async (batch: number) => {
      await measureEndToEnd(host, sink, warmUpEvents, batch)
      return inPairs(async () => ({
        beside: await plainLoop(),
        ours: await measureEndToEnd(host, sink, endToEndEvents, batch),
      }))
    }
    const batches = paired('batches of 500; beside a plain loop', await ofBatch(500), 0.42)
    const singles = paired('single POSTs, 64 clients; beside a plain loop', await ofBatch(1), 0.25)
    await host.stop()
    return [batches, singles]
  },
  Peers: () => measurePeers(sink),
  Backlog: () => measureBacklogs(sink),
  Latency: () => measureLatencies(sink),
  Idle: measureIdle,
}

const isWanted = (name: string): boolean => {
  const wanted = words.filter((word) => !word.startsWith('--'))
  return wanted.length === 0 || wanted.some((word) => name.toLowerCase().startsWith(word.toLowerCase()))
}

const measured = new Map<string, Figure[]>()
for (const [name, measure] of Object.entries(sections)) {
  if (!isWanted(name)) continue
  console.log(`\n${name}`)
  const figures = await measure()
  for (const figure of figures) console.log(`  ${show(figure)}`)
  measured.set(name, figures)
}
sink.stop()
if (words.includes('--write')) writeResults(measured)
