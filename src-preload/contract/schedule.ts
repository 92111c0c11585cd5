const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/**
 * Delay before each attempt, ms: 0, 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardScheduleMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]

/** Jitter only delays: at most this part of the delay … */
export const jitterPartMax = 0.1
/** … and at most this long. */
export const jitterMsMax = 15 * minuteMs

/** How long jitter may put off an attempt that follows after `delayMs`. */
export const jitterMaxOf = (delayMs: number): number => Math.min(delayMs * jitterPartMax, jitterMsMax)

/** When an attempt may begin: neither before nor after, unless the receiver asks for more time. Unix ms. */
export interface AttemptWindow {
  /** The first attempt is 1. */
  readonly number: number
  readonly fromAt: number
  readonly toAt: number
}

/**
 * The attempt `next.number`, which is at `next.at`, and those that follow it by the schedule, if each fails at once:
 * the time that an attempt takes comes on top.
 */
export const attemptWindows = (
  scheduleMs: readonly number[],
  next: { readonly number: number; readonly at: number },
): AttemptWindow[] => {
  let window: AttemptWindow = { number: next.number, fromAt: next.at, toAt: next.at }
  const windows = [window]
  for (const delayMs of scheduleMs.slice(next.number)) {
    window = {
      number: window.number + 1,
      fromAt: window.fromAt + delayMs,
      toAt: window.toAt + delayMs + jitterMaxOf(delayMs),
    }
    windows.push(window)
  }
  return windows
}

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', secondMs],
  ['m', minuteMs],
  ['h', hourMs],
])

/** `0`, `750ms`, `5s`, `30m`, `2h` or `1.5h` in ms; null for anything else. */
export const parseDelay = (text: string): number | null => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? []
  if (number === undefined) return null
  const unitMs = unit === undefined ? undefined : unitsMs.get(unit)
  if (unitMs === undefined) return Number(number) === 0 ? 0 : null
  return Math.round(Number(number) * unitMs)
}

/** A delay as {@link parseDelay} takes it, in its largest whole unit: `90s`, `30m`. */
export const formatDelay = (delayMs: number): string => {
  if (delayMs === 0) return '0'
  const [unit, unitMs] = [...unitsMs].findLast(([, ms]) => delayMs % ms === 0) ?? ['ms', 1]
  return `${delayMs / unitMs}${unit}`
}
