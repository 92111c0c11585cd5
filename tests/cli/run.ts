import { expect } from 'vitest'
import { z } from 'zod'
import { runCommandLine } from '#main/cli/program.ts'
import { runHostOfAda } from '../host/running-host.ts'

/** What making a key or webhook prints. */
export const createdSchema = z.strictObject({ id: z.string(), secret: z.string() })
export const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Runs a command in this process: the same, without the second that a process of its own takes to start. */
export const run = async (args: readonly string[]) => {
  let out = ''
  let err = ''
  const code = await runCommandLine(args, {
    out(text) {
      out += text
    },
    err(text) {
      err += text
    },
  })
  return { code, out, err }
}

/** Runs a command with `--json` on a directory; it must succeed. */
export const on =
  (directory: string) =>
  async (...args: string[]): Promise<unknown> => {
    const { code, out, err } = await run([...args, '--data-dir', directory, '--json'])
    expect([code, err], args.join(' ')).toEqual([0, ''])
    return JSON.parse(out)
  }

/** As `on`, for a command that must fail. */
export const failingOn =
  (directory: string) =>
  async (...args: string[]) => {
    const { code, out, err } = await run([...args, '--data-dir', directory, '--json'])
    expect(out).toBe('')
    return { exit: code, ...errorSchema.parse(JSON.parse(err)).error }
  }

/** An installation of Harbour Hall that no host runs on any more. */
export const installation = async (): Promise<string> => {
  const { host } = await runHostOfAda()
  await host.stop()
  return host.dataDirectory
}
