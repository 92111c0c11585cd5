import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readInstallationKey } from '#main/host/installation.ts'
import { dataDirectoryAt } from '#main/store/data-directory.ts'
import { connectStore } from '#main/store/open.ts'
import { fill, type Sink } from './delivery.ts'
import { serveDemo } from './host.ts'
import { type Figure, median } from './measured.ts'
import { memoryBytes } from './process.ts'

const few = 10_000
const many = Number(process.env.BENCH_BACKLOG ?? 1_000_000)
/** Deliveries before the time runs, and while it does. What remains waits all the while. */
const warmUp = 2_000
const measured = 8_000
const rounds = 3
const memoryBoundBytes = 300 * 1024 * 1024

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Round {
  readonly perSecond: number
  readonly peakBytes: number
}

/** A data directory in which so many deliveries wait. @returns its path. */
const makeDirectory = async (url: string, waiting: number): Promise<string> => {
  const path = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'patchbay-bench-backlog-'))
  await (await serveDemo(path)).stop()
  const directory = dataDirectoryAt(path)
  const { key } = readInstallationKey(directory, process.env)
  const store = connectStore(directory.database, key)
  await fill(store, url, waiting)
  await store.write((writer) => writer.killSwitches.switchOn('delivery', null))
  await store.close()
  return path
}

/** Sends from the front of what waits, from the start of a host until enough has arrived; the rest goes on waiting. */
const sendSome = async (path: string, sink: Sink): Promise<Round> => {
  const before = await sink.count()
  const arrived = async () => (await sink.count()) - before
  const host = await serveDemo(path)
  while ((await arrived()) < warmUp) await wait(1)
  let peakBytes = memoryBytes(host.pid)
  const [from, startedAt] = [await arrived(), performance.now()]
  let done = from
  while (done < from + measured) {
    await wait(2)
    done = await arrived()
    peakBytes = Math.max(peakBytes, memoryBytes(host.pid))
  }
  const perSecond = (done - from) / ((performance.now() - startedAt) / 1000)
  await host.stop()
  return { perSecond, peakBytes }
}

/** Whether a million that wait cost anything: the rate and the memory, beside those with ten thousand. */
export const measureBacklogs = async (sink: Sink): Promise<Figure[]> => {
  const url = `http://127.0.0.1:${sink.port}/hook`
  const large = await makeDirectory(url, many)
  const pairs: { few: Round; many: Round }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const small = await makeDirectory(url, few + warmUp)
    pairs.push({ few: await sendSome(small, sink), many: await sendSome(large, sink) })
    rmSync(small, { recursive: true })
  }
  rmSync(large, { recursive: true })
  const ratio = median(pairs.map((pair) => pair.many.perSecond / pair.few.perSecond))
  const memory = median(pairs.map((pair) => pair.many.peakBytes))
  const memoryRatio = median(pairs.map((pair) => pair.many.peakBytes / pair.few.peakBytes))
  return [
    {
      what: `delivering with ${many.toLocaleString('en')} waiting; beside ${few.toLocaleString('en')}`,
      value: `${Math.round(median(pairs.map((pair) => pair.many.perSecond))).toLocaleString('en')} /s`,
      ratio,
      bound: { text: 'at least 0.90', kept: ratio >= 0.9 },
    },
    {
      what: 'memory of the host meanwhile; beside the same',
      value: `${Math.round(memory / 1024 / 1024)} MiB`,
      ratio: memoryRatio,
      bound: {
        text: 'at most 1.20, under 300 MiB',
        kept: memoryRatio <= 1.2 && memory < memoryBoundBytes,
      },
    },
  ]
}
