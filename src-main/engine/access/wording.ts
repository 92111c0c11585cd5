/** Joins names for a sentence: `admin`, `owner or admin`, `owner, admin or manager`. */
export const anyOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

/** As `anyOf`, where all of them are meant. */
export const allOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** The largest distance from the epoch that a date can have, in ms (ECMA-262, 21.4.1.1). */
const dateRangeMs = 8.64e15

/** A time (Unix ms) to the minute in UTC. Never throws: what is no date is shown as the number it is. */
export const timeText = (ms: number): string =>
  Math.abs(ms) <= dateRangeMs ? `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC` : `${ms}`
