import type { WebhookFailing } from '#contract/webhook-probes.ts'
import type { AwayPeriod, FailingRun } from '#main/store/interface.ts'

const hourMs = 3_600_000
/** A webhook of which every attempt fails for so long is disabled … */
export const disableAfterMs = 120 * hourMs
/** … when two of the failures are so far apart. */
export const failuresApartMs = 12 * hourMs

/** How long of the time between `since` and `until` nothing could be sent; what overlaps counts once. */
export const awayMs = (away: readonly AwayPeriod[], since: number, until: number): number => {
  let counted = 0
  let covered = since
  for (const period of away.toSorted((left, right) => left.since - right.since)) {
    const from = Math.max(period.since, covered)
    const to = Math.min(period.until ?? until, until)
    if (to <= from) continue
    counted += to - from
    covered = to
  }
  return counted
}

/** How long it has been failing at `until`, without the time in which nothing could be sent. */
export const failingMsAt = (failingSince: number, until: number, away: readonly AwayPeriod[]): number =>
  Math.max(0, until - failingSince - awayMs(away, failingSince, until))

export const failingView = (run: FailingRun, now: number, away: readonly AwayPeriod[]): WebhookFailing => {
  const failingMs = failingMsAt(run.failingSince, now, away)
  return {
    since: run.failingSince,
    consecutiveFailures: run.consecutiveFailures,
    failingMs,
    disableAfterMs,
    disabledAt: now + Math.max(0, disableAfterMs - failingMs),
  }
}
