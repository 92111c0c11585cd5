import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const program = join(import.meta.dirname, '..', '..', 'src-main')

/** A part of the program in a process of its own, from source. */
export interface Spawned {
  readonly child: ChildProcess
  /** The next line of stdout. Rejects when the process ends before. */
  line(): Promise<string>
  /** Everything on stderr until now. */
  errors(): string
  /** The exit code, or the signal that ended it. */
  ended(): Promise<number | string | null>
  /** Everything that was on stdout and not taken as a line, once it ended. */
  rest(): Promise<string>
}

/** Runs `serve.ts` or `cli.ts`. What still runs when the test ends is killed. */
export const spawnProgram = (
  file: 'serve.ts' | 'cli.ts',
  args: readonly string[],
  options: { environment?: Record<string, string>; stdin?: 'ignore' | 'pipe' } = {},
): Spawned => {
  const child = spawn(process.execPath, [join(program, file), ...args], {
    env: { ...process.env, ...options.environment },
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  const exit = once(child, 'close').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? null,
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exit
  })
  if (!child.stdout) throw new Error('The process has no output.')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    child,
    async line() {
      const { value, done } = await lines.next()
      if (done) throw new Error(`The process ended with ${await exit}: ${errors}`)
      return value
    },
    errors: () => errors,
    ended: () => exit,
    async rest() {
      const rest: string[] = []
      for (let next = await lines.next(); !next.done; next = await lines.next()) rest.push(next.value)
      await exit
      return rest.join('\n')
    },
  }
}

export const readySchema = z.object({
  ready: z.literal(true),
  url: z.string().nullable(),
  signInUrl: z.string().nullable(),
})

/** A host in a process of its own, ready. */
export const spawnHost = async (dataDirectory: string, ...flags: string[]) => {
  const spawned = spawnProgram('serve.ts', ['--data-dir', dataDirectory, '--port', '0', '--json', ...flags])
  const ready = readySchema.parse(JSON.parse(await spawned.line()))
  return { ...spawned, url: ready.url ?? '', signInUrl: ready.signInUrl ?? '' }
}

/** Runs a command to its end. */
export const runCommand = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const command = spawnProgram('cli.ts', args, { environment })
  const out = await command.rest()
  return { code: await command.ended(), out, err: command.errors() }
}
