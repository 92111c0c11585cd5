import type Database from 'better-sqlite3'

export type Value = string | number | Buffer | null

/** Rows per statement: few different ones, so that they stay prepared. */
const sizes = [256, 64, 16, 4, 1] as const

/**
 * Runs one statement for many rows. `text` gets the placeholders, `(?,?),(?,?)…`. The values of all rows come in
 * one list, `columns` for each; what they have in common is bound before.
 * @returns a function that answers how many rows were changed.
 */
export const createBulk = (
  database: Database.Database,
  text: (rows: string) => string,
  columns: number,
): ((values: readonly Value[], common?: readonly Value[]) => number) => {
  const row = `(${Array(columns).fill('?').join()})`
  const statements = sizes.map((size) => ({
    length: size * columns,
    statement: database.prepare<Value[]>(text(Array(size).fill(row).join())),
  }))
  return (values, common = []) => {
    let changed = 0
    let start = 0
    for (const { length, statement } of statements) {
      for (; values.length - start >= length; start += length) {
        changed += statement.run(...common, ...values.slice(start, start + length)).changes
      }
    }
    return changed
  }
}
