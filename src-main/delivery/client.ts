import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { Topic } from '#contract/live.ts'
import { Restarts } from '#contract/restarts.ts'
import type { ClockJump, TokenPauseRecord } from '#main/store/interface.ts'
import type { FromWorker, ToWorker, WorkerData, WorkerView } from './messages.ts'
import type { Network, Reach } from './network-state.ts'

/** Delays before a thread that died is started again, ms; the last one repeats. */
const restartDelaysMs = [100, 500, 2_000, 10_000, 30_000] as const
/** How long requests under way may take to land when the host stops. */
const drainMsDefault = 5_000
/** What the thread may take for its last record beyond that. */
const stopGraceMs = 10_000
/** A thread that does not answer for so long is stuck. */
const answerMs = 2_000

export interface DeliveryWorkerOptions {
  /** The database, existing and migrated. */
  readonly databasePath: string
  /** 32 bytes. */
  readonly dataKey: Buffer
  /** Of the store that writes to the same database in this process. */
  readonly turnMemory: SharedArrayBuffer
  /** Tell the worker of its changes by `setReach`. */
  readonly network: Network
  /** The worker has changed these in the database. At most a few times a second. */
  readonly onChange: (topics: readonly Topic[]) => void
  /** What stands in the way of delivering at the moment, for the log and the status; null when nothing does. */
  readonly onTrouble: (trouble: string | null) => void
  /** The clock of the machine jumped; what is due was put right. */
  readonly onClockJump?: (jump: ClockJump) => void
  /** The token endpoint of a webhook asks to be left alone, which is to be kept; null: not any more. */
  readonly onTokenPause?: (webhookId: string, pause: TokenPauseRecord | null) => void
  /** The thread died. It is started again after `restartInMs`. */
  readonly onDeath: (error: Error, restartInMs: number) => void
}

export type WorkerState = 'running' | 'starting' | 'stopped'

export interface DeliveryWorker {
  /** Call it after each commit that may have made something due, or changed what may be sent. Cheap. */
  wake(): void
  /** As `wake`, after a commit by which less may be sent: what the worker has taken before and not sent, it takes anew. */
  reconsider(): void
  /** The network goes further, or less far. */
  setReach(reach: Reach): void
  state(): WorkerState
  /** Threads that died and were started again, and how long ago the last one died, ms. */
  deaths(): { count: number; lastAgoMs: number | null }
  /** Asks the thread how it is. Null when there is none, or it does not answer. */
  inspect(): Promise<WorkerView | null>
  /** Lands requests under way for up to `drainMs`, records them, puts the rest back, and ends the thread. */
  stop(drainMs?: number): Promise<void>
}

/** Beside this file from source; beside the bundle's entries after the build. */
const workerUrl = (): URL => {
  const file = import.meta.url.endsWith('.ts') ? './worker.ts' : './delivery-worker.js'
  return new URL(file, import.meta.url)
}

/** Runs the delivery worker in a thread of its own, and starts it again when it dies. */
export const startDeliveryWorker = (options: DeliveryWorkerOptions): DeliveryWorker => {
  let state: WorkerState = 'starting'
  let worker: Worker
  let restart: NodeJS.Timeout | null = null
  let stopping = false
  let deathsInAll = 0
  let lastDeathTick: number | null = null
  const restarts = new Restarts(restartDelaysMs)
  let questions = 0
  const answers = new Map<number, (view: WorkerView | null) => void>()

  const tell = (message: ToWorker): void => worker.postMessage(message)

  const answerCheck = async (): Promise<void> => {
    const reach = await options.network.check()
    if (state !== 'stopped') tell({ type: 'network', reach, checked: true })
  }

  const hear = (message: FromWorker): void => {
    if (message.type === 'ready') state = 'running'
    else if (message.type === 'changed') options.onChange(message.topics)
    else if (message.type === 'view') answers.get(message.number)?.(message.view)
    else if (message.type === 'check_network') void answerCheck()
    else if (message.type === 'clock_jumped') options.onClockJump?.(message.jump)
    else if (message.type === 'token_pause') options.onTokenPause?.(message.webhookId, message.pause)
    else if (message.type === 'network_answered') options.network.noteAnswer()
    else options.onTrouble(message.trouble)
  }

  const start = (): void => {
    state = 'starting'
    restart = null
    restarts.noteStart(performance.now())
    const data: WorkerData = {
      databasePath: options.databasePath,
      dataKey: options.dataKey,
      owner: randomUUID(),
      reach: options.network.reach(),
      turnMemory: options.turnMemory,
    }
    worker = new Worker(workerUrl(), { workerData: data, name: 'delivery' })
    let death = new Error('The delivery thread ended by itself.')
    worker.on('message', hear)
    worker.on('error', (error) => {
      death = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', () => {
      state = 'stopped'
      for (const answer of answers.values()) answer(null)
      if (stopping) return
      deathsInAll += 1
      lastDeathTick = performance.now()
      const restartInMs = restarts.noteDeath(lastDeathTick)
      options.onDeath(death, restartInMs)
      restart = setTimeout(start, restartInMs)
    })
  }
  start()

  return {
    wake: () => tell({ type: 'wake' }),
    reconsider: () => tell({ type: 'reconsider' }),
    setReach: (reach) => tell({ type: 'network', reach, checked: false }),
    state: () => state,
    deaths: () => ({
      count: deathsInAll,
      lastAgoMs: lastDeathTick === null ? null : performance.now() - lastDeathTick,
    }),
    inspect() {
      if (state !== 'running') return Promise.resolve(null)
      questions += 1
      const number = questions
      return new Promise((resolve) => {
        const answer = (view: WorkerView | null) => {
          clearTimeout(limit)
          answers.delete(number)
          resolve(view)
        }
        const limit = setTimeout(() => answer(null), answerMs)
        answers.set(number, answer)
        tell({ type: 'inspect', number })
      })
    },
    async stop(drainMs = drainMsDefault) {
      stopping = true
      if (restart) clearTimeout(restart)
      if (state === 'stopped') return
      const ended = new Promise<void>((resolve) => {
        worker.once('exit', () => resolve())
      })
      tell({ type: 'stop', drainMs })
      const limit = setTimeout(() => void worker.terminate(), drainMs * 2 + stopGraceMs)
      await ended
      clearTimeout(limit)
    },
  }
}
