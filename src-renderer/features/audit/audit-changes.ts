/** One field of an audit entry, before and after. Undefined: the field was not there. */
export interface FieldChange {
  field: string
  before: unknown
  after: unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldsOf = (value: unknown): Record<string, unknown> => {
  if (value === null || value === undefined) return {}
  return isRecord(value) ? value : { value }
}

const isSame = ({ before, after }: FieldChange) => JSON.stringify(before) === JSON.stringify(after)

const allFields = (before: unknown, after: unknown): readonly FieldChange[] => {
  const old = fieldsOf(before)
  const fresh = fieldsOf(after)
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])].map((field) => ({
    field,
    before: old[field],
    after: fresh[field],
  }))
}

/** The fields that differ between before and after. */
export const changedFields = (before: unknown, after: unknown): readonly FieldChange[] =>
  allFields(before, after).filter((field) => !isSame(field))

/** The fields that are the same before and after. */
export const unchangedFields = (before: unknown, after: unknown): readonly FieldChange[] =>
  allFields(before, after).filter(isSame)
