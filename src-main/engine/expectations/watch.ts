import type { Topic } from '#contract/live.ts'
import type { Toolbox } from '../parts.ts'
import { rerunExpectations } from './run.ts'

/** What a decision reads. */
const readTopics: readonly Topic[] = ['users', 'organizations', 'capabilities', 'kill_switches', 'api_keys']

/** Changes come in groups: one round for all of a group, ms. */
const gatherMs = 500
/** A round after which so many times its own length passes before the next: at most a tenth of the time is spent. */
const restFactor = 9
/** A change by another process (the command line) is noticed after this long at the latest, ms. */
const idleMs = 10 * 60_000
/** After an error, ms. */
const retryMs = 30_000
const organizationsRead = 100

/** Runs `work` once, `delayMs` from now. @returns a function that prevents it. */
export type Schedule = (delayMs: number, work: () => void) => () => void

export interface ExpectationWatch {
  /** Starts no more rounds, and resolves when the one under way has ended. */
  stop(): Promise<void>
}

/** Runs the expectations of all organizations that have any. @returns when a result may turn by itself. */
const runRound = async (toolbox: Toolbox, stopped: () => boolean): Promise<number | null> => {
  let turning: number | null = null
  let afterId: string | undefined
  for (;;) {
    const organizationIds = await toolbox.store.read.expectations.listOrganizationIds({
      afterId,
      limit: organizationsRead,
    })
    for (const organizationId of organizationIds) {
      if (stopped()) return turning
      const { nextChangeAt } = await rerunExpectations(toolbox, organizationId)
      if (nextChangeAt !== null) turning = Math.min(turning ?? nextChangeAt, nextChangeAt)
    }
    if (organizationIds.length < organizationsRead) return turning
    afterId = organizationIds.at(-1)
  }
}

/**
 * Runs the expectations at the start, after every change of something that decisions read, and when a trial
 * ends or a key begins or expires. Rounds follow one another, never side by side. An error is reported, and
 * the round is tried again.
 */
export const watchExpectations = (
  toolbox: Toolbox,
  { schedule, report }: { schedule: Schedule; report: (error: unknown) => void },
): ExpectationWatch => {
  const { store, clock } = toolbox
  let planned: { readonly at: number; cancel(): void } | null = null
  let round: Promise<void> | null = null
  let changed = false
  let stopped = false
  let restUntil = clock.now()

  const plan = (wantedAt: number): void => {
    const at = Math.max(wantedAt, restUntil)
    if (stopped || round !== null) return
    if (planned !== null && planned.at <= at) return
    planned?.cancel()
    planned = { at, cancel: schedule(Math.max(0, at - clock.now()), start) }
  }

  /** @returns when the next round is wanted, Unix ms. */
  const work = async (): Promise<number> => {
    const startedAt = clock.now()
    try {
      const turning = await runRound(toolbox, () => stopped)
      const now = clock.now()
      restUntil = now + restFactor * (now - startedAt)
      if (changed) return now + gatherMs
      return Math.min(turning ?? Number.POSITIVE_INFINITY, now + idleMs)
    } catch (error) {
      report(error)
      return clock.now() + retryMs
    }
  }

  const start = (): void => {
    planned = null
    changed = false
    round = work().then((next) => {
      round = null
      plan(next)
    })
  }

  const unsubscribe = store.onChange((topics) => {
    if (!topics.some((topic) => readTopics.includes(topic))) return
    changed = true
    plan(clock.now() + gatherMs)
  })
  plan(clock.now())

  return {
    async stop() {
      stopped = true
      unsubscribe()
      planned?.cancel()
      await round
    },
  }
}
