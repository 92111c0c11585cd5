import { rm } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findObstacle } from '#main/store/obstacle.ts'
import { engineFixture } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let files: FileStore
beforeEach(async () => {
  files = await fileStore()
})
afterEach(() => files.remove())

test('nothing is in the way of a database that is in use', async () => {
  const world = engineFixture({ store: files.connect() })
  await world.organization()
  expect(await findObstacle(files.path)).toBeNull()
})

test('another program that keeps the lock is, and one that writes for a moment is not', async () => {
  const other = new Database(files.path)
  other.exec('BEGIN IMMEDIATE')
  const looking = findObstacle(files.path)
  expect(await looking).toBe('The database is locked by another program.')
  const again = findObstacle(files.path)
  other.exec('ROLLBACK')
  expect(await again).toBeNull()
  other.close()
})

test('a file that is not there is', async () => {
  await rm(files.path)
  expect(await findObstacle(files.path)).toMatch(/^The database cannot be written: .+\.$/)
})

test('a write that failed for the machine is remembered until one succeeds', async () => {
  const store = files.connect()
  const world = engineFixture({ store })
  const full = new Database.SqliteError('database or disk is full', 'SQLITE_FULL')
  await expect(store.write(() => Promise.reject(full))).rejects.toBe(full)
  expect(store.trouble()).toBe('database or disk is full')
  await expect(store.write(() => Promise.reject(new Error('a mistake of ours')))).rejects.toThrow()
  expect(store.trouble()).toBe('database or disk is full')
  await world.organization()
  expect(store.trouble()).toBeNull()
})
