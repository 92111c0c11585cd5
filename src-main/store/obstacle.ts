import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'

const tries = 10
const betweenMs = 100

/** SQLite says it when another connection writes at the moment. */
const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/** Begins to write and thinks better of it. Waits for nobody. @returns whether somebody else was writing. */
const tryToWrite = (path: string): boolean => {
  const database = new Database(path, { fileMustExist: true, timeout: 0 })
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    database.close()
  }
}

/**
 * What keeps a database from being written at the moment, as a sentence; null when nothing does. It changes nothing,
 * and a lock must last for a second to count.
 */
export const findObstacle = async (path: string): Promise<string | null> => {
  try {
    accessSync(dirname(path), constants.W_OK)
    accessSync(path, constants.W_OK)
    for (let attempt = 0; attempt < tries; attempt += 1) {
      if (!tryToWrite(path)) return null
      await pause(betweenMs)
    }
    return 'The database is locked by another program.'
  } catch (error) {
    return `The database cannot be written: ${error instanceof Error ? error.message : String(error)}.`
  }
}
