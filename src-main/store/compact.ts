import { statfsSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { type Backup, backUp } from './backup.ts'
import type { DataDirectory } from './data-directory.ts'
import { StoreError } from './errors.ts'
import { pageBytes } from './sqlite.ts'

/** The backup, the copy that is made, and the journal of what it overwrites: each as large as the database. */
const copies = 3

export interface Compacted {
  readonly beforeBytes: number
  readonly afterBytes: number
  readonly backup: Backup
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/**
 * Writes the database anew without its gaps and in pages of the size of today, so that from then on unused space goes
 * back to the disk by itself.
 * A backup is made first. The caller holds the lock of the data directory.
 * @throws StoreError `disk_too_full`, before anything is written.
 */
export const compact = async (
  directory: DataDirectory,
  nowMs: number,
  freeBytes: number = freeBytesOf(directory.root),
): Promise<Compacted> => {
  const beforeBytes = bytesOf(directory.database) + bytesOf(`${directory.database}-wal`)
  const neededBytes = beforeBytes * copies
  if (freeBytes < neededBytes) {
    throw new StoreError(
      'disk_too_full',
      `Compacting needs ${neededBytes} bytes on the disk of ${directory.root}, and ${freeBytes} are free. Nothing was changed.`,
    )
  }
  const backup = await backUp(directory, 'manual', nowMs)
  const database = new Database(directory.database, { fileMustExist: true })
  try {
    // A copy in memory could be larger than that.
    database.pragma('temp_store = FILE')
    database.pragma('auto_vacuum = INCREMENTAL')
    // Pages can have another size only while there is no write-ahead log.
    database.pragma('journal_mode = DELETE')
    database.pragma(`page_size = ${pageBytes}`)
    database.exec('VACUUM')
    database.pragma('journal_mode = WAL')
  } finally {
    database.close()
  }
  return { beforeBytes, afterBytes: bytesOf(directory.database), backup }
}

const freeBytesOf = (path: string): number => {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}
