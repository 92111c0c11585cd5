import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { backUp, integrityProblems, listBackups, restore } from '#main/store/backup.ts'
import type { DataDirectory } from '#main/store/data-directory.ts'
import { connectStore, prepareDatabase } from '#main/store/open.ts'
import { startMs, testDataKey } from '../support/engine.ts'
import { storeErrorOf } from '../support/store-error.ts'
import { temporaryDataDirectory } from '../support/temporary.ts'

const minute = 60_000

const prepared = async (): Promise<DataDirectory> => {
  const directory = temporaryDataDirectory()
  await prepareDatabase(directory, startMs)
  return directory
}
const insert = async (directory: DataDirectory, name: string): Promise<void> => {
  const store = connectStore(directory.database, testDataKey)
  const organization = { id: `org_${name}`, name, plan: 'pro' as const, createdAt: 1 }
  await store.write((writer) => writer.organizations.insert(organization))
  await store.close()
}
const namesIn = async (path: string): Promise<string[]> => {
  const database = new Database(path, { readonly: true })
  const rows = database
    .prepare<[], { name: string }>(`SELECT name FROM organizations WHERE name <> '' ORDER BY name`)
    .all()
  database.close()
  return rows.map(({ name }) => name)
}

describe('a backup', () => {
  test('is whole while others are connected and what was committed is not in the file yet', async () => {
    const directory = await prepared()
    const store = connectStore(directory.database, testDataKey)
    const organization = { id: 'org_1', name: 'in the log', plan: 'pro' as const, createdAt: 1 }
    await store.write((writer) => writer.organizations.insert(organization))
    expect(statSync(`${directory.database}-wal`).size).toBeGreaterThan(0)
    const backup = await backUp(directory, 'manual', startMs)
    await store.close()
    expect(integrityProblems(backup.path)).toEqual([])
    expect(await namesIn(backup.path)).toEqual(['in the log'])
    expect(backup).toMatchObject({
      createdAt: startMs,
      reason: 'manual',
      sizeBytes: statSync(backup.path).size,
    })
  })

  test('does not hold a transaction that is not committed', async () => {
    const directory = await prepared()
    const database = new Database(directory.database)
    database.exec(`BEGIN IMMEDIATE; INSERT INTO organizations VALUES ('org_1', 'half', 'pro', 1)`)
    const backup = await backUp(directory, 'manual', startMs)
    database.exec('ROLLBACK')
    database.close()
    expect(await namesIn(backup.path)).toEqual([])
  })

  test('is listed newest first; what is unfinished or something else is not', async () => {
    const directory = await prepared()
    await backUp(directory, 'manual', startMs)
    await backUp(directory, 'daily', startMs + minute)
    writeFileSync(join(directory.backups, 'patchbay-20261120T100000000Z-manual.db.unfinished'), '')
    writeFileSync(join(directory.backups, 'holiday.jpg'), '')
    expect((await listBackups(directory)).map(({ createdAt, reason }) => [createdAt, reason])).toEqual([
      [startMs + minute, 'daily'],
      [startMs, 'manual'],
    ])
  })

  test('of each day is kept for a week, and takes no other backup with it', async () => {
    const directory = await prepared()
    await backUp(directory, 'manual', startMs - minute)
    for (let day = 0; day < 9; day += 1) await backUp(directory, 'daily', startMs + day * minute)
    const backups = await listBackups(directory)
    expect(backups.filter(({ reason }) => reason === 'daily').map(({ createdAt }) => createdAt)).toEqual(
      [8, 7, 6, 5, 4, 3, 2].map((day) => startMs + day * minute),
    )
    expect(backups.filter(({ reason }) => reason === 'manual')).toHaveLength(1)
  })
})

describe('restoring', () => {
  test('brings the backup back and keeps what was there, its log included', async () => {
    const directory = await prepared()
    await insert(directory, 'old')
    const backup = await backUp(directory, 'manual', startMs)
    await insert(directory, 'new')
    const { keptAs } = await restore(directory, backup.path)
    expect(await namesIn(directory.database)).toEqual(['old'])
    expect(await namesIn(keptAs ?? '')).toEqual(['new', 'old'])
    await prepareDatabase(directory, startMs)
  })

  test('works where the database is lost', async () => {
    const directory = await prepared()
    await insert(directory, 'old')
    const backup = await backUp(directory, 'manual', startMs)
    const empty = temporaryDataDirectory()
    expect(await restore(empty, backup.path)).toEqual({ keptAs: null })
    expect(await namesIn(empty.database)).toEqual(['old'])
  })

  test('works where the database is damaged, and keeps the damaged one', async () => {
    const directory = await prepared()
    await insert(directory, 'old')
    const backup = await backUp(directory, 'manual', startMs)
    writeFileSync(directory.database, 'scrambled')
    const { keptAs } = await restore(directory, backup.path)
    expect(readFileSync(keptAs ?? '', 'utf8')).toBe('scrambled')
    expect(await namesIn(directory.database)).toEqual(['old'])
  })

  test.each([
    ['text', (path: string) => writeFileSync(path, 'no database at all')],
    ['an empty file', (path: string) => writeFileSync(path, '')],
    [
      'a database of something else',
      (path: string) => {
        const database = new Database(path)
        database.exec('CREATE TABLE songs (id INTEGER)')
        database.close()
      },
    ],
  ])('refuses %s and leaves the database as it is', async (_what, make) => {
    const directory = await prepared()
    await insert(directory, 'present')
    const path = join(directory.root, 'wrong.db')
    make(path)
    await storeErrorOf('backup_invalid', () => restore(directory, path))
    expect(await namesIn(directory.database)).toEqual(['present'])
  })

  test('refuses a file that is not there', async () => {
    const directory = await prepared()
    await storeErrorOf('backup_invalid', () => restore(directory, join(directory.root, 'missing.db')))
    expect(existsSync(directory.database)).toBe(true)
  })
})
