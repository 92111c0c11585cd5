import { close, fdatasync, fdatasyncSync, open } from 'node:fs'
import { promisify } from 'node:util'
import { StoreError } from './errors.ts'

/**
 * The write-ahead log of a database, as far as it has to be on the disk. Connections commit with `synchronous=NORMAL`,
 * which leaves the file sound but does not wait for the disk, and wait here instead, so that many commits share one wait
 * and no thread stands still for a slow disk. It is the same wait that `synchronous=FULL` has inside of each commit.
 * Source: https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export interface CommitLog {
  /**
   * Resolves when everything that was committed before the call survives a power cut.
   * @throws StoreError `sync_failed`: it is committed, but nobody knows for how long.
   */
  sync(): Promise<void>
  close(): Promise<void>
}

const openFile = promisify(open)
const closeFile = promisify(close)

/** Ways to wait until the disk has all of a file. */
export interface Disk {
  sync(file: number): Promise<void>
  /** The thread stands still for it, as long as the disk is quick; null: it never does. */
  readonly syncNow: ((file: number) => void) | null
}

/** For a thread with others to serve while it waits. */
const patientDisk: Disk = { sync: promisify(fdatasync), syncNow: null }
/** For one that has mostly nothing to do until the disk is done, as all wait for just that. */
export const promptDisk: Disk = { ...patientDisk, syncNow: fdatasyncSync }

/** A wait that is over so soon costs less than to have another thread wait, and to be woken by it. */
const quickMs = 5
/** After a longer one the thread does not stand still for so long; after each further one twice as long … */
const restMs = 100
/** … up to this. */
const restMsMax = 60_000

/** Whether the disk has been quick enough to stand still for. */
class Haste {
  #restMs = restMs
  #notBefore = Number.NEGATIVE_INFINITY

  isDue(): boolean {
    return performance.now() >= this.#notBefore
  }

  learn(tookMs: number): void {
    if (tookMs <= quickMs) {
      this.#restMs = restMs
      return
    }
    this.#notBefore = performance.now() + this.#restMs
    this.#restMs = Math.min(restMsMax, this.#restMs * 2)
  }
}

/** `path` of the database; a connection to it must have been opened before the first `sync`, and be closed after this. */
export const openCommitLog = (path: string, disk = patientDisk): CommitLog => {
  const haste = new Haste()
  let file: number | null = null
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const failed = (cause: unknown): StoreError =>
    new StoreError('sync_failed', 'The disk did not take what was written.', { cause })

  const run = async (): Promise<void> => {
    try {
      file ??= await openFile(`${path}-wal`, 'r+')
      await disk.sync(file)
    } catch (cause) {
      throw failed(cause)
    }
  }
  const start = (): Promise<void> => {
    running = run().finally(() => {
      running = null
    })
    return running
  }
  const startNext = (): Promise<void> => {
    next = null
    return start()
  }
  /** @returns false when it is not the time for it. @throws StoreError as `sync`. */
  const standStill = (): boolean => {
    if (disk.syncNow === null || file === null || running !== null || !haste.isDue()) return false
    const startedAt = performance.now()
    try {
      disk.syncNow(file)
    } catch (cause) {
      throw failed(cause)
    } finally {
      haste.learn(performance.now() - startedAt)
    }
    return true
  }

  return {
    async sync() {
      if (standStill()) return
      if (running === null) return start()
      // The one under way may have begun before the last commit.
      next ??= running.then(startNext, startNext)
      return next
    },
    async close() {
      await Promise.allSettled([running, next])
      const open = file
      file = null
      if (open !== null) await closeFile(open)
    },
  }
}
