import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

const root = fileURLToPath(new URL('../..', import.meta.url))
const organization = 'Harbour Hall'

/** The body of `POST /v1/events`, 1 KiB. */
export const eventOf = (note: string) => {
  const event = {
    type: 'attendee.registered',
    data: { email: 'nora.lind@northwind.example', answers: { note } },
  }
  event.data.answers.note = note.padEnd(1024 - JSON.stringify(event).length + note.length, '.')
  return event
}

export interface BenchHost {
  readonly pid: number
  readonly url: string
  readonly key: string
  /** Subscribes an address to the events until the returned function is called. */
  subscribe(url: string): Promise<() => Promise<void>>
  stop(): Promise<void>
}

/** The built host on the demo workspace in a directory, in a process of its own. */
export const serveDemo = async (directory: string) => {
  const serve = join(root, 'out/main/serve.js')
  const child = spawn(process.execPath, [serve, '--demo', '--data-dir', directory, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const kill = () => child.kill()
  process.once('exit', kill)
  const ended = once(child, 'exit').finally(() => process.off('exit', kill))
  const failed = ended.then(([code]) => {
    throw new Error(`The host ended with ${code}`)
  })
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), failed])
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line))
  if (child.pid === undefined) throw new Error('The host has no process.')
  failed.catch(() => {})
  return {
    pid: child.pid,
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A host on a demo workspace of its own, with all webhooks of the organization deleted, and a key. */
export const startHost = async (): Promise<BenchHost> => {
  const directory = mkdtempSync(join(tmpdir(), 'patchbay-bench-host-'))
  const { pid, url, stop } = await serveDemo(directory)
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
    pid,
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
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}
