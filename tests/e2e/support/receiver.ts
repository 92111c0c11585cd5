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
  /** Resolves with the request of that number, counted from 1, as soon as it is there. */
  request(number: number): Promise<Received>
  stop(): Promise<void>
}

/** `statuses` are answered in turn, then 200 for ever. */
export const startReceiver = async (statuses: readonly number[] = []): Promise<Receiver> => {
  const received: Received[] = []
  const waiting: { number: number; resolve: (request: Received) => void }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const entry = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
      received.push(entry)
      response.writeHead(statuses[received.length - 1] ?? 200).end('ok')
      for (const { number, resolve } of waiting) if (number === received.length) resolve(entry)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.int() }).parse(server.address())
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
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
