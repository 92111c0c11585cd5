import type Database from 'better-sqlite3'

export type Value = string | number | Buffer | null

/** Rows per statement: few different ones, so that they stay prepared. */
const sizes = [256, 64, 16, 4, 1] as const

/**
 * Runs one statement for many rows. `text` gets the placeholders, `(?,?),(?,?)…`; each row has `columns` values.
 * @returns a function that answers how many rows were changed.
 */
export const createBulk = (
  database: Database.Database,
  text: (rows: string) => string,
  columns: number,
): ((rows: readonly Value[][]) => number) => {
  const row = `(${Array(columns).fill('?').join()})`
  const statements = sizes.map((size) => ({
    size,
    statement: database.prepare<Value[]>(text(Array(size).fill(row).join())),
  }))
  return (rows) => {
    let changed = 0
    let start = 0
    for (const { size, statement } of statements) {
      for (; rows.length - start >= size; start += size) {
        changed += statement.run(...rows.slice(start, start + size).flat()).changes
      }
    }
    return changed
  }
}
