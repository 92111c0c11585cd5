import { Worker } from 'node:worker_threads'
import { Restarts } from '#contract/restarts.ts'
import type { CheckpointData } from './checkpoint-thread.ts'

/** After the first commit, so that a pass has something to copy. */
const passDelayMs = 300
/** Delays before a thread that died is started again, ms; the last one repeats. */
const restartDelaysMs: readonly number[] = [1_000, 5_000, 30_000, 300_000]
/** So many deaths without one that lived so long are no accident. */
const deathsTold = 2

/**
 * Copies the write-ahead log into the database in a thread of its own, a part at a time while there are commits. Whoever
 * commits would have to do it else, and stands still for the disk meanwhile. The log can begin anew only when all of it
 * is copied and nobody writes: that the writers see to themselves, now and then, when the log has grown long; mostly
 * little is left to copy for them. So without this thread everything goes on, only less evenly.
 */
export interface Checkpoints {
  /** Somebody has committed. Cheap. */
  noteCommit(): void
  /** Why nothing is copied, when the thread dies again and again; null otherwise. */
  trouble(): string | null
  stop(): Promise<void>
}

/** Beside this file from source; beside the bundle's entries after the build. */
const threadUrl = (): URL => {
  const file = import.meta.url.endsWith('.ts') ? './checkpoint-thread.ts' : './checkpoint-thread.js'
  return new URL(file, import.meta.url)
}

/** `path` of a database that exists and is migrated. `onDeath`: the thread died, and is started again after `restartInMs`. */
export const startCheckpoints = (
  path: string,
  onDeath: (error: Error, restartInMs: number) => void,
  delaysMs = restartDelaysMs,
): Checkpoints => {
  const data: CheckpointData = { path }
  let thread: Worker | null = null
  let timer: NodeJS.Timeout | null = null
  let restart: NodeJS.Timeout | null = null
  let ended = Promise.resolve()
  let isCopying = false
  let isWanted = false
  let isStopping = false
  let lastDeath = ''
  const restarts = new Restarts(delaysMs)

  const arm = (): void => {
    if (timer !== null || isCopying || thread === null || isStopping) return
    timer = setTimeout(() => {
      timer = null
      if (thread === null) return
      isWanted = false
      isCopying = true
      thread.postMessage('copy')
    }, passDelayMs)
  }
  const die = (error: Error): void => {
    // What it was to copy is still in the log.
    isWanted ||= isCopying
    isCopying = false
    const restartInMs = restarts.noteDeath(performance.now())
    lastDeath = error.message
    restart = setTimeout(start, restartInMs)
    onDeath(error, restartInMs)
  }
  const start = (): void => {
    const one = new Worker(threadUrl(), { workerData: data, name: 'checkpoints' })
    let error = new Error('The checkpoint thread ended by itself.')
    thread = one
    restarts.noteStart(performance.now())
    one.on('message', () => {
      isCopying = false
      if (isWanted) arm()
    })
    one.on('error', (cause) => {
      error = cause instanceof Error ? cause : new Error(String(cause))
    })
    ended = new Promise((resolve) => {
      one.once('exit', () => {
        thread = null
        if (!isStopping) die(error)
        resolve()
      })
    })
    if (isWanted) arm()
  }
  start()

  return {
    noteCommit() {
      isWanted = true
      arm()
    },
    trouble() {
      const { deaths } = restarts
      const isFine = deaths < deathsTold || restarts.isHealthy(performance.now())
      return isFine ? null : `its thread died ${deaths} times: ${lastDeath}`
    },
    async stop() {
      isStopping = true
      if (timer !== null) clearTimeout(timer)
      if (restart !== null) clearTimeout(restart)
      thread?.postMessage('stop')
      await ended
    },
  }
}
