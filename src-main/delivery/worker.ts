import { randomFillSync } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { createTypeIds } from '#contract/type-id.ts'
import { giveWay } from '#main/store/giving-way.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { createChangeReports } from './change-reports.ts'
import { Channel } from './channel.ts'
import { ClockWatch } from './clock-watch.ts'
import { DeliveryLoop } from './loop.ts'
import { watchLoopLag } from './loop-lag.ts'
import type { FromWorker, ToWorker, WorkerData } from './messages.ts'
import { createRemoteNetwork } from './network-remote.ts'
import { createSystemResolve } from './resolve.ts'

/** For name resolution, TCP and TLS together. */
const connectTimeoutMs = 5_000
const reportIntervalMs = 250

/** The entry of the delivery thread: the one place where the delivery room meets the clock, chance and the store. */
const run = async (): Promise<void> => {
  const host = parentPort
  if (host === null) throw new Error('The delivery worker is started as a thread by the host.')
  const { databasePath, dataKey, owner, reach, turnMemory }: WorkerData = workerData
  const tell = (message: FromWorker): void => host.postMessage(message)

  giveWay()
  const lag = watchLoopLag()
  const clock = { now: () => Date.now() }
  const resolve = createSystemResolve()
  const nextId = createTypeIds((words) => randomFillSync(words))
  const queue = openWorkQueue({ path: databasePath, dataKey: Buffer.from(dataKey), owner, turnMemory })
  const reports = createChangeReports((topics) => tell({ type: 'changed', topics }), reportIntervalMs)
  const network = createRemoteNetwork(reach, tell, () => loop.wake())
  const loop = new DeliveryLoop({
    network,
    resolve,
    watch: new ClockWatch({ ...clock, tick: () => performance.now() }),
    onJump: (jump) => tell({ type: 'clock_jumped', jump }),
    queue,
    clock,
    random: () => Math.random(),
    attemptId: (atMs) => nextId('att', atMs),
    openChannel: (options) => new Channel({ ...options, clock, resolve, timeoutMs: connectTimeoutMs }),
    onTokenPause: (webhookId, pause) => tell({ type: 'token_pause', webhookId, pause }),
    onChange: (topics) => reports.add(topics),
    onTrouble: (trouble) => tell({ type: 'trouble', trouble }),
  })

  const stop = async (drainMs: number): Promise<void> => {
    host.off('message', receive)
    try {
      await loop.stop(drainMs)
    } finally {
      reports.flush()
      await queue.close()
      process.exit()
    }
  }
  const receive = (message: ToWorker): void => {
    if (message.type === 'wake') loop.wake()
    else if (message.type === 'reconsider') loop.reconsider()
    else if (message.type === 'network') network.hear(message)
    else if (message.type === 'inspect') {
      tell({ type: 'view', number: message.number, view: { ...loop.view(), lagMs: lag.maxMs() } })
    } else void stop(message.drainMs)
  }
  await loop.start()
  host.on('message', receive)
  tell({ type: 'ready' })
}

await run()
