import { close, fdatasync, open } from 'node:fs'
import { promisify } from 'node:util'
import { StoreError } from './errors.ts'

/**
 * The write-ahead log of a database, as far as it has to be on the disk. Connections commit with `synchronous=NORMAL`,
 * which leaves the file sound but does not wait for the disk, and wait here instead, so that no thread stands still
 * meanwhile and many commits share one wait. It is the same wait that `synchronous=FULL` has inside of each commit.
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
const syncData = promisify(fdatasync)
const closeFile = promisify(close)

/**
 * `path` of the database; a connection to it must have been opened before the first `sync`, and be closed after this.
 * `syncFile` waits until the disk has all of a file.
 */
export const openCommitLog = (path: string, syncFile = syncData): CommitLog => {
  let file: number | null = null
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  const run = async (): Promise<void> => {
    try {
      file ??= await openFile(`${path}-wal`, 'r+')
      await syncFile(file)
    } catch (cause) {
      throw new StoreError('sync_failed', 'The disk did not take what was written.', { cause })
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

  return {
    sync() {
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
