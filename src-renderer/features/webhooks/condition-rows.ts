import { fieldPathSchema } from '#contract/field-path.ts'
import { type Comparison, type Condition, conditionSchema, partsOf } from '#contract/webhook-options.ts'
import type { LineProblem } from './line-problem.ts'
import { scalarOf, scalarsOf, textOfScalar, textOfScalars } from './scalar-text.ts'

/** What can be asked in a row, in the words of the list. */
export const operators = [
  { value: '$eq', label: 'is' },
  { value: '$neq', label: 'is not' },
  { value: '$in', label: 'is one of' },
  { value: '$nin', label: 'is none of' },
  { value: '$gt', label: 'is more than' },
  { value: '$gte', label: 'is at least' },
  { value: '$lt', label: 'is less than' },
  { value: '$lte', label: 'is at most' },
  { value: '$startsWith', label: 'begins with' },
  { value: 'present', label: 'is there' },
  { value: 'missing', label: 'is missing' },
] as const
export type Operator = (typeof operators)[number]['value']

/** One line of the builder: a field, what is asked of it, and the value as it is typed. */
export interface ConditionRow {
  /** Among the rows of the builder. */
  readonly id: number
  readonly path: string
  readonly operator: Operator
  readonly text: string
}

/** Several rows, of which all or any must hold. */
export interface ConditionRows {
  readonly mode: 'all' | 'any'
  readonly rows: readonly ConditionRow[]
}

export const takesValue = (operator: Operator): boolean => operator !== 'present' && operator !== 'missing'
export const takesList = (operator: Operator): boolean => operator === '$in' || operator === '$nin'

/** One more row, that asks nothing yet. */
export const withNewRow = (rows: readonly ConditionRow[]): ConditionRow[] => [
  ...rows,
  { id: 1 + Math.max(0, ...rows.map(({ id }) => id)), path: '', operator: '$eq', text: '' },
]

const comparisonOf = ({ operator, text }: ConditionRow): Comparison | null => {
  if (operator === 'present' || operator === 'missing') return { $exists: operator === 'present' }
  if (text.trim() === '') return null
  if (takesList(operator)) {
    const values = scalarsOf(text)
    return values.length === 0 ? null : { [operator]: values }
  }
  if (operator === '$startsWith') return { $startsWith: String(scalarOf(text)) }
  const value = scalarOf(text)
  const isOrder = operator !== '$eq' && operator !== '$neq'
  return isOrder && typeof value !== 'number' && typeof value !== 'string' ? null : { [operator]: value }
}

/** The condition of a row; null while it is not complete, or not one. */
const conditionOfRow = (row: ConditionRow): Condition | null => {
  const comparison = comparisonOf(row)
  if (comparison === null) return null
  const parsed = conditionSchema.safeParse({ [row.path.trim()]: comparison })
  return parsed.success ? parsed.data : null
}

/** What keeps a row from being asked. */
export const problemOfRow = (row: ConditionRow): LineProblem<'path' | 'value'> | null => {
  const path = row.path.trim()
  if (path === '') return { at: 'path', message: 'Name a field, or remove this line.' }
  const named = fieldPathSchema.safeParse(path)
  if (!named.success) return { at: 'path', message: `${named.error.issues[0]?.message}.` }
  if (takesValue(row.operator) && row.text.trim() === '')
    return { at: 'value', message: 'Give a value; "" is the empty text.' }
  if (conditionOfRow(row) === null)
    return { at: 'value', message: 'This value cannot be compared like this.' }
  return null
}

/** The condition of rows that have no problem; null asks nothing. */
export const conditionOfRows = ({ mode, rows }: ConditionRows): Condition | null => {
  const conditions = rows.map(conditionOfRow).filter((condition) => condition !== null)
  const [first] = conditions
  if (first === undefined || conditions.length === 1) return first ?? null
  return mode === 'all' ? { $and: conditions } : { $or: conditions }
}

type Unnumbered = Omit<ConditionRow, 'id'>

const rowsOfComparison = (path: string, comparison: Comparison): Unnumbered[] =>
  operators.flatMap(({ value: operator }): Unnumbered[] => {
    if (operator === 'present' || operator === 'missing') {
      return comparison.$exists === (operator === 'present') ? [{ path, operator, text: '' }] : []
    }
    const value = comparison[operator]
    if (value === undefined) return []
    return [{ path, operator, text: Array.isArray(value) ? textOfScalars(value) : textOfScalar(value) }]
  })

const rowsOfFields = (condition: Condition): Unnumbered[] | null => {
  const parts = partsOf(condition)
  return parts.kind === 'fields'
    ? parts.fields.flatMap(([path, asked]) => rowsOfComparison(path, asked))
    : null
}

const numbered = (mode: ConditionRows['mode'], rows: readonly Unnumbered[]): ConditionRows => ({
  mode,
  rows: rows.map((row, index) => ({ id: index + 1, ...row })),
})

/** The rows of a condition; null when it asks for more than rows can say. */
export const rowsOfCondition = (condition: Condition | null): ConditionRows | null => {
  if (condition === null) return numbered('all', [])
  const parts = partsOf(condition)
  if (parts.kind === 'fields') return numbered('all', rowsOfFields(condition) ?? [])
  if (parts.kind === 'not') return null
  const each = parts.conditions.map(rowsOfFields)
  if (each.some((rows) => rows === null)) return null
  // Several things asked of one alternative are more than a row says.
  if (parts.kind === 'or' && each.some((rows) => rows?.length !== 1)) return null
  return numbered(
    parts.kind === 'and' ? 'all' : 'any',
    each.flatMap((rows) => rows ?? []),
  )
}
