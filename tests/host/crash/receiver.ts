import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { onTestFinished } from 'vitest'
import type { Chance } from '#main/engine/demo/chance.ts'

/** What one webhook's address got. */
export interface Inbox {
  /** How often each `webhook-id` was answered 200 to the last byte, as far as the receiver knows. */
  readonly answered: ReadonlyMap<string, number>
  /** The body of each `webhook-id` that came, answered or not. */
  readonly bodies: ReadonlyMap<string, string>
  requests(): number
}

/** A receiver that answers, fails, hangs and resets by chance, and checks all that comes. */
export interface Receiver {
  /** An address with its own inbox. Nothing may come there before `expect` has told its secret. */
  inbox(name: string): Inbox & { readonly url: string; expect(secret: string): void }
  /** From now on it answers 200 to everything. */
  calmDown(): void
}

interface Box {
  readonly answered: Map<string, number>
  readonly bodies: Map<string, string>
  requests: number
  webhook: Webhook | null
}

type Answer = (response: ServerResponse, answered: () => void) => void

const answerWell: Answer = (response, answered) => {
  answered()
  response.writeHead(200, { 'content-type': 'text/plain' }).end('taken')
}

/** Each with its share of a hundred; what is left is answered well. */
const faults: readonly (readonly [number, Answer])[] = [
  [8, (response) => void response.writeHead(500).end('not now')],
  [6, (response) => void response.writeHead(503, { 'retry-after': '1' }).end('later')],
  [6, (response) => void response.socket?.resetAndDestroy()],
  [4, (response) => void response.socket?.end('HTTP/1.1 200 OK\r\nx-half: ')],
  [4, (response) => void response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')],
  // It hangs until the sender gives up or dies.
  [4, () => {}],
]

const pickAnswer = (chance: Chance): Answer => {
  let rest = chance.below(100)
  for (const [share, answer] of faults) {
    rest -= share
    if (rest < 0) return answer
  }
  return answerWell
}

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

export interface ReceiverParts {
  readonly chance: Chance
  /** Called after each request. */
  readonly onReceived: () => void
  /** Something came that should not have: a bad signature, another body under a known id. */
  readonly onProblem: (problem: string) => void
}

export const startReceiver = async ({ chance, onReceived, onProblem }: ReceiverParts): Promise<Receiver> => {
  const boxes = new Map<string, Box>()
  let calm = false

  const check = (box: Box, id: string, body: string, headers: Record<string, string>): void => {
    const known = box.bodies.get(id)
    if (known !== undefined && known !== body) onProblem(`${id} came with another body`)
    box.bodies.set(id, body)
    try {
      box.webhook?.verify(body, headers)
    } catch (error) {
      onProblem(`${id}: ${String(error)}`)
    }
  }

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readText(request)
    const box = boxes.get(request.url ?? '')
    const headers = headersOf(request)
    const id = headers['webhook-id'] ?? ''
    if (box === undefined || box.webhook === null) {
      onProblem(`${request.url} got ${id}`)
      response.writeHead(404).end()
      return
    }
    box.requests += 1
    check(box, id, body, headers)
    const answer = calm ? answerWell : pickAnswer(chance)
    answer(response, () => box.answered.set(id, (box.answered.get(id) ?? 0) + 1))
    onReceived()
  }

  const server = createServer((request, response) => {
    // The sender was killed half way through its request.
    receive(request, response).catch(() => {})
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
    inbox(name) {
      const box: Box = { answered: new Map(), bodies: new Map(), requests: 0, webhook: null }
      boxes.set(`/${name}`, box)
      return {
        url: `http://127.0.0.1:${address.port}/${name}`,
        answered: box.answered,
        bodies: box.bodies,
        requests: () => box.requests,
        expect(secret) {
          box.webhook = new Webhook(secret)
        },
      }
    },
    calmDown() {
      calm = true
    },
  }
}
