const absoluteLocal = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
const absoluteUtc = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
})
const dateOnly = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: 'numeric' })

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Date and time to the second, in the person's time zone. `at` in Unix ms. */
export const formatLocal = (at: number) => absoluteLocal.format(at)
/** Date and time to the second, in UTC. `at` in Unix ms. */
export const formatUtc = (at: number) => `${absoluteUtc.format(at)} UTC`
/** The day, in the person's time zone. `at` in Unix ms. */
export const formatDate = (at: number) => dateOnly.format(at)

/** In the largest unit that fits, rounded to the nearest: just after a rotation an overlap of a day ends in 24 h. */
const span = (ms: number): string => {
  const seconds = Math.round(ms / secondMs)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(ms / minuteMs)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.round(ms / hourMs)
  return hours <= 24 ? `${hours} h` : `${Math.round(ms / dayMs)} d`
}

/** What is farther away than this is told by its date. */
export const relativeMaxMs = 30 * dayMs

/** "12 s ago", "in 4 min"; the date beyond 30 days. Both in Unix ms. */
export const formatRelative = (at: number, now: number): string => {
  const ageMs = now - at
  const distanceMs = Math.abs(ageMs)
  if (distanceMs > relativeMaxMs) return formatDate(at)
  if (distanceMs < 2 * secondMs) return 'now'
  return ageMs > 0 ? `${span(distanceMs)} ago` : `in ${span(distanceMs)}`
}

/** "812 B", "1.4 KiB", "3.2 MiB". */
export const formatBytes = (bytes: number): string => {
  if (bytes < 1024) return `${bytes} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB'] as const
  let value = bytes / 1024
  let index = 0
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024
    index += 1
  }
  return `${Number(value.toFixed(1))} ${units[index]}`
}

/** A count with thousands separators. */
export const formatCount = (count: number) => count.toLocaleString('en')

/** A count that ends at a limit: "12", "10,000 or more". */
export const formatCountUpTo = (count: number, max: number) =>
  count >= max ? `${formatCount(max)} or more` : formatCount(count)

/** The same where there is little room: "12", "10,000+". */
export const formatCountShort = (count: number, max: number) =>
  count >= max ? `${formatCount(max)}+` : formatCount(count)

/** "1 key", "3 keys". */
export const formatNumberOf = (count: number, one: string, many = `${one}s`) =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** Words as the beginning of a sentence. */
export const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/** A label within a sentence: "Events" as "events", while "API keys" stays. */
export const withinSentence = (label: string) =>
  /^[A-Z](?![A-Z])/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label

/** A share as a percentage; "–" of nothing. */
export const formatShare = (part: number, whole: number) =>
  whole === 0 ? '–' : `${Number(((part / whole) * 100).toFixed(part === whole ? 0 : 1))} %`
