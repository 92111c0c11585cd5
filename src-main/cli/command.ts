import { type Command, InvalidArgumentError } from 'commander'
import type { z } from 'zod'
import { PatchbayError } from '#main/engine/errors.ts'
import { invalidInput } from '#main/host/problems.ts'
import { type Output, printError, printReport, type Report } from './output.ts'

/** Where the commands hang, and where they write. */
export interface CommandLine {
  readonly program: Command
  readonly output: Output
  /** The exit code of the process. */
  exit(code: number): void
}

export interface CommonFlags {
  readonly json?: true
}

/** Runs a command: prints its report or its error, and sets the exit code. */
export const report = async (
  { output, exit }: CommandLine,
  { json = false }: { readonly json?: boolean },
  work: () => Promise<Report>,
): Promise<void> => {
  try {
    const done = await work()
    printReport(done, { json, output })
    exit(done.exitCode ?? 0)
  } catch (error) {
    exit(printError(error, { json, output }))
  }
}

export const addDataFlags = (command: Command): Command =>
  command
    .option('--data-dir <dir>', 'where the data lives; the place for application data when absent')
    .option('--demo', 'work on the demo workspace')
    .option('--json', 'print one JSON document')

export const addPlaceFlags = (command: Command): Command =>
  addDataFlags(command)
    .option('--organization <name>', 'name or id; may be left out where there is only one')
    .option('--occasion <name>', 'name or id of an occasion of the organization')

/** Parses what a person typed by the schema of the contract. @throws PatchbayError `invalid`. */
export const parsed = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const { data, error } = schema.safeParse(input)
  if (error) throw invalidInput(error.issues)
  return data
}

/** Parses JSON that a person typed or saved. @throws PatchbayError `malformed`. */
export const parsedJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : ''
    throw new PatchbayError('malformed', { detail: `${what} is not JSON: ${why}`, cause })
  }
}

/** Collects a flag that may come several times, or once with commas. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').map((part) => part.trim()),
]

/** Collects a flag that may come several times, each as it is. */
export const collectWhole = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
]

/** A time as ISO 8601, to Unix ms. */
export const readTime = (text: string): number => {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give a time like 2027-01-31T18:00:00Z.')
  return at
}

/** The schema of what a procedure of the contract takes. */
export const inputOf = <Schema>(schema: Schema | undefined): Schema => {
  if (schema === undefined) throw new Error('The procedure takes no input.')
  return schema
}
