import type { EventType } from '#contract/events.ts'

/** The pattern of every event, also of those that are added later. */
export const everything = '*'

/** Whether a pattern (`*`, `attendee.*`, `attendee.registered`) takes in a name or a narrower pattern. */
export const covers = (pattern: string, name: string): boolean => {
  if (pattern === everything || pattern === name) return true
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))
}

/** The wider pattern among `patterns` that takes in `pattern` already. */
export const coveredBy = (patterns: readonly string[], pattern: string): string | undefined =>
  patterns.find((candidate) => candidate !== pattern && covers(candidate, pattern))

/** Adds or removes a pattern. Narrower ones that an added pattern takes in are dropped. */
export const togglePattern = (patterns: readonly string[], pattern: string): string[] =>
  patterns.includes(pattern)
    ? patterns.filter((candidate) => candidate !== pattern)
    : [...patterns.filter((candidate) => !covers(pattern, candidate)), pattern]

/** The first event type that the patterns take in; any when they take in none. */
export const wantedTypeOf = (
  types: readonly EventType[],
  patterns: readonly string[],
): EventType | undefined =>
  types.find(({ name }) => patterns.some((pattern) => covers(pattern, name))) ?? types[0]

/** The event types of one noun, and the pattern of all of them. */
export interface EventGroup {
  noun: string
  pattern: string
  types: readonly EventType[]
}

/** The catalogue by noun, only with what matches a search. */
export const groupsOf = (types: readonly EventType[], search: string): readonly EventGroup[] => {
  const wanted = search.trim().toLowerCase()
  const matching = types.filter(
    ({ name, description }) => name.includes(wanted) || description.toLowerCase().includes(wanted),
  )
  return Object.entries(Object.groupBy(matching, ({ group }) => group)).map(([noun, members = []]) => ({
    noun,
    pattern: `${noun}.*`,
    types: members,
  }))
}

/** How many known event types the patterns take in. */
export const countOf = (types: readonly EventType[], patterns: readonly string[]): number =>
  types.filter(({ name }) => patterns.some((pattern) => covers(pattern, name))).length
