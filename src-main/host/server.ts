import { type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Problem } from '#contract/decision.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { Logger } from './log.ts'
import { knownProblem, problemOfCode, unforeseenProblem } from './problems.ts'
import { secureAnswer } from './security.ts'

/** The body of a request outside of the tenant API, bytes. */
export const bodyBytesMax = 1024 * 1024
const headerBytesMax = 16 * 1024
const requestTimeoutMs = 30_000
const headersTimeoutMs = 10_000
/** Streams send a sign of life every few seconds; what is silent for longer is dead. */
const silenceTimeoutMs = 60_000
const keepAliveTimeoutMs = 30_000
const connectionsMax = 1_024

const problemType = 'application/problem+json'

/** Sends an RFC 9457 problem. */
export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  secureAnswer(reply)
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds)
  // A body that was not read to its end would be taken for the next request.
  if (problem.code === 'payload_too_large') reply.header('connection', 'close')
  return reply.code(problem.status).type(problemType).send(JSON.stringify(problem))
}

let references = 0

/** The problem to answer with; what nobody foresaw is logged under a reference. */
export const problemOf = (error: unknown, log: Logger, where: string): Problem => {
  const known = knownProblem(error)
  if (known !== null) {
    if (known.status >= 500) log.warn({ where, code: known.code, err: error }, 'a request failed')
    return known
  }
  references += 1
  const reference = `${Date.now().toString(36)}-${references}`
  log.error({ reference, where, err: error }, 'an unforeseen error')
  return unforeseenProblem(reference)
}

/** What the HTTP parser could not read has no request and no reply: the answer is written by hand. */
const answerUnreadable = (error: Error & { code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = JSON.stringify({ ...problemOfCode('malformed'), status })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: ${problemType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** Where a problem of a path is answered in the form that its callers read. */
export type ErrorAnswer = (reply: FastifyReply, problem: Problem) => FastifyReply

/** What a server of Node is made with. */
export const serverLimits = {
  maxHeaderSize: headerBytesMax,
  headersTimeout: headersTimeoutMs,
  requestTimeout: requestTimeoutMs,
  connectionsCheckingInterval: 5_000,
} as const

/** The limits that can be set on a server only once it is there. */
export const limitServer = (server: Server): Server => {
  server.maxConnections = connectionsMax
  server.keepAliveTimeout = keepAliveTimeoutMs
  server.timeout = silenceTimeoutMs
  server.removeAllListeners('clientError')
  server.on('clientError', answerUnreadable)
  return server
}

/** The HTTP server without routes: limits, time-outs, and every error as a problem. */
export const createServer = (log: Logger): FastifyInstance => {
  const server = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: silenceTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    // The guard answers 503 with a problem while the host stops.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    http: serverLimits,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => {
      void sendProblem(reply, problemOf(error, log, request.method))
    },
  })
  limitServer(server.server)
  // A form of another site can send plain text without asking first.
  server.removeContentTypeParser('text/plain')
  server.setErrorHandler((error, request, reply) =>
    sendProblem(reply, problemOf(error, log, whereOf(request))),
  )
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, problemOfCode('not_found')))
  return server
}

/** Method and route of a request for the log; the URL itself may hold a one-time code. */
export const whereOf = ({ method, routeOptions }: FastifyRequest): string =>
  `${method} ${routeOptions.url ?? '(no route)'}`

/** Refuses while the host stops. */
export const refuseStopping = (): never => {
  throw new PatchbayError('stopping', { retryAfterSeconds: 1 })
}
