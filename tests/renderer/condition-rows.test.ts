import { describe, expect, it, test } from 'vitest'
import type { Condition, Scalar } from '#contract/webhook-options.ts'
import {
  type ConditionRow,
  conditionOfRows,
  type Operator,
  problemOfRow,
  rowsOfCondition,
  withNewRow,
} from '#renderer/features/webhooks/condition-rows.ts'
import { suggestFields } from '#renderer/features/webhooks/field-suggestions.ts'
import {
  kindOfScalar,
  scalarOf,
  scalarsOf,
  textOfScalar,
  textOfScalars,
} from '#renderer/features/webhooks/scalar-text.ts'
import eventTypes from '#resources/event-types.json' with { type: 'json' }

describe('a typed value', () => {
  test.each<[string, Scalar, string]>([
    ['press', 'press', 'text'],
    ['  two words ', 'two words', 'text'],
    ['100', 100, 'number'],
    ['-1.5', -1.5, 'number'],
    ['"100"', '100', 'text'],
    ['true', true, 'yes or no'],
    ['null', null, 'null'],
    ['1e999', '1e999', 'text'],
    ['{"a":1}', '{"a":1}', 'text'],
    ['""', '', 'text'],
  ])('%s is %j, a %s', (text, value, kind) => {
    expect(scalarOf(text)).toBe(value)
    expect(kindOfScalar(value)).toBe(kind)
    expect(scalarOf(textOfScalar(value))).toBe(value)
  })

  it('may be one of several, with commas in quotes', () => {
    const values = ['press', 100, 'a, b', '7', null]
    expect(scalarsOf('press, 100,"a, b", "7" ,null,')).toEqual(values)
    expect(scalarsOf(textOfScalars(values))).toEqual(values)
  })
})

const row = (path: string, operator: Operator, text = ''): ConditionRow => ({ id: 1, path, operator, text })

describe('rows of a filter', () => {
  test.each<[string, Condition]>([
    ['fields', { 'data.category': 'press', 'data.total': { $gte: 10, $lt: 20 } }],
    ['all of several', { $and: [{ type: { $in: ['a.b', 'c.d'] } }, { 'data.note': { $exists: false } }] }],
    [
      'any of several',
      { $or: [{ 'data.email': { $startsWith: 'nora' } }, { 'data.note': { $nin: [null, 1] } }] },
    ],
  ])('say the same as a condition of %s', (_, condition) => {
    const rows = rowsOfCondition(condition)
    const again = rows === null ? null : conditionOfRows(rows)
    expect(rowsOfCondition(again)).toEqual(rows)
    expect(rows?.rows.length).toBeGreaterThan(1)
  })

  test.each<[string, Condition]>([
    ['a negation', { $not: { a: 1 } }],
    ['a nested combination', { $and: [{ $or: [{ a: 1 }, { b: 1 }] }, { c: 1 }] }],
    ['an alternative that asks for two things', { $or: [{ a: 1, b: 1 }, { c: 1 }] }],
  ])('cannot say %s', (_, condition) => {
    expect(rowsOfCondition(condition)).toBeNull()
  })

  test.each<[string, ConditionRow, 'path' | 'value']>([
    ['without a field', row('', '$eq', 'x'), 'path'],
    ['of a path that is none', row('data..a', 'present'), 'path'],
    ['without a value', row('data.a', '$eq', ' '), 'value'],
    ['that puts yes in an order', row('data.a', '$gt', 'true'), 'value'],
    ['of an empty list', row('data.a', '$in', ' , '), 'value'],
  ])('%s cannot be asked, and the field that is wrong tells', (_, incomplete, at) => {
    expect(problemOfRow(incomplete)).toEqual({ at, message: expect.stringMatching(/\.$/) })
    expect(problemOfRow(row('data.b', 'missing'))).toBeNull()
  })

  it('are every event while there are none, and are told apart', () => {
    expect(conditionOfRows({ mode: 'any', rows: [] })).toBeNull()
    expect(withNewRow(withNewRow([])).map(({ id }) => id)).toEqual([1, 2])
  })
})

describe('suggestions of fields', () => {
  it('come from the schemas of the chosen types, each once, and from what every body has', () => {
    const fields = suggestFields(eventTypes, ['attendee.registered'])
    const paths = fields.map(({ path }) => path)
    expect(fields).toContainEqual({ path: 'data.email', type: 'string' })
    expect(paths).toEqual(expect.arrayContaining(['type', 'occasion.name', 'data.marketingConsent']))
    expect(paths).not.toContain('data.total')
    expect(new Set(paths).size).toBe(paths.length)
    expect(suggestFields(eventTypes, []).length).toBeGreaterThan(fields.length)
  })
})
