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

/**
 * The text in a form that keeps its plan. SQLite plans a statement with `column = ?` or `LIMIT ?` anew for each value that
 * is bound, in case 0 or 1 make a difference to the plan: that takes several times as long as a small query itself. It does
 * not look into `+?`. For texts that are asked often and whose plan depends on no value; the values themselves stay as
 * they are. Source: `sqlite3ExprIsInteger` in SQLite's `expr.c`, which marks the variables that a plan was made with.
 */
export const steady = (text: string): string => text.replaceAll(/(= |LIMIT )([?@])/g, '$1+$2')

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
