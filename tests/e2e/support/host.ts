import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const readySchema = z.object({ ready: z.literal(true), url: z.string(), signInUrl: z.string() })

/** An engine host of its own, in a process of its own, on a data directory of its own. */
export interface Host {
  readonly url: string
  readonly signInUrl: string
  readonly dataDirectory: string
  /** Ends it as a crash would; the data directory stays. */
  kill(): Promise<void>
  /** Ends it and removes its data directory. */
  stop(): Promise<void>
}

export interface HostOptions {
  /** With the demo workspace in it, else empty. */
  readonly demo: boolean
  /** The directory and the address of a host that has ended; new ones when absent. */
  readonly again?: Pick<Host, 'url' | 'dataDirectory'>
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

const newDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'patchbay-e2e-'))

const demoVariable = 'PATCHBAY_TEST_DEMO'

/** Makes a directory with the demo workspace in it, for this process and those that it starts. */
export const prepareDemo = async (): Promise<string> => {
  const dataDirectory = await newDirectory()
  const host = await launch(dataDirectory, { demo: true })
  await host.end('SIGTERM')
  process.env[demoVariable] = dataDirectory
  return dataDirectory
}

/** Making the demo workspace takes longer than copying it. */
const copyDemo = async (): Promise<string> => {
  const dataDirectory = await newDirectory()
  await cp(z.string().parse(process.env[demoVariable]), dataDirectory, { recursive: true })
  return dataDirectory
}

/** Starts the built program. */
export const startHost = async ({ demo, again }: HostOptions): Promise<Host> => {
  const dataDirectory = again?.dataDirectory ?? (await (demo ? copyDemo() : newDirectory()))
  const { url, signInUrl, end } = await launch(dataDirectory, { demo, again })
  return {
    url,
    signInUrl,
    dataDirectory,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM')
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

const launch = async (dataDirectory: string, { demo, again }: HostOptions) => {
  const port = again ? new URL(again.url).port : '0'
  const flags = ['--data-dir', dataDirectory, '--port', port, '--json', ...(demo ? ['--demo'] : [])]
  const child = spawn(process.execPath, [join(program, 'serve.js'), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await exited
  }
  return { ...readySchema.parse(JSON.parse(await firstLine(child))), end }
}

/** Runs the command line on the host's directory and parses what it prints. */
export const patchbay = async <T>(
  host: Pick<Host, 'dataDirectory'>,
  answer: z.ZodType<T>,
  ...command: string[]
): Promise<T> => {
  const child = spawn(
    process.execPath,
    [join(program, 'cli.js'), ...command, '--data-dir', host.dataDirectory, '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  if (code !== 0) throw new Error(`patchbay ${command.join(' ')} ended with ${String(code)}: ${errors}`)
  return answer.parse(JSON.parse(output))
}
