import { createCipher } from '#main/store/cipher.ts'
import type { ReadContext } from '#main/store/context.ts'
import { applyMigrations, pendingMigrations } from '#main/store/migrate.ts'
import { kyselyOver, openSqlite } from '#main/store/sqlite.ts'
import { statementsOf } from '#main/store/statements.ts'
import { startMs, testDataKey } from '../support/engine.ts'

/** An empty database that tells how it would answer. */
export const plannedDatabase = () => {
  const database = openSqlite({ path: ':memory:' })
  applyMigrations(database, pendingMigrations(database), startMs)
  const prepare = database.prepare.bind(database)
  let texts: string[] = []
  database.prepare = (text: string) => {
    texts.push(text)
    return prepare(text)
  }
  const planOf = (text: string): string => {
    const parameters = Array.from(text.matchAll(/\?/g), () => '')
    const steps = prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...parameters)
    return steps.map(({ detail }) => detail).join('\n')
  }
  const statements = statementsOf(database)
  const context: ReadContext = {
    db: kyselyOver(database, { statements }),
    statements,
    cipher: createCipher(testDataKey),
  }
  return {
    context,
    /** The plans of the statements that `work` prepares for the first time. */
    async plansOf(work: () => Promise<unknown>): Promise<string[]> {
      texts = []
      await work()
      return texts.map(planOf)
    },
    close: () => database.close(),
  }
}
