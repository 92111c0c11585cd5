import { AsyncLocalStorage } from 'node:async_hooks'
import { Server } from 'node:http'
import Database from 'better-sqlite3'

/** What was asked of the database. */
export interface Reading {
  readonly statements: string[]
  /** The length of all rows that came back, as JSON. */
  rowsLength: number
}

/** What is done for a connection knows what it has read so far; what is done by the clock knows nothing. */
const connection = new AsyncLocalStorage<Reading>()
let connections: Reading[] = []

const recordOn = (statement: Database.Statement, text: string): void => {
  for (const name of ['all', 'run', 'get'] as const) {
    const method = statement[name].bind(statement)
    const value = (...parameters: unknown[]) => {
      const found = method(...parameters)
      const reading = connection.getStore()
      if (reading !== undefined) {
        reading.statements.push(text)
        reading.rowsLength += JSON.stringify(found ?? null).length
      }
      return found
    }
    Object.defineProperty(statement, name, { value })
  }
}

/** From now on, what servers of this process ask the database for a connection is recorded. Call it before a host starts. */
export const recordReadings = (): void => {
  const { prepare } = Database.prototype
  Object.defineProperty(Database.prototype, 'prepare', {
    value(this: Database.Database, text: string) {
      const statement = prepare.call(this, text)
      recordOn(statement, text)
      return statement
    },
  })
  const { emit } = Server.prototype
  // All that follows from a connection happens in the context in which its server was told of it.
  Object.defineProperty(Server.prototype, 'emit', {
    value(this: Server, ...told: unknown[]) {
      if (told[0] !== 'connection') return Reflect.apply(emit, this, told)
      const reading: Reading = { statements: [], rowsLength: 0 }
      connections.push(reading)
      return connection.run(reading, () => Reflect.apply(emit, this, told))
    },
  })
}

/** What a call read, in its order. It must open a connection of its own, and nothing else may call meanwhile. */
export const readingOf = async <T>(call: () => Promise<T>): Promise<{ result: T } & Reading> => {
  connections = []
  const result = await call()
  const [reading, ...others] = connections
  if (reading === undefined || others.length > 0) throw new Error('A call opens one connection.')
  return { result, ...structuredClone(reading) }
}
