import { formatDuration } from '#contract/duration.ts'
import { type AttemptWindow, attemptWindows, standardScheduleMs } from '#contract/schedule.ts'

const minuteMs = 60_000
/** Where an attempt is this certain, its seconds say something. */
const preciseMs = 2 * minuteMs

const minutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })

const startOfDay = (at: number, days = 0) => {
  const day = new Date(at)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime()
}

const dayText = (at: number, now: number) => {
  const day = startOfDay(at)
  if (day === startOfDay(now)) return 'today'
  if (day === startOfDay(now, 1)) return 'tomorrow'
  return weekday.format(at)
}

/** "today 18:35 to 18:38", in the person's time zone; one time where both are the same. */
export const windowText = ({ fromAt, toAt }: AttemptWindow, now: number): string => {
  const clock = toAt - fromAt < preciseMs ? seconds : minutes
  const from = `${dayText(fromAt, now)} ${clock.format(fromAt)}`
  const to = `${dayText(toAt, now)} ${clock.format(toAt)}`
  if (from === to) return from
  return startOfDay(fromAt) === startOfDay(toAt) ? `${from} to ${clock.format(toAt)}` : `${from} to ${to}`
}

/** How long it takes from `at` until the last of the windows: "3 d 3 h to 3 d 4 h". */
export const spanText = (windows: readonly AttemptWindow[], at: number): string => {
  const last = windows.at(-1)
  if (last === undefined) return formatDuration(0)
  const from = formatDuration(last.fromAt - at)
  const to = formatDuration(last.toAt - at)
  return from === to ? from : `${from} to ${to}`
}

/** The attempts of a delivery that was due at `now`, if each fails. */
export const previewOf = (scheduleMs: readonly number[] | null, now: number): AttemptWindow[] =>
  attemptWindows(scheduleMs ?? standardScheduleMs, { number: 1, at: now })
