import { openCountMax } from '#contract/settings.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import { StoreError } from '#main/store/errors.ts'

/** Wrong flags, or flags that do not go together. */
export class UsageError extends Error {}

/** Where the command line writes. Tests pass their own. */
export interface Output {
  out(text: string): void
  err(text: string): void
}

/** The process's own. */
export const processOutput: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
}

/** What a command says: as one JSON document, or to a person. */
export interface Report {
  readonly document: unknown
  readonly lines: readonly string[]
  /** 0 when absent. */
  readonly exitCode?: number
}

const exitCodes = { failed: 1, usage: 2 } as const

export const printReport = (
  { document, lines }: Report,
  { json, output }: { json: boolean; output: Output },
): void => output.out(json ? `${JSON.stringify(document)}\n` : lines.map((line) => `${line}\n`).join(''))

const describe = (error: unknown): { code: string; message: string; [more: string]: unknown } => {
  if (error instanceof PatchbayError) {
    const { code, message, fields, decision } = error
    const paths = fields?.map(({ path, message: text }) => `${path}: ${text}`).join('; ')
    return {
      code,
      message: paths && error.detail === undefined ? `${message} ${paths}` : message,
      ...(fields !== undefined && { errors: fields }),
      ...(decision !== undefined && { decision }),
    }
  }
  if (error instanceof StoreError) return { code: error.code, message: error.message }
  if (error instanceof UsageError) return { code: 'usage', message: error.message }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

/** Prints an error. @returns the exit code. */
export const printError = (error: unknown, { json, output }: { json: boolean; output: Output }): number => {
  const described = describe(error)
  if (json) output.err(`${JSON.stringify({ error: described })}\n`)
  else output.err(`${described.message}\n`)
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed
}

/** Rows as columns of equal width. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** A time as people and scripts can read it; `never` for null. */
export const timeText = (at: number | null): string => (at === null ? 'never' : new Date(at).toISOString())

/** A count that ends at `openCountMax`. */
export const openCountText = (count: number): string =>
  count >= openCountMax ? `${openCountMax} or more` : String(count)

/** "1 delivery", "3 deliveries". */
export const deliveriesText = (count: number): string => (count === 1 ? '1 delivery' : `${count} deliveries`)
