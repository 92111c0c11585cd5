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

/** The fields that differ between before and after. */
export const changedFields = (before: unknown, after: unknown): readonly FieldChange[] => {
  const old = fieldsOf(before)
  const fresh = fieldsOf(after)
  return [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
    .filter((field) => JSON.stringify(old[field]) !== JSON.stringify(fresh[field]))
    .map((field) => ({ field, before: old[field], after: fresh[field] }))
}
