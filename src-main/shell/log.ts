/** One line on the standard error of the program. */
export const log = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** An error that nobody else handles. */
export const report = (error: unknown): void =>
  log(`shell: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
