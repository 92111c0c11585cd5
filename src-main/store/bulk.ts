import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from './schema.ts'

/** Sizes of the statements: few different ones, so that they stay prepared. */
const chunkSizes = [256, 64, 16, 4, 1] as const
const texts = new Map<string, string>()

const textOf = (table: string, columns: readonly string[], rows: number): string => {
  const key = `${table}/${columns.join()}/${rows}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const row = `(${columns.map(() => '?').join()})`
  const text = `INSERT INTO ${table} (${columns.join()}) VALUES ${Array(rows).fill(row).join()}`
  texts.set(key, text)
  return text
}

/**
 * Inserts many rows with few statements. `rows` hold the values in the order of `columns`.
 * The names must come from the program, never from input: they are part of the statement.
 */
export const bulkInsert = async <T extends keyof Tables & string>(
  db: Kysely<Tables>,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  rows: readonly (readonly unknown[])[],
): Promise<void> => {
  let start = 0
  for (const size of chunkSizes) {
    while (rows.length - start >= size) {
      const parameters = rows.slice(start, start + size).flat()
      await db.executeQuery(CompiledQuery.raw(textOf(table, columns, size), parameters))
      start += size
    }
  }
}
