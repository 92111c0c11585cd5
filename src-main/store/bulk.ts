import type { Tables } from './schema.ts'
import type { Statements } from './statements.ts'

/** Rows per statement: few different numbers, so that they stay prepared. */
const chunkSizes = [256, 128, 64, 32, 16, 8, 4, 2, 1] as const
/** In fewer rows it is not looked for what they have in common: the statements would differ each time. */
const commonRowsMin = 16
const texts = new Map<string, string>()
const textsMax = 500

/** `common`: the columns that have one value for all rows; it is bound once, before the others. */
const textOf = (
  table: string,
  columns: readonly string[],
  { common, rows }: { common: readonly boolean[]; rows: number },
): string => {
  const key = `${table}/${columns.join()}/${common.join()}/${rows}`
  const known = texts.get(key)
  if (known !== undefined) return known
  let own = 0
  const selected = columns.map((_, index) => {
    if (common[index]) return '?'
    own += 1
    return `column${own}`
  })
  const row = `(${Array(own).fill('?').join()})`
  const values = `VALUES ${Array(rows).fill(row).join()}`
  const source = own === columns.length ? values : `SELECT ${selected.join()} FROM (${values})`
  const text = `INSERT INTO ${table} (${columns.join()}) ${source}`
  if (texts.size >= textsMax) texts.clear()
  texts.set(key, text)
  return text
}

type Row = readonly unknown[]

/** Which columns have one value in all rows. One of them stays a column, so that there is something to select from. */
const commonOf = (columns: number, rows: readonly Row[]): boolean[] => {
  const [first] = rows
  const isLong = rows.length >= commonRowsMin
  return Array.from(
    { length: columns },
    (_, index) => isLong && index > 0 && rows.every((row) => row[index] === first?.[index]),
  )
}

/** What the rows do not have in common, one row after the other. A plain loop: it runs for every value that is written. */
const ownValues = (
  rows: readonly Row[],
  { common, start, end }: { common: readonly boolean[]; start: number; end: number },
): unknown[] => {
  const own: unknown[] = []
  for (let at = start; at < end; at += 1) {
    const row = rows[at] ?? []
    for (let column = 0; column < row.length; column += 1) if (!common[column]) own.push(row[column])
  }
  return own
}

/**
 * Inserts many rows with few statements. `rows` hold the values in the order of `columns`, the first of which tells
 * the rows apart. What all rows have in common is bound once: binding takes as long as inserting.
 * The names must come from the program, never from input: they are part of the statement.
 */
export const bulkInsert = <T extends keyof Tables & string>(
  statements: Statements,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  rows: readonly Row[],
): void => {
  const common = commonOf(columns.length, rows)
  const shared = (rows[0] ?? []).filter((_, index) => common[index])
  let start = 0
  for (const size of chunkSizes) {
    while (rows.length - start >= size) {
      const own = ownValues(rows, { common, start, end: start + size })
      statements.run(textOf(table, columns, { common, rows: size }), shared, own)
      start += size
    }
  }
}
