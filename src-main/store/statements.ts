import type Database from 'better-sqlite3'

const cachedMax = 500

/**
 * Prepared statements of one connection, by their texts. What is asked for every event is written as a text: to build
 * such a query anew takes many times as long as to ask it. Texts come from the program, never from input.
 */
export interface Statements {
  all<Row>(text: string, ...values: readonly unknown[]): Row[]
  run(text: string, ...values: readonly unknown[]): void
  prepare(text: string): Database.Statement
}

export const statementsOf = (database: Database.Database): Statements => {
  const cached = new Map<string, Database.Statement>()

  const prepare = (text: string): Database.Statement => {
    const known = cached.get(text)
    if (known !== undefined) return known
    const statement = database.prepare(text)
    const oldest = cached.size >= cachedMax ? cached.keys().next().value : undefined
    if (oldest !== undefined) cached.delete(oldest)
    cached.set(text, statement)
    return statement
  }

  return {
    prepare,
    all<Row>(text: string, ...values: readonly unknown[]) {
      const typed: Database.Statement<unknown[], Row> = prepare(text) as Database.Statement<unknown[], Row>
      return typed.all(...values)
    },
    run(text, ...values) {
      prepare(text).run(...values)
    },
  }
}
