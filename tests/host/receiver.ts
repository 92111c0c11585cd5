import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

export interface ReceivedRequest {
  readonly id: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** A receiver of webhooks in the test, that answers when it is told to. */
export interface Receiver {
  readonly url: string
  /** Everything that came, in its order. */
  readonly requests: readonly ReceivedRequest[]
  /** How many wait for their answer. */
  waiting(): number
  /** The `webhook-id`s that were answered 200. */
  readonly answered: ReadonlySet<string>
  /** Answers 200 to so many that wait. */
  answer(count: number): void
  /** Answers 200 to everything, now and from now on. */
  answerAll(): void
  /** Resolves as soon as the condition holds; it is asked after every request. */
  until(condition: () => boolean): Promise<void>
}

export const startReceiver = async (): Promise<Receiver> => {
  const requests: ReceivedRequest[] = []
  const answered = new Set<string>()
  let held: { id: string; response: ServerResponse }[] = []
  let holding = true
  let waiters: { condition: () => boolean; resolve: () => void }[] = []

  const look = (): void => {
    waiters = waiters.filter(({ condition, resolve }) => {
      if (!condition()) return true
      resolve()
      return false
    })
  }
  const accept = ({ id, response }: { id: string; response: ServerResponse }): void => {
    if (response.destroyed) return
    response.writeHead(200).end()
    answered.add(id)
  }
  const answer = (count: number): void => {
    for (const one of held.splice(0, count)) accept(one)
    look()
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      const id = headers['webhook-id'] ?? ''
      requests.push({ id, headers, body: Buffer.concat(chunks).toString('utf8') })
      if (holding) held.push({ id, response })
      else accept({ id, response })
      look()
    })
    response.on('close', () => {
      held = held.filter((one) => one.response !== response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    requests,
    answered,
    waiting: () => held.length,
    answer,
    answerAll() {
      holding = false
      answer(held.length)
    },
    until: (condition) =>
      new Promise((resolve) => {
        waiters.push({ condition, resolve })
        look()
      }),
  }
}
