import type { Worker } from 'node:worker_threads'
import { onTestFinished, test } from 'vitest'
import { createRig } from './crash/rig.ts'
import { dataDirectory, runHost } from './running-host.ts'

/** A quarter of the kills of the host: `npm run bench:crash` asks for more. */
const deaths = Math.ceil(Number(process.env.CRASH_KILLS ?? 8) / 4)
const seed = Number(process.env.CRASH_SEED ?? 5)
/** The thread comes back later each time; a host that is started anew begins with the shortest delay. */
const deathsOfHost = 2
const happeningsMax = 200

/** The threads that this process starts, as they start. */
const watchThreads = () => {
  let last: Worker | null = null
  let started = Promise.withResolvers<void>()
  const add = (thread: Worker): void => {
    last = thread
    started.resolve()
    started = Promise.withResolvers()
  }
  process.on('worker', add)
  onTestFinished(() => void process.off('worker', add))
  return {
    /** Ends the last one in whatever it does, and resolves when another has started. */
    async kill() {
      const next = started.promise
      await last?.terminate()
      await next
    },
  }
}

test(`${deaths} deaths of the delivery thread alone lose nothing and leave nothing stuck`, {
  timeout: 60_000 + deaths * 20_000,
}, async () => {
  const threads = watchThreads()
  const directory = await dataDirectory()
  let host = await runHost({ dataDirectory: directory })
  const rig = await createRig({ seed, directory, url: host.url })
  for (let death = 1; death <= deaths; death += 1) {
    await rig.happenings(1 + rig.chance.below(happeningsMax))
    await threads.kill()
    await rig.deliveries(1)
    if (death % deathsOfHost !== 0) continue
    rig.at(null)
    await host.stop()
    host = await runHost({ dataDirectory: directory })
    rig.at(host.url)
  }
  await rig.settle()
  await host.stop()
  rig.checkBooks()
  console.log(`${deaths} deaths of the thread with seed ${seed}: ${rig.summary()}; all books are right`)
})
