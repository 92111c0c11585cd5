import { statSync } from 'node:fs'
import type Database from 'better-sqlite3'
import type { DatabaseSize } from '#contract/retention.ts'

/** What `PRAGMA auto_vacuum` answers where pages can be given back step by step. */
const incremental = 2

/** The room that a database takes, and giving back what it does not use. */
export interface Space {
  measure(): DatabaseSize
  /** Gives up to so many unused pages back to the disk, in one short transaction. @returns how many bytes. */
  giveBack(pagesMax: number): Promise<number>
  /**
   * Empties the write-ahead log into the file, so that what was overwritten is nowhere any more.
   * @returns false when somebody reads from the log at the moment: try again soon. It never waits.
   */
  foldLog(): Promise<boolean>
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** `alone` runs its work while no transaction is open on `readWrite`. */
export const spaceOf = (
  readWrite: Database.Database,
  alone: <T>(work: () => Promise<T>) => Promise<T>,
): Space => {
  const number = (pragma: string): number => Number(readWrite.pragma(pragma, { simple: true }))
  const unusedBytes = (): number => number('freelist_count') * number('page_size')
  const givesBack = (): boolean => number('auto_vacuum') === incremental
  return {
    measure: () => ({
      fileBytes: readWrite.memory ? number('page_count') * number('page_size') : bytesOf(readWrite.name),
      walBytes: readWrite.memory ? 0 : bytesOf(`${readWrite.name}-wal`),
      unusedBytes: unusedBytes(),
      givesBack: givesBack(),
    }),
    giveBack: (pagesMax) =>
      alone(async () => {
        const before = unusedBytes()
        // One page for each step of the statement: `exec` takes them all.
        if (givesBack() && before > 0) readWrite.exec(`PRAGMA incremental_vacuum(${pagesMax})`)
        return before - unusedBytes()
      }),
    foldLog: () =>
      alone(async () => {
        const timeout = number('busy_timeout')
        readWrite.pragma('busy_timeout = 0')
        try {
          return number('wal_checkpoint(TRUNCATE)') === 0
        } finally {
          readWrite.pragma(`busy_timeout = ${timeout}`)
        }
      }),
  }
}
