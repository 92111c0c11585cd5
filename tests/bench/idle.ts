import { startHost } from './host.ts'
import type { Figure } from './measured.ts'
import { processorMs, wakes } from './process.ts'

const settleMs = 10_000
const watchedMs = 60_000
const coreBound = 0.005

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What a host costs that has nothing to do. */
export const measureIdle = async (): Promise<Figure[]> => {
  const host = await startHost()
  await wait(settleMs)
  const before = { processor: processorMs(host.pid), wakes: wakes(host.pid) }
  await wait(watchedMs)
  const core = (processorMs(host.pid) - before.processor) / watchedMs
  const wakesPerSecond = (wakes(host.pid) - before.wakes) / (watchedMs / 1_000)
  await host.stop()
  return [
    {
      what: 'processor time of an idle host, part of one core',
      value: `${(core * 100).toFixed(2)} %`,
      ratio: null,
      bound: { text: 'under 0.5 %', kept: core < coreBound },
    },
    {
      what: 'wake-ups of all its threads',
      value: `${wakesPerSecond.toFixed(1)} /s`,
      ratio: null,
      bound: null,
    },
  ]
}
