import type { Tables } from './schema.ts'
import type { Statements } from './statements.ts'

/** Rows per statement: few different numbers, so that they stay prepared. */
const chunkSizes = [256, 128, 64, 32, 16, 8, 4, 2, 1] as const
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
export const bulkInsert = <T extends keyof Tables & string>(
  statements: Statements,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  rows: readonly (readonly unknown[])[],
): void => {
  let start = 0
  for (const size of chunkSizes) {
    while (rows.length - start >= size) {
      statements.run(textOf(table, columns, size), ...rows.slice(start, start + size).flat())
      start += size
    }
  }
}
