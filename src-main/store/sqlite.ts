import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { StoreError } from './errors.ts'
import type { Tables } from './schema.ts'
import { type Statements, statementsOf } from './statements.ts'
import type { WriteTurns } from './write-turns.ts'

/** How long a statement waits for another connection's transaction, ms. */
const busyTimeoutMs = 30_000

export interface SqliteOptions {
  readonly path: string
  readonly readonly?: boolean
  /** There is no table in it yet. */
  readonly isNew?: boolean
  /** False: whoever commits waits for the disk by the commit log instead. */
  readonly syncs?: boolean
}

/**
 * Of a new database, bytes. Twice what SQLite takes by itself: a commit writes whole pages to the log, two calls for each,
 * and events with their attempts fill them.
 */
export const pageBytes = 8_192

/** Of the write-ahead log; then a commit copies what the checkpoint thread has not copied yet, so that the log begins anew. */
const checkpointBytes = 64 * 1024 * 1024

/**
 * Opens one connection with the settings that the promises rest on: WAL, foreign keys, and
 * `synchronous=FULL`, so that a commit that returned survives a power cut, unless the commit log sees to that.
 */
export const openSqlite = ({
  path,
  readonly = false,
  isNew = false,
  syncs = true,
}: SqliteOptions): Database.Database => {
  const database = new Database(path, { readonly, timeout: busyTimeoutMs })
  // Before the first page is written, and for ever: later it takes a copy of the whole file.
  if (isNew) {
    database.pragma(`page_size = ${pageBytes}`)
    database.pragma('auto_vacuum = INCREMENTAL')
  }
  if (!readonly) {
    database.pragma('journal_mode = WAL')
    database.pragma(`synchronous = ${syncs ? 'FULL' : 'NORMAL'}`)
    const pages = checkpointBytes / Number(database.pragma('page_size', { simple: true }))
    database.pragma(`wal_autocheckpoint = ${pages}`)
  }
  database.pragma('foreign_keys = ON')
  database.pragma('cache_size = -32768')
  database.pragma('temp_store = MEMORY')
  return database
}

class SqliteConnection implements DatabaseConnection {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.#statements.prepare(query.sql)
    if (statement.reader) return { rows: this.#statements.all<R>(query.sql, ...query.parameters) }
    const { changes, lastInsertRowid } = statement.run(...query.parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield { rows: this.#statements.all<R>(query.sql, ...query.parameters) }
  }
}

/** A transaction that has to wait stands still for so long, which is mostly enough … */
const standStillMs = 4
/** … and then lets the thread do other things and looks again this often. */
const lockedRetryMs = 2

export const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/**
 * Transactions begin IMMEDIATE: a writer waits at its start, and never fails half way for a stale snapshot.
 * @throws StoreError `database_locked` while another program has kept the database locked for longer than the
 *   busy time-out.
 */
class SqliteDriver implements Driver {
  readonly #database: Database.Database
  readonly #connection: SqliteConnection
  readonly #turns: WriteTurns | null
  /** Since when no transaction could begin, as a `performance.now()`. */
  #lockedSince: number | null = null

  constructor(database: Database.Database, { statements, turns }: Required<KyselyParts>) {
    this.#database = database
    this.#connection = new SqliteConnection(statements)
    this.#turns = turns
  }

  async init(): Promise<void> {}
  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#turns?.take()
    try {
      await this.#begin(connection)
    } catch (error) {
      this.#turns?.end()
      throw error
    }
  }

  async #begin(connection: DatabaseConnection): Promise<void> {
    while (!(await this.#tryToBegin(connection))) {
      this.#lockedSince ??= performance.now()
      if (performance.now() - this.#lockedSince > busyTimeoutMs) {
        throw new StoreError('database_locked', 'The database is locked by another program.')
      }
      await wait(lockedRetryMs)
    }
    this.#lockedSince = null
  }

  async #tryToBegin(connection: DatabaseConnection): Promise<boolean> {
    try {
      await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'))
      return true
    } catch (error) {
      if (isBusy(error)) return false
      throw error
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'))
    this.#turns?.end()
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the first error.
      if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw('ROLLBACK'))
    } finally {
      this.#turns?.end()
    }
  }
  async releaseConnection(): Promise<void> {}
  async destroy(): Promise<void> {
    this.#database.close()
  }
}

interface KyselyParts {
  /** Of the same connection. */
  readonly statements?: Statements
  /** What its transactions wait for first. */
  readonly turns?: WriteTurns | null
}

/** Kysely over one better-sqlite3 connection, with cached statements. */
export const kyselyOver = (
  database: Database.Database,
  { statements = statementsOf(database), turns = null }: KyselyParts = {},
): Kysely<Tables> => {
  // A thread that stands still for another program's transaction answers nobody.
  if (!database.readonly) database.pragma(`busy_timeout = ${standStillMs}`)
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver(database, { statements, turns }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
  return new Kysely<Tables>({ dialect })
}
