import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { fieldAt } from '#contract/field-path.ts'
import { type Shape, type ShapeStep, shapedBytesMax, shapeSchema } from '#contract/webhook-options.ts'
import { shapeBody } from '#main/delivery/shape.ts'

const body = {
  type: 'order.paid',
  data: {
    total: 12.5,
    paid: true,
    note: null,
    buyer: { name: 'Nora Lind', email: 'nora@northwind.example' },
    lines: [
      { sku: 'A', count: 1 },
      { sku: 'B', count: 2 },
      { sku: 'C', count: 3 },
    ],
    tags: ['vip', 'x & y'],
    none: {},
  },
}

/** What becomes of the body, with the steps that changed nothing. */
const shape = (steps: ShapeStep[], of: unknown = body) => {
  const shaped = shapeBody(JSON.stringify(of), { steps, contentType: 'json' })
  if (shaped.kind !== 'shaped') throw new Error(shaped.problem)
  return { body: JSON.parse(shaped.body.toString('utf8')), idleSteps: shaped.idleSteps }
}
const data = (steps: ShapeStep[]) => shape(steps).body.data

describe('picking', () => {
  it('keeps the fields at their places, in the order of the paths', () => {
    const picked = shape([{ kind: 'pick', paths: ['data.buyer.email', 'type', 'data.missing'] }])
    expect(JSON.stringify(picked.body)).toBe(
      '{"data":{"buyer":{"email":"nora@northwind.example"}},"type":"order.paid"}',
    )
    expect(picked.idleSteps).toEqual([])
  })

  it('keeps all that lies below a path, whatever else is named there', () => {
    const kept = { data: { buyer: body.data.buyer } }
    expect(shape([{ kind: 'pick', paths: ['data.buyer.name', 'data.buyer'] }]).body).toEqual(kept)
    expect(shape([{ kind: 'pick', paths: ['data.buyer', 'data.buyer.name'] }]).body).toEqual(kept)
  })

  it('leaves nulls in a list, so that its places stay', () => {
    expect(shape([{ kind: 'pick', paths: ['data.lines.1.sku'] }]).body).toEqual({
      data: { lines: [null, { sku: 'B' }] },
    })
  })

  it('of nothing that is there leaves an empty object, and says so', () => {
    expect(shape([{ kind: 'pick', paths: ['data.missing'] }])).toEqual({ body: {}, idleSteps: [0] })
  })
})

describe('renaming', () => {
  it('moves a field, with the objects that lead to its new place', () => {
    const moved = shape([{ kind: 'rename', from: 'data.buyer.email', to: 'contact.mail' }]).body
    expect(moved.contact).toEqual({ mail: 'nora@northwind.example' })
    expect(moved.data.buyer).toEqual({ name: 'Nora Lind' })
  })

  it('replaces what is there', () => {
    const { buyer } = data([{ kind: 'rename', from: 'data.buyer.name', to: 'data.buyer.email' }])
    expect(buyer).toEqual({ email: 'Nora Lind' })
  })

  it('moves a field into its own place, and out of what it replaces', () => {
    expect(data([{ kind: 'rename', from: 'data.total', to: 'data.total.gross' }]).total).toEqual({
      gross: 12.5,
    })
    expect(data([{ kind: 'rename', from: 'data.buyer.name', to: 'data.buyer' }]).buyer).toBe('Nora Lind')
    expect(
      shape([{ kind: 'rename', from: 'data.lines.0', to: 'data.lines.0.line' }]).body.data.lines[0],
    ).toEqual({
      line: { sku: 'A', count: 1 },
    })
  })

  it('leaves a null in a list', () => {
    expect(data([{ kind: 'rename', from: 'data.tags.0', to: 'first' }]).tags).toEqual([null, 'x & y'])
  })

  test.each<[string, ShapeStep]>([
    ['a missing field', { kind: 'rename', from: 'data.missing', to: 'x' }],
    ['to itself', { kind: 'rename', from: 'data.total', to: 'data.total' }],
    ['into a text', { kind: 'rename', from: 'data.total', to: 'type.total' }],
    ['to a place that a list does not have', { kind: 'rename', from: 'data.total', to: 'data.tags.2' }],
    ['to a name in a list', { kind: 'rename', from: 'data.total', to: 'data.tags.total' }],
  ])('%s changes nothing, and says so', (_, step) => {
    expect(shape([step])).toEqual({ body, idleSteps: [0] })
  })
})

describe('constants and masks', () => {
  it('sets a field, whether it is there or not, and in the place of a null', () => {
    const steps: ShapeStep[] = [
      { kind: 'constant', path: 'data.total', value: 'free' },
      { kind: 'constant', path: 'source.name', value: 'Patchbay' },
      { kind: 'constant', path: 'data.note.by', value: null },
    ]
    const set = shape(steps)
    expect([set.body.data.total, set.body.source, set.body.data.note]).toEqual([
      'free',
      { name: 'Patchbay' },
      { by: null },
    ])
    expect(set.idleSteps).toEqual([])
  })

  test.each<[string, string, number, unknown]>([
    ['all but the last characters of a text', 'data.buyer.name', 4, '*****Lind'],
    ['all of a text', 'data.buyer.name', 0, '*********'],
    ['all of a text that is no longer than what is kept', 'data.buyer.name', 9, '*********'],
    ['a number', 'data.total', 2, '***'],
    ['an object', 'data.buyer', 16, '***'],
    ['a null', 'data.note', 16, '***'],
    ['a place in a list', 'data.tags.0', 1, '**p'],
  ])('masks %s', (_, path, keep, masked) => {
    expect(fieldAt(shape([{ kind: 'mask', path, keep }]).body, path)).toBe(masked)
  })

  it('masks characters, not halves of them', () => {
    expect(shape([{ kind: 'mask', path: 'a', keep: 1 }], { a: '😀😀' }).body.a).toBe('*😀')
  })

  it('masks nothing that is missing, and says so', () => {
    const steps: ShapeStep[] = [{ kind: 'mask', path: 'data.phone', keep: 0 }]
    expect(shape(steps)).toEqual({ body, idleSteps: [0] })
  })
})

describe('a form', () => {
  const form = (of: unknown) => {
    const shaped = shapeBody(JSON.stringify(of), { steps: [], contentType: 'form' })
    return shaped.kind === 'shaped' ? shaped.body.toString('utf8') : shaped.problem
  }

  it('names what lies in others with brackets, in the order of the body', () => {
    expect([...new URLSearchParams(form(body))]).toEqual([
      ['type', 'order.paid'],
      ['data[total]', '12.5'],
      ['data[paid]', 'true'],
      ['data[note]', ''],
      ['data[buyer][name]', 'Nora Lind'],
      ['data[buyer][email]', 'nora@northwind.example'],
      ...[0, 1, 2].flatMap((line) => [
        [`data[lines][${line}][sku]`, 'ABC'[line]],
        [`data[lines][${line}][count]`, String(line + 1)],
      ]),
      ['data[tags][0]', 'vip'],
      ['data[tags][1]', 'x & y'],
    ])
    expect(form({ a: { b: 'x & y' } })).toBe('a%5Bb%5D=x+%26+y')
  })

  const tooLarge = 'The shaped body would have more than 256 KiB: nothing was sent.'

  it('is no larger than it may be', () => {
    const full = 'x'.repeat(shapedBytesMax - 2)
    expect(form({ a: full })).toBe(`a=${full}`)
    expect(form({ a: `${full}x` })).toBe(tooLarge)
    expect(form({ a: '%'.repeat(shapedBytesMax / 3) })).toBe(tooLarge)
  })

  it('ends where names grow without bounds', () => {
    let text = '1'
    for (let level = 0; level < 20_000; level += 1) text = `{"a":1,"b":${text}}`
    const shaped = shapeBody(text, { steps: [], contentType: 'form' })
    expect(shaped).toEqual({ kind: 'unshapeable', problem: tooLarge })
  })
})

describe('what cannot be shaped', () => {
  const json: Shape = { steps: [{ kind: 'constant', path: 'b', value: 'x' }], contentType: 'json' }

  it('is told of: too large, too deep, no JSON', () => {
    const large = JSON.stringify({ a: 'x'.repeat(shapedBytesMax - 8) })
    expect(large).toHaveLength(shapedBytesMax)
    expect(shapeBody(large, json)).toMatchObject({ problem: expect.stringContaining('256 KiB') })
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(shapeBody(deep, json)).toMatchObject({ problem: expect.stringContaining('nested too deeply') })
    expect(shapeBody('', json)).toMatchObject({ problem: expect.stringContaining('not JSON') })
  })
})

const name = fc.constantFrom('a', 'b', '0', '1', '__proto__', 'constructor', 'toString', 'length')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
const scalar = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)
const step = fc.oneof<fc.Arbitrary<ShapeStep>[]>(
  fc.record({ kind: fc.constant('pick' as const), paths: fc.array(path, { minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('rename' as const), from: path, to: path }),
  fc.record({ kind: fc.constant('constant' as const), path, value: scalar }),
  fc.record({ kind: fc.constant('mask' as const), path, keep: fc.nat(16) }),
)
const anyShape = fc.record({
  steps: fc.array(step, { maxLength: 6 }),
  contentType: fc.constantFrom('json' as const, 'form' as const),
})
/** Texts of bodies in which the paths above lead somewhere. */
const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar.map((value) => JSON.stringify(value)),
    fc.array(tie('text'), { maxLength: 3 }).map((members) => `[${members.join()}]`),
    fc
      .array(fc.tuple(name, tie('text')), { maxLength: 4 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
  ),
}))

describe('whatever the body and the shape', () => {
  it('comes out, the same each time, within its bound, and changes no prototype', () => {
    const before = Object.getOwnPropertyNames(Object.prototype).join()
    fc.assert(
      fc.property(text, anyShape, (of, asked) => {
        expect(shapeSchema.parse(asked)).toEqual(asked)
        const shaped = shapeBody(of, asked)
        expect(shapeBody(of, asked)).toEqual(shaped)
        if (shaped.kind === 'shaped') expect(shaped.body.length).toBeLessThanOrEqual(shapedBytesMax)
        expect({}).toEqual(Object.create(Object.prototype))
        expect(Reflect.get({}, 'a')).toBeUndefined()
      }),
      { numRuns: 500 },
    )
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(before)
  })

  it('picks the same values at the same places, and nothing else', () => {
    fc.assert(
      fc.property(text, fc.array(path, { minLength: 1, maxLength: 4 }), (of, paths) => {
        const value: unknown = JSON.parse(of)
        const picked = shape([{ kind: 'pick', paths }], value).body
        for (const one of paths) expect(fieldAt(picked, one)).toEqual(fieldAt(value, one))
        for (const leaf of leavesOf(picked)) {
          expect(paths.some((one) => leaf === one || leaf.startsWith(`${one}.`))).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never shows what it masked', () => {
    fc.assert(
      fc.property(text, path, (of, at) => {
        const value: unknown = JSON.parse(of)
        fc.pre(fieldAt(value, at) !== undefined)
        expect(fieldAt(shape([{ kind: 'mask', path: at, keep: 0 }], value).body, at)).toMatch(/^\**$/)
      }),
    )
  })
})

/** Paths of everything in a body that is neither a list, nor an object with something in it, nor a gap in a list. */
function leavesOf(value: unknown, at: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null) {
    return value === null || at.length === 0 ? [] : [at.join('.')]
  }
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...at, key]))
}
