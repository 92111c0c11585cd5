import type Database from 'better-sqlite3'
import { z } from 'zod'
import { StoreError } from './errors.ts'
import { migrations as allMigrations } from './migrations/index.ts'
import { hashOf, type Migration, sqliteWords } from './migrations/migration.ts'

const appliedSchema = z.array(z.object({ number: z.int(), name: z.string(), hash: z.string() }))

/** The migrations that a database has behind it. Empty for a new file. */
const readApplied = (database: Database.Database): z.infer<typeof appliedSchema> => {
  const table = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'migrations'`).get()
  if (table === undefined) return []
  return appliedSchema.parse(
    database.prepare('SELECT number, name, hash FROM migrations ORDER BY number').all(),
  )
}

/**
 * The migrations that are still to be applied.
 * @throws StoreError `database_newer` when a later version of Patchbay wrote the database,
 *   `migration_edited` when a migration that was applied reads differently today.
 */
export const pendingMigrations = (
  database: Database.Database,
  known: readonly Migration[] = allMigrations,
): readonly Migration[] => {
  const applied = readApplied(database)
  const newest = known.at(-1)?.number ?? 0
  for (const { number, name, hash } of applied) {
    if (number > newest) {
      throw new StoreError(
        'database_newer',
        `This database was written by a newer Patchbay (it has migration ${number} ${name}; this one knows up to ${newest}). Install that version or restore an older backup.`,
      )
    }
    const migration = known.find((candidate) => candidate.number === number)
    if (!migration || hashOf(migration, sqliteWords) !== hash) {
      throw new StoreError(
        'migration_edited',
        `Migration ${number} ${name} is not the one that this database was made with. Use the Patchbay that made it, or restore a backup.`,
      )
    }
  }
  const last = applied.at(-1)?.number ?? 0
  return known.filter(({ number }) => number > last)
}

const execute = (database: Database.Database, migration: Migration): void => {
  database.unsafeMode(migration.editsSchema === true)
  try {
    for (const statement of migration.statements(sqliteWords)) database.exec(statement)
  } finally {
    database.unsafeMode(false)
  }
}

/** Applies the migrations in one transaction: all of them or none. */
export const applyMigrations = (
  database: Database.Database,
  pending: readonly Migration[],
  nowMs: number,
): void => {
  database
    .transaction(() => {
      database.exec(
        'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
      )
      const record = database.prepare('INSERT INTO migrations VALUES (?, ?, ?, ?)')
      for (const migration of pending) {
        execute(database, migration)
        record.run(migration.number, migration.name, hashOf(migration, sqliteWords), nowMs)
      }
    })
    .immediate()
}
