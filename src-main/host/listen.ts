import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Logger } from './log.ts'
import type { Listening } from './security.ts'
import { limitServer, serverLimits } from './server.ts'

/**
 * Where a host listens. Over a socket `launchToken` must come with every request; `loopbackPort` then opens the
 * same host to tenants of this machine, null leaves them out.
 */
export type ListenOn =
  | { readonly kind: 'tcp'; readonly port: number }
  | {
      readonly kind: 'socket'
      readonly path: string
      readonly launchToken: string
      readonly loopbackPort: number | null
    }

interface Surroundings {
  /** How long requests under way may take when the server closes. */
  readonly drainMs: number
  readonly log: Logger
  /** Gets, before anything listens, what closes it again. */
  onClose(close: () => Promise<void>): void
}

const loopback = '127.0.0.1'
const idleCheckMs = 25

const portOf = (server: Server): number => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
}

/** No new requests; those under way go on to their end, or to the limit. */
const closeGently = async (server: Server, drainMs: number, close: () => Promise<unknown>): Promise<void> => {
  const limit = setTimeout(() => server.closeAllConnections(), drainMs)
  // A connection that is kept alive would hold the server until its time-out.
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs)
  await close()
  clearTimeout(limit)
  clearInterval(idle)
}

const bind = async (server: Server, port: number): Promise<void> => {
  server.listen(port, loopback)
  await once(server, 'listening')
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

/** A second door to the same routes. When its port is taken, any free one: the window must open all the same. */
const openLoopback = async (
  server: FastifyInstance,
  port: number,
  { drainMs, log, onClose }: Surroundings,
): Promise<number> => {
  const beside = limitServer(createServer(serverLimits, (request, reply) => server.routing(request, reply)))
  onClose(async () => {
    if (!beside.listening) return
    const closed = once(beside, 'close')
    await closeGently(beside, drainMs, () => {
      beside.close()
      return closed
    })
  })
  try {
    await bind(beside, port)
  } catch (error) {
    if (!isTaken(error)) throw error
    log.warn({ port }, 'the port of the tenant API is taken; another one is used')
    await bind(beside, 0)
  }
  return portOf(beside)
}

/** @returns what the guard of the requests goes by. */
export const listen = async (
  server: FastifyInstance,
  on: ListenOn,
  surroundings: Surroundings,
): Promise<Listening> => {
  surroundings.onClose(() => closeGently(server.server, surroundings.drainMs, () => server.close()))
  if (on.kind === 'tcp') {
    await server.listen({ host: loopback, port: on.port })
    return { port: portOf(server.server), launchToken: null }
  }
  // A socket left by a host that was killed; nobody listens on it, for the directory's lock is ours.
  if (process.platform !== 'win32') rmSync(on.path, { force: true })
  await server.listen({ path: on.path })
  if (process.platform !== 'win32') chmodSync(on.path, 0o600)
  const port = on.loopbackPort === null ? null : await openLoopback(server, on.loopbackPort, surroundings)
  return { port, launchToken: on.launchToken }
}
