import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { benchBody, type Sink } from './delivery.ts'
import { startHost } from './host.ts'
import { measureEndToEnd } from './load.ts'
import { type Figure, median, perSecondText } from './measured.ts'

const folder = new URL('./peers/', import.meta.url)

const answerSchema = z.object({
  name: z.string(),
  perSecond: z.number().optional(),
  latenciesMs: z.array(z.number()).optional(),
  skipped: z.string().optional(),
})
type Answer = z.infer<typeof answerSchema>

/** Some are so slow that fewer deliveries tell as much. */
const throughputTotals = {
  bullmq: 20_000,
  'pg-boss': 20_000,
  'graphile-worker': 20_000,
  plainjob: 10_000,
  liteque: 3_000,
} as const
export type PeerName = keyof typeof throughputTotals
const peerNames = [
  'bullmq',
  'pg-boss',
  'graphile-worker',
  'plainjob',
  'liteque',
] as const satisfies PeerName[]

/** Whether `npm ci` was run in the folder of the peers, which are no dependencies of the program. */
export const havePeers = (): boolean => existsSync(new URL('node_modules', folder))
export const howToGetPeers = 'not measured: run `npm ci` in tests/bench/peers first'

/** Runs one of them in a process of its own. */
export const runPeer = (
  peer: PeerName,
  mode: 'throughput' | 'latency',
  port: number,
  total: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run.mjs', folder))
    const child = fork(script, [peer, mode, String(port), String(total)], {
      env: { ...process.env, BENCH_BODY: benchBody },
    })
    let answer: Answer | null = null
    child.once('message', (message) => {
      answer = answerSchema.parse(message)
    })
    child.once('exit', (code) => {
      if (answer === null) reject(new Error(`${peer} ended with ${code}`))
      else resolve(answer)
    })
  })

const posts = 20_000
const rounds = 3

/** The same signed delivery end to end by what people would use instead; ours takes its events over HTTP. */
export const measurePeers = async (sink: Sink): Promise<Figure[]> => {
  if (!havePeers()) return [{ what: 'peers', value: howToGetPeers, ratio: null, bound: null }]
  const host = await startHost()
  await host.subscribe(`http://127.0.0.1:${sink.port}/`)
  const rates: number[] = []
  for (let round = 0; round < rounds; round += 1) rates.push(await measureEndToEnd(host, sink, posts, 500))
  await host.stop()
  const ours = median(rates)
  const figures: Figure[] = [
    {
      what: 'Patchbay on SQLite, over HTTP in batches of 500',
      value: perSecondText(ours),
      ratio: null,
      bound: null,
    },
  ]
  for (const peer of peerNames) {
    const { name, perSecond, skipped } = await runPeer(peer, 'throughput', sink.port, throughputTotals[peer])
    if (perSecond === undefined) {
      figures.push({ what: name, value: `skipped: ${skipped}`, ratio: null, bound: null })
      continue
    }
    const ratio = ours / perSecond
    const bound = { text: 'Patchbay is faster', kept: ratio > 1 }
    figures.push({ what: `${name}; Patchbay beside it`, value: perSecondText(perSecond), ratio, bound })
  }
  return figures
}
