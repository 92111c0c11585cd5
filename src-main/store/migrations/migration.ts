import { createHash } from 'node:crypto'

/** The words in which the dialects differ. */
export interface DialectWords {
  /** 64-bit integer. */
  readonly integer: string
  readonly blob: string
  /** A primary key that counts up by itself. */
  readonly sequence: string
  /** What follows the closing parenthesis of a table. */
  readonly strict: string
  /** The same for tables that are clustered by their key. */
  readonly withoutRowid: string
}

export const sqliteWords: DialectWords = {
  integer: 'INTEGER',
  blob: 'BLOB',
  sequence: 'INTEGER PRIMARY KEY',
  strict: ' STRICT',
  withoutRowid: ' STRICT, WITHOUT ROWID',
}

/** One step of the schema. Numbered by tens; once released, never edited: its hash is checked at every start. */
export interface Migration {
  readonly number: number
  readonly name: string
  statements(words: DialectWords): readonly string[]
}

/** SHA-256 over the statements, white space folded, as hex. */
export const hashOf = (migration: Migration, words: DialectWords): string =>
  createHash('sha256')
    .update(
      migration
        .statements(words)
        .map((statement) => statement.replace(/\s+/g, ' ').trim())
        .join(';\n'),
    )
    .digest('hex')
