import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A webhook endpoint on loopback that keeps what it got. */
export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** Answers the next requests with these statuses in turn, and then with 200 for ever. */
  answer(...statuses: number[]): void
  /** Answers nobody until the function that it returns is called. */
  hold(): () => void
  /** Resolves with the request of that number, counted from 1, as soon as it is there. */
  request(number: number): Promise<Received>
  stop(): Promise<void>
}

export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = []
  const statuses: number[] = []
  let gate: Promise<void> = Promise.resolve()
  const waiting: { number: number; resolve: (request: Received) => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const entry = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      received.push(entry)
      const status = statuses.shift() ?? 200
      response.writeHead(status, { 'content-type': 'text/plain' })
      void gate.then(() => response.end(status < 300 ? 'taken' : 'not now'))
      for (const { number, resolve } of waiting) if (number === received.length) resolve(entry)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.int() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: (...next) => void statuses.push(...next),
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    request: (number) =>
      new Promise((resolve) => {
        const there = received[number - 1]
        if (there) resolve(there)
        else waiting.push({ number, resolve })
      }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const headersSchema = z.object({
  'webhook-id': z.string(),
  'webhook-timestamp': z.string(),
  'webhook-signature': z.string(),
})

/** The three headers of Standard Webhooks. Fails when one is missing. */
export const signatureHeaders = ({ headers }: Received) => headersSchema.parse(headers)
