import { Worker } from 'node:worker_threads'
import type { CheckpointData } from './checkpoint-thread.ts'

/** After the first commit, so that a pass has something to copy. */
const passDelayMs = 300

/**
 * Copies the write-ahead log into the database in a thread of its own, a part at a time while there are commits. Whoever
 * commits would have to do it else, and stands still for the disk meanwhile. The log can begin anew only when all of it
 * is copied and nobody writes: that the writers see to themselves, now and then, when the log has grown long; mostly
 * little is left to copy for them. So without this thread everything goes on, only less evenly.
 */
export interface Checkpoints {
  /** Somebody has committed. Cheap. */
  noteCommit(): void
  stop(): Promise<void>
}

/** Beside this file from source; beside the bundle's entries after the build. */
const threadUrl = (): URL => {
  const file = import.meta.url.endsWith('.ts') ? './checkpoint-thread.ts' : './checkpoint-thread.js'
  return new URL(file, import.meta.url)
}

/** `path` of a database that exists and is migrated. `onDeath`: the thread ended by itself; it is not started again. */
export const startCheckpoints = (path: string, onDeath: (error: Error) => void): Checkpoints => {
  const data: CheckpointData = { path }
  const thread = new Worker(threadUrl(), { workerData: data, name: 'checkpoints' })
  let timer: NodeJS.Timeout | null = null
  let isCopying = false
  let isWanted = false
  let hasEnded = false

  const arm = (): void => {
    if (timer !== null || isCopying || hasEnded) return
    timer = setTimeout(() => {
      timer = null
      isWanted = false
      isCopying = true
      thread.postMessage('copy')
    }, passDelayMs)
  }
  thread.on('message', () => {
    isCopying = false
    if (isWanted) arm()
  })
  thread.on('error', onDeath)
  const ended = new Promise<void>((resolve) => {
    thread.once('exit', () => {
      hasEnded = true
      resolve()
    })
  })

  return {
    noteCommit() {
      isWanted = true
      arm()
    },
    async stop() {
      if (timer !== null) clearTimeout(timer)
      if (!hasEnded) thread.postMessage('stop')
      await ended
    },
  }
}
