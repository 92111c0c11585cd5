import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { listBackups } from '#main/store/backup.ts'
import { applyMigrations, pendingMigrations } from '#main/store/migrate.ts'
import { migrations } from '#main/store/migrations/index.ts'
import { hashOf, type Migration, sqliteWords } from '#main/store/migrations/migration.ts'
import { prepareDatabase } from '#main/store/open.ts'
import { startMs } from '../support/engine.ts'
import { storeErrorOf } from '../support/store-error.ts'
import { temporaryDataDirectory } from '../support/temporary.ts'

const step = (number: number, ...statements: string[]): Migration => ({
  number,
  name: `step${number}`,
  statements: () => statements,
})
const first = step(10, 'CREATE TABLE a (id INTEGER)')
const second = step(20, 'CREATE TABLE b (id INTEGER)', 'INSERT INTO b VALUES (7)')

/** The start of each hash. Only ever append: databases out there hold these migrations. */
const landed = [
  [10, '31be7cdc58e59207'],
  [20, '7ff34b98b0f0fd6f'],
  [30, 'e3579c56d34291fa'],
  [40, '1a52ab371bf0e80c'],
  [50, '1571cb20af3a32a3'],
  [60, '93e84e970fa344b8'],
  [70, '495e7ba8aa8d65f3'],
  [80, '29b6a5967c15664e'],
  [90, 'b7a978578fea2dae'],
  [100, 'ae32fed11f5385df'],
  [110, 'f2da121a63706840'],
  [120, '5e39a4d60fc99666'],
  [130, '90911b8fc17633b1'],
  [140, '0d0640f59455e80c'],
  [141, '4cc44562a7e87a0f'],
  [150, '36fe4dc3a90d2f33'],
  [160, '2f2f4164719a7969'],
  [161, '80ba4b37ffaee9ca'],
  [170, '0bd5ba7cd0d32a34'],
  [180, 'aa5a936a0d30a161'],
  [200, '0f8c00d17878840c'],
  [210, '2e02961f388568cc'],
  [220, '67a526a411dc14d4'],
  [230, '5ccf4e404d682fb3'],
  [240, '20dd2b99074ac2a0'],
]

const tables = (database: Database.Database) =>
  database
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
    .all()
    .map(({ name }) => name)

describe('migrations', () => {
  test('are applied once each, in their order, and remembered with their hashes', () => {
    const database = new Database(':memory:')
    applyMigrations(database, pendingMigrations(database, [first]), startMs)
    expect(pendingMigrations(database, [first, second])).toEqual([second])
    applyMigrations(database, pendingMigrations(database, [first, second]), startMs + 1)
    expect(pendingMigrations(database, [first, second])).toEqual([])
    expect(database.prepare('SELECT * FROM migrations ORDER BY number').all()).toEqual([
      { number: 10, name: 'step10', hash: hashOf(first, sqliteWords), applied_at: startMs },
      { number: 20, name: 'step20', hash: hashOf(second, sqliteWords), applied_at: startMs + 1 },
    ])
  })

  test('are applied all or not at all', () => {
    const database = new Database(':memory:')
    const broken = step(20, 'CREATE TABLE b (id INTEGER)', 'CREATE TABLE b (id INTEGER)')
    expect(() => applyMigrations(database, [first, broken], startMs)).toThrow(/already exists/)
    expect(tables(database)).toEqual([])
  })

  test('that read differently than when they were applied are refused', async () => {
    const database = new Database(':memory:')
    applyMigrations(database, [first], startMs)
    const edited = step(10, 'CREATE TABLE a (id TEXT)')
    const error = await storeErrorOf('migration_edited', () => pendingMigrations(database, [edited, second]))
    expect(error.message).toContain('10 step10')
    await storeErrorOf('migration_edited', () => pendingMigrations(database, [second]))
  })

  test('may be indented otherwise', () => {
    const database = new Database(':memory:')
    applyMigrations(database, [first], startMs)
    const indented = step(10, '\n  CREATE TABLE a\n    (id INTEGER)  ')
    expect(pendingMigrations(database, [indented])).toEqual([])
  })

  test('of a newer Patchbay are refused, and the message says which', async () => {
    const database = new Database(':memory:')
    applyMigrations(database, [first, second], startMs)
    const error = await storeErrorOf('database_newer', () => pendingMigrations(database, [first]))
    expect(error.message).toMatch(/newer Patchbay.*20 step20.*up to 10/)
  })

  test('of the program are numbered upwards, each number once', () => {
    const numbers = migrations.map(({ number }) => number)
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  })

  test('read as they did when they were landed: a change goes into a new one', () => {
    const hashes = migrations.map((migration) => [
      migration.number,
      hashOf(migration, sqliteWords).slice(0, 16),
    ])
    expect(hashes).toEqual(landed)
  })

  test('exchange the text of a check, for all connections, and leave the schema closed', () => {
    const path = temporaryDataDirectory().database
    const checked = step(
      10,
      `CREATE TABLE a (word TEXT CHECK (word IN ('in', 'out'))) STRICT`,
      `INSERT INTO a VALUES ('in')`,
    )
    const exchanged: Migration = {
      number: 20,
      name: 'exchanged',
      editsSchema: true,
      statements: ({ replaceCheck }) =>
        replaceCheck('a', `(word IN ('in', 'out'))`, `(word = 'in' OR word = 'out')`),
    }
    const database = new Database(path)
    const beside = new Database(path)
    applyMigrations(database, [checked], startMs)
    expect(beside.prepare('SELECT word FROM a').all()).toEqual([{ word: 'in' }])
    applyMigrations(database, [exchanged], startMs)
    for (const connection of [database, beside]) {
      expect(() => connection.exec(`INSERT INTO a VALUES ('up')`)).toThrow(/word = 'in' OR word = 'out'/)
      connection.exec(`INSERT INTO a VALUES ('out')`)
    }
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(() => database.exec(`UPDATE sqlite_schema SET sql = ''`)).toThrow(/may not be modified/)
    database.close()
    beside.close()
  })

  test('undo an exchanged check when a later one fails', () => {
    const database = new Database(':memory:')
    const checked = step(10, `CREATE TABLE a (word TEXT CHECK (word IN ('in', 'out'))) STRICT`)
    const exchanged: Migration = {
      number: 20,
      name: 'exchanged',
      editsSchema: true,
      statements: ({ replaceCheck }) => replaceCheck('a', `(word IN ('in', 'out'))`, `(word = 'in')`),
    }
    applyMigrations(database, [checked], startMs)
    expect(() => applyMigrations(database, [exchanged, step(30, 'broken')], startMs)).toThrow(/syntax error/)
    database.exec(`INSERT INTO a VALUES ('out')`)
    expect(() => database.exec(`UPDATE sqlite_schema SET sql = ''`)).toThrow(/may not be modified/)
  })

  test('hold the status of a delivery against alternatives, which are cheaper than a list', () => {
    const database = new Database(':memory:')
    applyMigrations(database, pendingMigrations(database), startMs)
    const insert = database.prepare(
      `INSERT INTO deliveries (id, organization_id, event_id, webhook_id, kind, status, created_at) VALUES (?, '', '', '', 'event', ?, 0)`,
    )
    for (const status of ['delivered', 'exhausted', 'discarded']) insert.run(status, status)
    expect(() => insert.run('other', 'other')).toThrow(
      /CHECK constraint failed: status = 'waiting' OR status = 'sending' OR/,
    )
  })

  test('make strict tables only', () => {
    const database = new Database(':memory:')
    applyMigrations(database, pendingMigrations(database), startMs)
    const loose = database
      .prepare<[], { name: string }>(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
      )
      .all()
    expect(loose).toEqual([])
  })
})

describe('a database at the start', () => {
  test('is made when there is none, without a backup of nothing', async () => {
    const directory = temporaryDataDirectory()
    await prepareDatabase(directory, startMs)
    const database = new Database(directory.database)
    expect(tables(database)).toContain('deliveries')
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    database.close()
    expect(await listBackups(directory)).toEqual([])
  })

  test('is backed up as it was before it is migrated', async () => {
    const directory = temporaryDataDirectory()
    const old = new Database(directory.database)
    old.exec(`CREATE TABLE before_us (word TEXT); INSERT INTO before_us VALUES ('kept')`)
    old.close()
    await prepareDatabase(directory, startMs)
    const [backup, ...more] = await listBackups(directory)
    expect([backup?.reason, backup?.createdAt, more]).toEqual(['migration', startMs, []])
    const kept = new Database(backup?.path ?? '', { readonly: true })
    expect(tables(kept)).toEqual(['before_us'])
    kept.close()
  })

  test('that is up to date is neither changed nor backed up', async () => {
    const directory = temporaryDataDirectory()
    await prepareDatabase(directory, startMs)
    await prepareDatabase(directory, startMs + 1)
    expect(existsSync(directory.backups)).toBe(false)
  })

  test('of a newer Patchbay is left alone', async () => {
    const directory = temporaryDataDirectory()
    await prepareDatabase(directory, startMs)
    const database = new Database(directory.database)
    database.exec(`INSERT INTO migrations VALUES (99990, 'future', 'x', 1)`)
    database.close()
    await storeErrorOf('database_newer', () => prepareDatabase(directory, startMs))
    expect(await listBackups(directory)).toEqual([])
  })
})
