import { readFileSync } from 'node:fs'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https'
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net'
import { fileURLToPath } from 'node:url'

type AnyServer = Server | HttpsServer | TcpServer | Http2SecureServer

/** A server on 127.0.0.1 and a port of its own. */
export interface Receiver {
  readonly port: number
  /** Sockets that are open at the moment. */
  readonly sockets: ReadonlySet<Socket>
  /** Resolves when no connection is open any more. */
  drained(): Promise<void>
  close(): Promise<void>
}

const start = async (server: AnyServer): Promise<Receiver> => {
  const sockets = new Set<Socket>()
  let wake = (): void => {}
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      wake()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  const { port } = address
  return {
    port,
    sockets,
    async drained() {
      while (sockets.size > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export const startHttp = (listener: RequestListener): Promise<Receiver> => start(createServer(listener))

/** Speaks bytes instead of HTTP: `listener` is called with the socket when the first bytes of a request are there. */
export const startRaw = (listener: (socket: Socket) => void): Promise<Receiver> =>
  start(createTcpServer((socket) => socket.once('data', () => listener(socket))))

/** `listener` is called with the socket as soon as it is there, before it is said anything. */
export const startAccepting = (listener: (socket: Socket) => void): Promise<Receiver> =>
  start(createTcpServer((socket) => listener(socket.resume())))

const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url)), 'utf8')

/** The authority that signed `valid`, `expired` and `wrong-name`. */
export const testAuthority = (): string => fixture('ca.crt')

/** A client that the authority in `clientAuthority` knows. */
export const clientPair = () => ({ key: fixture('client.key'), cert: fixture('client.crt') })
export const clientAuthority = (): string => fixture('client-ca.crt')

export type Certificate = 'valid' | 'expired' | 'wrong-name' | 'self-signed'

const pair = (certificate: Certificate) => ({
  key: fixture(`${certificate}.key`),
  cert: fixture(`${certificate}.crt`),
})

export const startTls = (certificate: Certificate, listener: RequestListener): Promise<Receiver> =>
  start(createTlsServer(pair(certificate), listener))

/** Talks only to clients that `clientAuthority` knows. */
export const startMutualTls = (listener: RequestListener): Promise<Receiver> =>
  start(createTlsServer({ ...pair('valid'), ca: clientAuthority(), requestCert: true }, listener))

/** Speaks HTTP/2 only. */
export const startHttp2 = (): Promise<Receiver> => start(createSecureServer(pair('valid')))

export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export interface Received {
  headers: IncomingHttpHeaders
  body: Buffer
}
export const nothing: Received = { headers: {}, body: Buffer.of() }
type Answer = (response: ServerResponse, request: IncomingMessage, count: number) => void

/** Receivers that keep what they got, until they are closed. `notice` is told of each request. */
export const keepingReceivers = (notice: () => void) => {
  const receivers: Receiver[] = []
  return {
    /** One that answers as told; 200 when nothing is said. */
    async receive(answer: Answer = (response) => void response.end('ok')) {
      const received: Received[] = []
      const receiver = await startHttp(async (request, response) => {
        const body = await readBody(request)
        received.push({ headers: request.headers, body })
        answer(response, request, received.length)
        notice()
      })
      receivers.push(receiver)
      return { received, url: `http://127.0.0.1:${receiver.port}/hook`, receiver }
    },
    async close() {
      for (const receiver of receivers.splice(0)) await receiver.close()
    },
  }
}
