import { useSyncExternalStore } from 'react'
import { formatDuration } from '#contract/duration.ts'
import { formatLocal, formatRelative, formatUtc, relativeMaxMs } from './format.ts'

const subscribeEvery = (stepMs: number) => (onChange: () => void) => {
  const timer = setInterval(onChange, stepMs)
  return () => clearInterval(timer)
}
const clocks = {
  second: { stepMs: 1_000, subscribe: subscribeEvery(1_000) },
  tenSeconds: { stepMs: 10_000, subscribe: subscribeEvery(10_000) },
  minute: { stepMs: 60_000, subscribe: subscribeEvery(60_000) },
} as const

/** The present, rounded to the step, so that a component draws again only when the step is over. */
const useNow = (clock: (typeof clocks)[keyof typeof clocks]) =>
  useSyncExternalStore(clock.subscribe, () => Math.floor(Date.now() / clock.stepMs) * clock.stepMs)

/** The present (Unix ms) to ten seconds, for what is counted from now. */
export const usePresent = () => useNow(clocks.tenSeconds)

const clockFor = (distanceMs: number) => {
  if (distanceMs < 60_000) return clocks.second
  if (distanceMs < 3_600_000) return clocks.tenSeconds
  return clocks.minute
}

/** How long ago or how soon, kept up to date; the absolute time, local and UTC, on hover. `at` in Unix ms. */
export const RelativeTime = ({ at }: { at: number }) => {
  useNow(clockFor(Math.abs(Date.now() - at)))
  return (
    <time dateTime={new Date(at).toISOString()} title={`${formatLocal(at)}\n${formatUtc(at)}`}>
      {formatRelative(at, Date.now())}
    </time>
  )
}

/** When something is due: how soon, or "now" once the time has come. `at` in Unix ms. */
export const DueTime = ({ at }: { at: number }) => {
  useNow(clockFor(Math.abs(Date.now() - at)))
  return (
    <time dateTime={new Date(at).toISOString()} title={`${formatLocal(at)}\n${formatUtc(at)}`}>
      {formatRelative(Math.max(at, Date.now()), Date.now())}
    </time>
  )
}

/** Date and time in full, with how long ago. For detail pages. `at` in Unix ms. */
export const AbsoluteTime = ({ at }: { at: number }) => (
  <span className="inline-flex flex-wrap gap-x-2">
    <time dateTime={new Date(at).toISOString()} title={formatUtc(at)}>
      {formatLocal(at)}
    </time>
    {Math.abs(Date.now() - at) < relativeMaxMs && (
      <span className="text-muted">
        <RelativeTime at={at} />
      </span>
    )}
  </span>
)

/** A length of time; a dash for none. */
export const Duration = ({ ms }: { ms: number | null }) => (
  <span>{ms === null ? '–' : formatDuration(ms)}</span>
)
