import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const readySchema = z.object({ ready: z.literal(true), url: z.string(), signInUrl: z.string() })

/** An engine host of its own, in a process of its own, on a data directory of its own. */
export interface Host {
  readonly url: string
  readonly signInUrl: string
  readonly dataDirectory: string
  stop(): Promise<void>
}

const program = join(import.meta.dirname, '../../../out/main')

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (!child.stdout) throw new Error('The host has no output.')
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The host ended with ${String(code)} before it was ready.`)
  })
  const [line] = await Promise.race([once(lines, 'line'), ended])
  return z.string().parse(line)
}

/** Starts the built program. `demo`: with the demo workspace in it, else empty. */
export const startHost = async ({ demo }: { demo: boolean }): Promise<Host> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'patchbay-e2e-'))
  const flags = ['--data-dir', dataDirectory, '--port', '0', '--json', ...(demo ? ['--demo'] : [])]
  const child = spawn(process.execPath, [join(program, 'serve.js'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { url, signInUrl } = readySchema.parse(JSON.parse(await firstLine(child)))
  return {
    url,
    signInUrl,
    dataDirectory,
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** Runs the command line on the host's directory and parses what it prints. */
export const patchbay = async (host: Host, ...command: string[]): Promise<unknown> => {
  const child = spawn(
    process.execPath,
    [join(program, 'cli.js'), ...command, '--data-dir', host.dataDirectory, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`patchbay ${command.join(' ')} ended with ${String(code)}`)
  return JSON.parse(output)
}
