import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  type Comparison,
  type Condition,
  conditionDepthMax,
  conditionFieldsMax,
  conditionSchema,
} from '#contract/webhook-options.ts'
import { meets } from '#main/engine/events/condition.ts'

const body = {
  type: 'order.paid',
  data: {
    total: 100,
    none: null,
    paid: true,
    email: 'nora@northwind.example',
    at: '2026-11-20T10:00:00Z',
    lines: [{ sku: 'A' }, { sku: 'B' }],
    buyer: { name: 'Nora' },
  },
}

const asked = (path: string, comparison: Comparison): boolean => meets({ [path]: comparison }, body)

describe('a comparison', () => {
  test.each<[string, string, Comparison, boolean]>([
    ['a number equals itself', 'data.total', { $eq: 100 }, true],
    ['a number equals no text', 'data.total', { $eq: '100' }, false],
    ['null equals null', 'data.none', { $eq: null }, true],
    ['a missing field equals nothing, not even null', 'data.missing', { $eq: null }, false],
    ['a missing field differs from everything', 'data.missing', { $neq: 'x' }, true],
    ['a list equals nothing', 'data.lines', { $eq: 'A' }, false],
    ['an object differs from everything', 'data.buyer', { $neq: 'Nora' }, true],
    ['one of several', 'type', { $in: ['order.created', 'order.paid'] }, true],
    ['none of several', 'type', { $nin: ['order.created', 'order.paid'] }, false],
    ['a missing field is one of nothing', 'data.missing', { $in: [null, 'x'] }, false],
    ['a missing field is none of everything', 'data.missing', { $nin: [null, 'x'] }, true],
    ['more', 'data.total', { $gt: 99.5 }, true],
    ['not more than itself', 'data.total', { $gt: 100 }, false],
    ['at least itself', 'data.total', { $gte: 100 }, true],
    ['less', 'data.total', { $lt: 100.5 }, true],
    ['at most itself', 'data.total', { $lte: 100 }, true],
    ['numbers and texts have no order', 'data.total', { $gt: '1' }, false],
    ['nor the other way round', 'data.total', { $lte: '1' }, false],
    ['null has no order', 'data.none', { $gte: 0 }, false],
    ['true has no order', 'data.paid', { $gt: 0 }, false],
    ['a missing field has no order', 'data.missing', { $lt: 1 }, false],
    ['ISO times are ordered as texts', 'data.at', { $gte: '2026-11-20', $lt: '2026-11-21' }, true],
    ['all that is asked must hold', 'data.at', { $gte: '2026-11-20', $lt: '2026-11-19' }, false],
    ['a null exists', 'data.none', { $exists: true }, true],
    ['a missing field does not', 'data.missing', { $exists: false }, true],
    ['a present field does not miss', 'data.total', { $exists: false }, false],
    ['a beginning', 'data.email', { $startsWith: 'nora@' }, true],
    ['another beginning', 'data.email', { $startsWith: 'Nora@' }, false],
    ['a number begins with nothing', 'data.total', { $startsWith: '1' }, false],
    ['a place in a list', 'data.lines.1.sku', { $eq: 'B' }, true],
    ['a place that a list does not have', 'data.lines.2.sku', { $exists: false }, true],
    ['the length of a list is no field', 'data.lines.length', { $exists: false }, true],
    ['what is inherited is no field', 'data.constructor.name', { $exists: false }, true],
    ['a character of a text is no field', 'data.email.0', { $exists: false }, true],
  ])('%s', (_, path, comparison, holds) => {
    expect(asked(path, comparison)).toBe(holds)
  })

  it('sees a number that JSON does not know as the null that is kept of it', () => {
    const infinite = { data: { total: Number.POSITIVE_INFINITY } }
    expect(meets({ 'data.total': { $gt: 1 } }, infinite)).toBe(false)
    expect(meets({ 'data.total': null }, infinite)).toBe(true)
  })
})

describe('a condition', () => {
  it('asks several fields of one object, and a mere value is to be equal', () => {
    expect(meets({ type: 'order.paid', 'data.paid': true }, body)).toBe(true)
    expect(meets({ type: 'order.paid', 'data.paid': false }, body)).toBe(false)
  })

  const nested = (depth: number): Condition => (depth === 1 ? { a: 1 } : { $not: nested(depth - 1) })
  test.each<[string, unknown, boolean]>([
    ['as deep as it may be', nested(conditionDepthMax), true],
    ['deeper', nested(conditionDepthMax + 1), false],
    ['of nothing', {}, false],
    ['of no operator', { a: {} }, false],
    ['of an unknown operator', { a: { $regex: '.*' } }, false],
    ['of a combination beside a field', { $and: [{ a: 1 }], b: 2 }, false],
    ['of a path that is none', { 'a..b': 1 }, false],
    ['of a list', { a: [1] }, false],
    ['of as many fields as there may be', { $or: fieldsOf(conditionFieldsMax) }, true],
    ['of one more', { $or: fieldsOf(conditionFieldsMax + 1) }, false],
  ])('%s is one or not', (_, input, accepted) => {
    expect(conditionSchema.safeParse(input).success).toBe(accepted)
  })

  test.each([
    [{ $not: { a: 1 }, b: 2 }, '$not stands alone: put it into $and with what is beside it'],
    [{ a: { $regex: '.*' } }, 'Unrecognized key: "$regex"'],
    [3, 'Name fields with what is asked of them, or combine such with $and, $or and $not'],
  ])('says what is wrong with %j', (input, message) => {
    expect(conditionSchema.safeParse(input).error?.issues[0]?.message).toBe(message)
  })

  it('answers for a body that is nested without end', () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level += 1) deep = { a: deep }
    expect(meets({ 'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a': { $exists: true } }, deep)).toBe(true)
  })
})

/** In lists of at most ten fields. */
function fieldsOf(count: number): Condition[] {
  return Array.from({ length: Math.ceil(count / 10) }, (_, list) =>
    Object.fromEntries(
      Array.from({ length: Math.min(10, count - list * 10) }, (__, index) => [`f${list * 10 + index}`, 1]),
    ),
  )
}

const name = fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor', 'length')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
const scalar = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab'),
  fc.integer({ min: -1, max: 2 }),
  fc.boolean(),
  fc.constant(null),
)
const ordered = fc.oneof(fc.constantFrom('', 'a', 'ab'), fc.integer({ min: -1, max: 2 }))
const list = fc.array(scalar, { minLength: 1, maxLength: 3 })
const comparison = fc
  .record(
    {
      $eq: scalar,
      $neq: scalar,
      $gt: ordered,
      $gte: ordered,
      $lt: ordered,
      $lte: ordered,
      $in: list,
      $nin: list,
      $exists: fc.boolean(),
      $startsWith: fc.constantFrom('a', 'ab'),
    },
    { requiredKeys: [] },
  )
  .filter((operators) => Object.keys(operators).length > 0)
const fields = fc.dictionary(
  path.filter((one) => one !== '__proto__'),
  fc.oneof(scalar, comparison),
  {
    minKeys: 1,
    maxKeys: 3,
  },
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fields,
    fc.record({ $and: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $or: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $not: tie('condition') }),
  ),
}))
/** Bodies in which the paths above lead somewhere, and any others. */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('json')), { maxLength: 3 }).map((members) => {
      const text = members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
      return JSON.parse(`{${text.join()}}`) as unknown
    }),
  ),
}))
const anyBody = fc.oneof(json, fc.jsonValue())

const forAll = (holds: (condition: Condition, other: Condition, body: unknown) => void): void =>
  fc.assert(fc.property(condition, condition, anyBody, holds), { numRuns: 500 })

describe('whatever the condition and the body', () => {
  it('is answered yes or no, the same from the text of the body', () => {
    forAll((one, _, value) => {
      const answer = meets(one, value)
      expect(typeof answer).toBe('boolean')
      expect(meets(one, JSON.parse(JSON.stringify(value)))).toBe(answer)
    })
  })

  it('is turned round by $not', () => {
    forAll((one, _, value) => {
      expect(meets({ $not: one }, value)).toBe(!meets(one, value))
    })
  })

  it('keeps to the laws of De Morgan', () => {
    forAll((one, other, value) => {
      const neither = meets({ $and: [{ $not: one }, { $not: other }] }, value)
      expect(meets({ $not: { $or: [one, other] } }, value)).toBe(neither)
      const notBoth = meets({ $or: [{ $not: one }, { $not: other }] }, value)
      expect(meets({ $not: { $and: [one, other] } }, value)).toBe(notBoth)
    })
  })

  it('has opposites that are opposites, for missing fields too', () => {
    fc.assert(
      fc.property(path, scalar, list, anyBody, (at, value, values, tried) => {
        const holds = (operators: Comparison) => meets({ $and: [{ [at]: operators }] }, tried)
        fc.pre(at !== '__proto__')
        expect(holds({ $neq: value })).toBe(!holds({ $eq: value }))
        expect(holds({ $nin: values })).toBe(!holds({ $in: values }))
        expect(holds({ $exists: false })).toBe(!holds({ $exists: true }))
        expect(holds({ $in: values })).toBe(values.some((one) => holds({ $eq: one })))
        if (holds({ $exists: false })) expect(holds({ $eq: value })).toBe(false)
      }),
    )
  })

  it('orders numbers and texts totally, and nothing else', () => {
    fc.assert(
      fc.property(anyBody, ordered, (value, limit) => {
        const holds = (operators: Comparison) => meets({ a: operators }, { a: value })
        const answers = [{ $lt: limit }, { $eq: limit }, { $gt: limit }].filter(holds)
        expect(answers).toHaveLength(typeof value === typeof limit ? 1 : 0)
        expect(holds({ $lte: limit })).toBe(holds({ $lt: limit }) || holds({ $eq: limit }))
        expect(holds({ $gte: limit })).toBe(holds({ $gt: limit }) || holds({ $eq: limit }))
      }),
    )
  })
})
