import { fieldAt } from '#contract/field-path.ts'
import { type Comparison, type Condition, partsOf, type Scalar } from '#contract/webhook-options.ts'

/**
 * The value at a path as it stands in the JSON of the body: a number that JSON does not know is a null there.
 * Undefined when the field is missing.
 */
const valueAt = (body: unknown, path: string): unknown => {
  const value = fieldAt(body, path)
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}

/** Below, at or above zero, as the value lies to the other; NaN where there is no order between them. */
const orderOf = (value: unknown, other: string | number): number => {
  if (typeof value === 'number' && typeof other === 'number') return value - other
  if (typeof value !== 'string' || typeof other !== 'string') return Number.NaN
  if (value === other) return 0
  return value < other ? -1 : 1
}

const isOneOf = (value: unknown, others: readonly Scalar[]): boolean =>
  others.some((other) => other === value)

const compares = (asked: Comparison, value: unknown): boolean => {
  const { $eq, $neq, $gt, $gte, $lt, $lte, $in, $nin, $exists, $startsWith } = asked
  return (
    ($eq === undefined || value === $eq) &&
    ($neq === undefined || value !== $neq) &&
    ($gt === undefined || orderOf(value, $gt) > 0) &&
    ($gte === undefined || orderOf(value, $gte) >= 0) &&
    ($lt === undefined || orderOf(value, $lt) < 0) &&
    ($lte === undefined || orderOf(value, $lte) <= 0) &&
    ($in === undefined || isOneOf(value, $in)) &&
    ($nin === undefined || !isOneOf(value, $nin)) &&
    ($exists === undefined || (value !== undefined) === $exists) &&
    ($startsWith === undefined || (typeof value === 'string' && value.startsWith($startsWith)))
  )
}

/**
 * Whether the body of an event is as a condition asks (see `comparisonSchema` for what each operator means). Answers
 * for every body of JSON, and in a time that the size of the condition bounds.
 */
export const meets = (condition: Condition, body: unknown): boolean => {
  const parts = partsOf(condition)
  switch (parts.kind) {
    case 'and':
      return parts.conditions.every((one) => meets(one, body))
    case 'or':
      return parts.conditions.some((one) => meets(one, body))
    case 'not':
      return !parts.conditions.some((one) => meets(one, body))
    case 'fields':
      return parts.fields.every(([path, asked]) => compares(asked, valueAt(body, path)))
  }
}
