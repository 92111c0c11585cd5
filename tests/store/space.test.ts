import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { prepareDatabase } from '#main/store/open.ts'
import { pageBytes } from '#main/store/sqlite.ts'
import { engineFixture, startMs } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'
import { temporaryDataDirectory } from '../support/temporary.ts'

const filled = async () => {
  const files = await fileStore()
  const world = engineFixture({ store: files.connect() })
  const { id } = await world.organization()
  await world.deliveries(await world.webhook(id), 3_000, {
    status: 'delivered',
    dueAt: null,
    finishedAt: startMs,
  })
  await world.store.space.foldLog()
  return { files, world, organizationId: id }
}

test('what was removed is given back to the disk in steps, and the steps are short', async () => {
  const { files, world, organizationId } = await filled()
  const before = statSync(files.path).size
  world.clock.advance(100 * 24 * 3_600_000)
  expect(await world.engine.retention.prune(organizationId)).toMatchObject({ events: 3_000 })
  const { unusedBytes, givesBack } = world.store.space.measure()
  expect(givesBack).toBe(true)
  expect(unusedBytes).toBeGreaterThan(before / 3)
  expect(await world.store.space.giveBack(10)).toBe(10 * pageBytes)
  expect(world.store.space.measure().unusedBytes).toBe(unusedBytes - 10 * pageBytes)
  while ((await world.store.space.giveBack(200)) > 0);
  expect(await world.store.space.foldLog()).toBe(true)
  expect(world.store.space.measure()).toEqual({
    fileBytes: statSync(files.path).size,
    walBytes: 0,
    unusedBytes: 0,
    givesBack: true,
  })
  expect(statSync(files.path).size).toBeLessThan(before / 2)
  await files.remove()
})

test('a little unused space is kept for the next writes', async () => {
  const { files, world, organizationId } = await filled()
  world.clock.advance(100 * 24 * 3_600_000)
  await world.engine.retention.prune(organizationId)
  const { unusedBytes } = world.store.space.measure()
  await world.engine.retention.pruneDue()
  expect(world.store.space.measure().unusedBytes).toBeGreaterThan(unusedBytes / 2)
  await files.remove()
})

test('the log cannot be folded while somebody reads, and nobody waits for them', async () => {
  const { files, world } = await filled()
  await world.organization()
  const reader = new Database(files.path, { readonly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM organizations').get()
  await world.organization()
  const startedAt = performance.now()
  expect(await world.store.space.foldLog()).toBe(false)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  reader.close()
  expect(await world.store.space.foldLog()).toBe(true)
  await files.remove()
})

test('a database from before cannot give back, and is left as it is', async () => {
  const directory = await temporaryDataDirectory()
  const old = new Database(directory.database)
  old.pragma('journal_mode = WAL')
  old.close()
  await prepareDatabase(directory, startMs)
  const database = new Database(directory.database)
  expect(database.pragma('auto_vacuum', { simple: true })).toBe(0)
  database.close()
})
