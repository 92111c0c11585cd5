import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { z } from 'zod'
import type { Verification, VerificationStyle } from '#main/delivery/verify.ts'
import { type CommandLine, type CommonFlags, collectWhole, parsed } from '../command.ts'
import { type Output, printError, UsageError } from '../output.ts'
import { secretFlag, secretsOf, styleFlag, styleSchema, verifyRequest } from './verify.ts'

interface ListenFlags extends CommonFlags {
  readonly port: string
  readonly secret?: readonly string[]
  readonly style?: string
  readonly status: string
  readonly count?: string
}

const bodyBytesMax = 1024 * 1024
const numbersSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  status: z.coerce.number().int().min(200).max(599),
  count: z.coerce.number().int().min(1).optional(),
})

interface Received {
  readonly at: string
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string | string[]>
  readonly body: string
  /** Null when no secret was given. */
  readonly verification: Verification | null
}

/** The body, or null when it is longer than anything that Patchbay sends. */
const readBody = async (request: IncomingMessage): Promise<Buffer | null> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const headersOf = ({ headers }: IncomingMessage): Received['headers'] =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )

const receive = (request: IncomingMessage, body: string, { secrets, style }: Expected): Received => {
  const headers = headersOf(request)
  return {
    at: new Date().toISOString(),
    method: request.method ?? '',
    path: request.url ?? '/',
    headers,
    body,
    verification:
      secrets.length === 0 ? null : verifyRequest({ headers, body }, secrets, { nowMs: Date.now(), style }),
  }
}

/** What requests are checked with. */
interface Expected {
  readonly secrets: readonly string[]
  readonly style: VerificationStyle | undefined
}

const verdictOf = ({ verification }: Received): string => {
  if (verification === null) return 'not checked: give --secret'
  if (verification.valid) return 'signature right'
  return `signature WRONG: ${verification.problems.map(({ message }) => message).join(' ')}`
}

const describe = (received: Received): string => {
  const { at, method, path, headers, body } = received
  return [
    `${at}  ${method} ${path}  ${verdictOf(received)}`,
    `  webhook-id ${headers['webhook-id'] ?? '(none)'}`,
    `  ${body}`,
    '',
  ].join('\n')
}

/** The local receiver. Resolves after `count` requests, or never. */
const startReceiver = async (
  { port, status, count }: z.infer<typeof numbersSchema>,
  { expected, show }: { expected: Expected; show: (received: Received) => void },
): Promise<{ url: string; server: Server; done: Promise<unknown> }> => {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  let seen = 0
  const answer = async (request: IncomingMessage): Promise<number> => {
    const body = await readBody(request)
    if (body === null) return 413
    show(receive(request, body.toString('utf8'), expected))
    return status
  }
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request).then((code) => {
      response.writeHead(code, { 'content-type': 'text/plain' }).end()
      seen += 1
      if (seen === count) response.once('close', () => resolve())
    }, reject)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.')
  return { url: `http://127.0.0.1:${address.port}`, server, done }
}

const run = async (flags: ListenFlags, output: Output): Promise<void> => {
  const numbers = parsed(numbersSchema, flags)
  const secrets = secretsOf(flags)
  // A wrong secret is found now and not at the first request.
  if (secrets.length > 0) verifyRequest({ headers: {}, body: '' }, secrets, { nowMs: Date.now() })
  const { url, server, done } = await startReceiver(numbers, {
    expected: { secrets, style: parsed(styleSchema, flags.style) },
    show: (received) => output.out(flags.json ? `${JSON.stringify(received)}\n` : `${describe(received)}\n`),
  })
  output.out(
    flags.json
      ? `${JSON.stringify({ listening: true, url })}\n`
      : `Listening on ${url}. A webhook reaches it where a network rule allows 127.0.0.1. Ctrl-C ends it.\n`,
  )
  const signal = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await Promise.race([done, signal])
  server.close()
  server.closeAllConnections()
}

export const addListenCommand = (line: CommandLine): void => {
  line.program
    .command('listen')
    .description('Receive webhooks on this machine and print them; with --json one document a line')
    .option('--port <number>', 'on 127.0.0.1; 0 picks a free one', '0')
    .option('--secret <secret>', secretFlag, collectWhole)
    .option('--style <style>', styleFlag)
    .option('--status <code>', 'what to answer', '200')
    .option('--count <number>', 'end after so many requests')
    .option('--json', 'print JSON')
    .action(async (flags: ListenFlags) => {
      try {
        await run(flags, line.output)
        line.exit(0)
      } catch (error) {
        const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
        const told = busy ? new UsageError(`Port ${flags.port} is in use already.`) : error
        line.exit(printError(told, { json: flags.json ?? false, output: line.output }))
      }
    })
}
