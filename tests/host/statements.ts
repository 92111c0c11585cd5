import { AsyncLocalStorage } from 'node:async_hooks'
import { Server } from 'node:http'
import Database from 'better-sqlite3'

/** What is done for a connection knows the list of its statements; what is done by the clock knows none. */
const connection = new AsyncLocalStorage<string[]>()
let connections: string[][] = []

const recordOn = (statement: Database.Statement, text: string): void => {
  for (const name of ['all', 'run', 'get'] as const) {
    const method = statement[name].bind(statement)
    const value = (...parameters: unknown[]) => {
      connection.getStore()?.push(text)
      return method(...parameters)
    }
    Object.defineProperty(statement, name, { value })
  }
}

/** From now on, what servers of this process run for a connection is recorded. Call it before a host starts. */
export const recordStatements = (): void => {
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
      const statements: string[] = []
      connections.push(statements)
      return connection.run(statements, () => Reflect.apply(emit, this, told))
    },
  })
}

/** What a call ran, in its order. It must open a connection of its own, and nothing else may call meanwhile. */
export const statementsOf = async <T>(
  call: () => Promise<T>,
): Promise<{ result: T; statements: readonly string[] }> => {
  connections = []
  const result = await call()
  const [statements, ...others] = connections
  if (statements === undefined || others.length > 0) throw new Error('A call opens one connection.')
  return { result, statements: [...statements] }
}
