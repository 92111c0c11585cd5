import { execFile, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Pool } from 'undici'
import { z } from 'zod'
import type { Sink } from './delivery.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const organization = 'Harbour Hall'
const clients = 64
/** Batches of 500 are large: more of them at once are refused as too many. */
const batchClients = 4

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The body of `POST /v1/events`, 1 KiB. */
const eventOf = (note: string) => {
  const event = {
    type: 'attendee.registered',
    data: { email: 'nora.lind@northwind.example', answers: { note } },
  }
  event.data.answers.note = note.padEnd(1024 - JSON.stringify(event).length + note.length, '.')
  return event
}

export interface BenchHost {
  readonly url: string
  readonly key: string
  /** Subscribes an address to the events until the returned function is called. */
  subscribe(url: string): Promise<() => Promise<void>>
  stop(): Promise<void>
}

/** The built host on a demo workspace of its own, with all webhooks of the organization deleted, and a key. */
export const startHost = async (): Promise<BenchHost> => {
  const directory = mkdtempSync(join(tmpdir(), 'patchbay-bench-host-'))
  const serve = join(root, 'out/main/serve.js')
  const child = spawn(process.execPath, [serve, '--demo', '--data-dir', directory, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  const [line] = await new Promise<string[]>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text]))
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}`)))
  })
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line ?? ''))
  const patchbay = async <T>(schema: z.ZodType<T>, ...words: string[]): Promise<T> => {
    const where = ['--data-dir', directory, '--organization', organization, '--json']
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(root, 'out/main/cli.js'),
      ...words,
      ...where,
    ])
    return schema.parse(JSON.parse(stdout))
  }
  const found = z.object({ items: z.array(z.object({ id: z.string() })) })
  const { items } = await patchbay(found, 'webhooks', 'list', '--limit', '200')
  if (items.length > 0) await patchbay(z.unknown(), 'webhooks', 'delete', ...items.map(({ id }) => id))
  const keyWords = ['keys', 'create', '--name', 'bench', '--environment', 'production', '--scope', 'api']
  const { secret } = await patchbay(z.object({ secret: z.string() }), ...keyWords)
  return {
    url,
    key: secret,
    async subscribe(target) {
      const words = ['webhooks', 'create', '--url', target, '--events', 'attendee.*', '--concurrency', '64']
      const { id } = await patchbay(z.object({ id: z.string() }), ...words)
      return async () => {
        await patchbay(z.unknown(), 'webhooks', 'delete', id)
      }
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true })
    },
  }
}

interface Load {
  readonly url: string
  readonly key: string
  readonly path: string
  readonly body: string
  readonly requests: number
  readonly clients: number
}

/** Sends the same request again and again from several clients. @returns requests per second. */
const postAll = async ({ url, key, path, body, requests, clients }: Load): Promise<number> => {
  const pool = new Pool(url, { connections: clients, pipelining: 1 })
  const headers = { 'content-type': 'application/json', 'x-api-key': key }
  let left = requests
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      const { statusCode, body: answer } = await pool.request({ path, method: 'POST', headers, body })
      const text = await answer.text()
      if (statusCode !== 202) throw new Error(`${statusCode} ${text}`)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - startedAt) / 1000
  await pool.close()
  return requests / seconds
}

/** Events per second that are accepted, durably, by single POSTs; nobody subscribes to them. */
export const measureAccepting = ({ url, key }: BenchHost, requests: number): Promise<number> =>
  postAll({ url, key, path: '/v1/events', body: JSON.stringify(eventOf('x')), requests, clients })

/** The same requests to a Fastify route that only parses the body. */
export const measureParsing = async (requests: number): Promise<number> => {
  const child = fork(fileURLToPath(new URL('./parse-only.ts', import.meta.url)))
  const { port } = await new Promise<{ port: number }>((resolve) =>
    child.once('message', (message: { port: number }) => resolve(message)),
  )
  const url = `http://127.0.0.1:${port}`
  const body = JSON.stringify(eventOf('x'))
  const perSecond = await postAll({ url, key: 'none', path: '/v1/events', body, requests, clients })
  child.disconnect()
  return perSecond
}

/** Events per second from the first request to the last receipt at the sink. `batch` 1: single POSTs. */
export const measureEndToEnd = async (
  { url, key }: BenchHost,
  sink: Sink,
  total: number,
  batch: number,
): Promise<number> => {
  const event = eventOf('x')
  const body = JSON.stringify(batch === 1 ? event : { events: Array(batch).fill(event) })
  const path = batch === 1 ? '/v1/events' : '/v1/events/batch'
  const before = await sink.count()
  const startedAt = performance.now()
  await postAll({
    url,
    key,
    path,
    body,
    requests: total / batch,
    clients: batch === 1 ? clients : batchClients,
  })
  while ((await sink.count()) - before < total) await wait(5)
  return total / ((performance.now() - startedAt) / 1000)
}

/** Milliseconds from the request of an event to its receipt, at a steady rate. */
export const measureLatency = async (
  host: BenchHost,
  perSecond: number,
  seconds: number,
): Promise<number[]> => {
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const receiver = createServer(async (request, response) => {
    const at = performance.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.end()
    const note = /"note":"(\d+)\./.exec(Buffer.concat(chunks).toString())?.[1] ?? ''
    latencies.push(at - (sentAt.get(note) ?? Number.NaN))
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const address = receiver.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const unsubscribe = await host.subscribe(`http://127.0.0.1:${address.port}/`)
  const pool = new Pool(host.url, { connections: clients })
  const headers = { 'content-type': 'application/json', 'x-api-key': host.key }
  const total = perSecond * seconds
  const startedAt = performance.now()
  for (let number = 0; number < total; number += 1) {
    const early = startedAt + (number * 1000) / perSecond - performance.now()
    if (early > 0) await wait(early)
    sentAt.set(String(number), performance.now())
    const body = JSON.stringify(eventOf(`${number}.`))
    pool
      .request({ path: '/v1/events', method: 'POST', headers, body })
      .then(({ body: answer }) => answer.dump())
      .catch((error: unknown) => console.error(error))
  }
  while (latencies.length < total) await wait(5)
  await unsubscribe()
  await pool.close()
  receiver.close()
  receiver.closeAllConnections()
  return latencies.sort((left, right) => left - right)
}
