import type { Scalar } from '#contract/webhook-options.ts'

/** What a person typed as a value: a number, true, false or null where it is one, else a text. Quotes make any a text. */
export const scalarOf = (text: string): Scalar => {
  const trimmed = text.trim()
  const value = readJson(trimmed)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : trimmed
}

/** Undefined for what is not JSON. */
const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The value as it would be typed. */
export const textOfScalar = (value: Scalar): string =>
  typeof value === 'string' && scalarOf(value) === value ? value : JSON.stringify(value)

/** What a value is taken for, in a word. */
export const kindOfScalar = (value: Scalar): string => {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'yes or no'
  return typeof value === 'number' ? 'number' : 'text'
}

/** Values separated by commas; one in quotes may hold commas. */
export const scalarsOf = (text: string): Scalar[] =>
  (text.match(/\s*"(?:[^"\\]|\\.)*"\s*|[^,]+/g) ?? [])
    .map((part) => part.trim())
    .filter(Boolean)
    .map(scalarOf)

export const textOfScalars = (values: readonly Scalar[]): string =>
  values
    .map((value) =>
      typeof value === 'string' && value.includes(',') ? JSON.stringify(value) : textOfScalar(value),
    )
    .join(', ')
