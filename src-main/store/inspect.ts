import { z } from 'zod'
import { integrityProblems } from './backup.ts'
import { pendingMigrations } from './migrate.ts'
import { openSqlite } from './sqlite.ts'

/** What somebody who looks after an installation wants to know of its database. */
export interface DatabaseInspection {
  /** What SQLite's check finds; empty when the file is sound. */
  readonly problems: readonly string[]
  /** Names of the migrations that are still to be applied. */
  readonly pendingMigrations: readonly string[]
  /** Deliveries that are due, and since when the oldest is, Unix ms. */
  readonly due: { readonly count: number; readonly oldestAt: number | null }
  /** Deliveries under a lease that ended: their worker died, and nobody has taken them back yet. */
  readonly abandoned: number
}

const dueSchema = z.object({ count: z.int(), oldestAt: z.int().nullable() })
const countSchema = z.object({ count: z.int() })

/**
 * Looks at a database without changing it, also while a host runs on it. `now` is Unix ms.
 * @throws StoreError `database_newer`, `migration_edited`.
 */
export const inspectDatabase = (path: string, now: number): DatabaseInspection => {
  const problems = integrityProblems(path)
  if (problems.length > 0) {
    return { problems, pendingMigrations: [], due: { count: 0, oldestAt: null }, abandoned: 0 }
  }
  const database = openSqlite({ path, readonly: true })
  try {
    const pending = pendingMigrations(database).map(({ number, name }) => `${number} ${name}`)
    if (pending.length > 0) {
      return { problems, pendingMigrations: pending, due: { count: 0, oldestAt: null }, abandoned: 0 }
    }
    const due = database
      .prepare(
        `SELECT count(*) AS count, min(due_at) AS oldestAt FROM deliveries WHERE status = 'waiting' AND due_at <= ?`,
      )
      .get(now)
    const abandoned = database
      .prepare(`SELECT count(*) AS count FROM deliveries WHERE status = 'sending' AND lease_until < ?`)
      .get(now)
    return {
      problems,
      pendingMigrations: pending,
      due: dueSchema.parse(due),
      abandoned: countSchema.parse(abandoned).count,
    }
  } finally {
    database.close()
  }
}
