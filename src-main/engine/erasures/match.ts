import type { ErasureCriterion } from '#contract/erasures.ts'

const folded = (text: string): string => text.normalize('NFC').toLowerCase()

const isLeaf = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** What a path leads to. A list on the way, or at its end, leads to all of its entries. */
const valuesAt = (value: unknown, path: readonly string[]): unknown[] => {
  const [name, ...rest] = path
  if (Array.isArray(value)) {
    const chosen = name !== undefined && /^\d+$/.test(name) ? valuesAt(value[Number(name)], rest) : []
    return [...chosen, ...value.flatMap((entry) => valuesAt(entry, path))]
  }
  if (name === undefined) return [value]
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  return valuesAt(Object.entries(value).find(([key]) => key === name)?.[1], rest)
}

const contains = (value: unknown, wanted: string): boolean => {
  if (isLeaf(value)) return folded(String(value)).includes(wanted)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, inner]) => folded(name).includes(wanted) || contains(inner, wanted),
  )
}

/** Says of the body of an event whether it holds what is looked for. */
export const matcherOf = (
  criterion: Exclude<ErasureCriterion, { kind: 'event' }>,
): ((body: string) => boolean) => {
  const wanted = folded(criterion.value)
  if (criterion.kind === 'anywhere') return (body) => contains(JSON.parse(body), wanted)
  const path = criterion.path.split('.')
  return (body) =>
    valuesAt(JSON.parse(body), path).some((value) => isLeaf(value) && folded(String(value)) === wanted)
}

/**
 * A text that every body with the value holds, as JSON writes it: the database looks for it, ignoring the case of
 * ASCII letters only. So it is the longest run of ASCII in the value; null when there is none.
 */
export const tellingText = (value: string): string | null => {
  const runs =
    JSON.stringify(value)
      .slice(1, -1)
      .match(/[ -~]+/g) ?? []
  return runs.reduce<string | null>(
    (longest, run) => (run.length > (longest ?? '').length ? run : longest),
    null,
  )
}
