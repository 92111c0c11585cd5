/** Reads what vitest and Playwright report as JSON. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const vitestReportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
})

const playwrightReportSchema = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
})

const fromVitest = vitestReportSchema.transform(
  (report): Counts => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
)

const fromPlaywright = playwrightReportSchema.transform(
  ({ stats }): Counts => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }),
)

const nothing: Counts = { passed: 0, failed: 0, skipped: 0 }

/**
 * The counts of one run. A run that ended badly counts at least one failure: a file that does not load, an
 * error outside of a test, or no report at all are in no count of tests.
 */
export const readCounts = (kind: 'vitest' | 'playwright', file: string, exitCode: number): Counts => {
  const schema = kind === 'vitest' ? fromVitest : fromPlaywright
  const counts = existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : nothing
  return exitCode === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) }
}

export const sum = (all: readonly Counts[]): Counts =>
  all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    nothing,
  )

const skipSchema = z.object({ type: z.literal('skip'), description: z.string() })

const skipsIn = (value: unknown): string[] => {
  const skip = skipSchema.safeParse(value)
  if (skip.success) return [skip.data.description]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(skipsIn) : []
}

/** Why Playwright skipped tests, each reason once. */
export const readSkipReasons = (file: string): string[] =>
  existsSync(file) ? [...new Set(skipsIn(JSON.parse(readFileSync(file, 'utf8'))))] : []

/** `412 passed, 0 failed` or `412 passed, 0 failed, 3 skipped`. */
export const sentence = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
