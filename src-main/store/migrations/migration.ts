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
  /**
   * Exchanges the text of a `CHECK` for one that says the same, so that no row has to be looked at. The names and texts
   * must come from the program.
   */
  replaceCheck(table: string, from: string, to: string): readonly string[]
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/**
 * SQLite has no statement for it, and documents this way for what leaves the rows as they are. Making and dropping a
 * table tells other connections that the schema is a new one.
 * Source: https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
 */
const replaceCheck: DialectWords['replaceCheck'] = (table, from, to) => [
  'PRAGMA writable_schema = ON',
  `UPDATE sqlite_schema SET sql = replace(sql, ${quoted(from)}, ${quoted(to)}) WHERE name = ${quoted(table)}`,
  'PRAGMA writable_schema = RESET',
  'CREATE TABLE schema_edited (number INTEGER)',
  'DROP TABLE schema_edited',
]

export const sqliteWords: DialectWords = {
  integer: 'INTEGER',
  blob: 'BLOB',
  sequence: 'INTEGER PRIMARY KEY',
  strict: ' STRICT',
  withoutRowid: ' STRICT, WITHOUT ROWID',
  replaceCheck,
}

/** One step of the schema. Numbered by tens; once released, never edited: its hash is checked at every start. */
export interface Migration {
  readonly number: number
  readonly name: string
  /** It edits the text of the schema, which is refused to all others. */
  readonly editsSchema?: true
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
