import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { giveWay } from './giving-way.ts'
import { openSqlite } from './sqlite.ts'

/** What the thread is started with. */
export interface CheckpointData {
  readonly path: string
}

/** Nothing is read here that would be needed again. */
const cacheKilobytes = 512

const run = (): void => {
  const host = parentPort
  if (host === null) throw new Error('The checkpoint thread is started as a thread by the host.')
  const { path }: CheckpointData = workerData
  giveWay()
  const database = openSqlite({ path, syncs: false })
  database.pragma(`cache_size = -${cacheKilobytes}`)
  database.pragma('busy_timeout = 0')
  host.on('message', (message: 'copy' | 'stop') => {
    if (message === 'stop') {
      database.close()
      host.close()
      return
    }
    try {
      database.pragma('wal_checkpoint(PASSIVE)')
    } catch (error) {
      // Somebody else copies, or the disk is full: whoever writes meets that too, and tells it. The next pass tries again.
      if (!(error instanceof Database.SqliteError)) throw error
    }
    host.postMessage('copied')
  })
}

run()
