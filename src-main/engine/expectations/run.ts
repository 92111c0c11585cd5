import { expectationsMax } from '#contract/expectations.ts'
import type { ExpectationRecord, ExpectationResult, Reader } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { createEvaluator } from './evaluate.ts'

/** `last_run_at` is kept on disk this exactly where nothing came out differently. */
const runNotedEveryMs = 60_000

export interface Run {
  readonly failing: number
  /** Those that held at the run before. */
  readonly newlyFailing: readonly ExpectationRecord[]
  /** When a result may come out differently although nobody changes anything, Unix ms; null for never. */
  readonly nextChangeAt: number | null
}

interface Ran extends Run {
  readonly expectations: readonly ExpectationRecord[]
  readonly changed: readonly ExpectationResult[]
}

const differs = (known: ExpectationRecord, found: ExpectationResult): boolean =>
  known.passed !== found.passed ||
  known.decidedBy !== found.decidedBy ||
  known.code !== found.code ||
  known.fact !== found.fact ||
  known.subjectName !== found.subjectName

const runAll = async (read: Reader, { clock, plans }: Toolbox, organizationId: string): Promise<Ran> => {
  const expectations = await read.expectations.list({ organizationId, limit: expectationsMax })
  const evaluator = createEvaluator(read, { organizationId, now: clock.now(), plans })
  const changed: ExpectationResult[] = []
  const newlyFailing: ExpectationRecord[] = []
  let failing = 0
  for (const known of expectations) {
    const result = await evaluator.result(known)
    if (differs(known, result)) changed.push(result)
    if (!result.passed) failing += 1
    if (known.passed && !result.passed) newlyFailing.push({ ...known, ...result })
  }
  return { expectations, changed, failing, newlyFailing, nextChangeAt: evaluator.nextChangeAt() }
}

/** What the audit log tells of an expectation. */
export const audited = (expectation: ExpectationRecord) => ({
  subject: expectation.subjectName,
  occasionId: expectation.occasionId,
  action: expectation.action,
  expected: expectation.expected,
  note: expectation.note,
  passed: expectation.passed,
  decidedBy: expectation.decidedBy,
  code: expectation.code,
  fact: expectation.fact,
})

/**
 * Runs all expectations of an organization and stores what they come to, on one view of the facts. One that
 * held before and fails now is told in the audit log.
 */
export const runExpectations = (toolbox: Toolbox, organizationId: string): Promise<Run> =>
  toolbox.store.write(async (writer) => {
    const run = await runAll(writer, toolbox, organizationId)
    if (run.expectations.length === 0) return run
    await writer.expectations.recordRun(organizationId, toolbox.clock.now(), run.changed)
    for (const expectation of run.newlyFailing) {
      await toolbox.audit.record(writer, 'program', {
        action: 'expectations.fail',
        organizationId,
        targetKind: 'expectation',
        targetId: expectation.id,
        after: audited(expectation),
      })
    }
    return run
  })

/** As `runExpectations`, but writes nothing where nothing came out differently and the last run was just now. */
export const rerunExpectations = async (toolbox: Toolbox, organizationId: string): Promise<Run> => {
  const run = await runAll(toolbox.store.read, toolbox, organizationId)
  const oldest = Math.min(...run.expectations.map(({ lastRunAt }) => lastRunAt))
  const isNoted = run.changed.length === 0 && toolbox.clock.now() - oldest < runNotedEveryMs
  return isNoted ? run : runExpectations(toolbox, organizationId)
}
