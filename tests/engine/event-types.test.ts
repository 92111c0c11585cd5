import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type EventType, eventTypeSchema } from '#contract/events.ts'
import { eventPatternSchema } from '#contract/webhooks.ts'
import { createEventTypes, matches } from '#main/engine/event-types/event-types.ts'
import definitions from '#resources/event-types.json' with { type: 'json' }

const eventTypes = createEventTypes(definitions)
const types = eventTypes.list()
const find = (name: string): EventType => {
  const found = types.find((type) => type.name === name)
  if (found === undefined) throw new Error(`There is no event type ${name}`)
  return found
}

/** The part of JSON Schema that our definitions use. */
const nodeSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.string()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
})

const without = (data: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(data).filter(([field]) => field !== name))

/** A value that breaks a field: another type than it has or, for texts with a form, a text without it. */
const spoiled = (field: unknown): unknown => {
  const { type, enum: values, format, pattern } = nodeSchema.parse(field)
  if (type !== 'string') return 'not of this type'
  return values || format || pattern ? '§ of no form §' : 7
}

const shippedNames = [
  ...['attendee.registered', 'attendee.updated', 'attendee.cancelled', 'order.created', 'order.paid'],
  ...['order.refunded', 'ticket.issued', 'ticket.transferred', 'ticket.voided', 'checkin.completed'],
  ...['checkin.reverted', 'session.scheduled', 'session.cancelled', 'badge.printed', 'payment.failed'],
  ...['occasion.published', 'occasion.ended', 'integration.connected'],
]

describe('the event types that come with Patchbay', () => {
  it('cover all groups and the names that the documentation tells', () => {
    expect(new Set(types.map(({ group }) => group))).toEqual(
      new Set([
        ...['attendee', 'order', 'ticket', 'checkin', 'session', 'badge', 'payment', 'occasion'],
        'integration',
      ]),
    )
    expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(shippedNames))
    for (const { name, group } of types) expect(name.startsWith(`${group}.`)).toBe(true)
  })

  describe.each(types)('$name', ({ name, schema, example }) => {
    const { required = [], properties = {} } = nodeSchema.parse(schema)

    it('accepts its example, and more fields than it knows', () => {
      expect(eventTypes.check(name, example)).toEqual([])
      expect(eventTypes.check(name, { ...example, ourOwnField: { deep: true } })).toEqual([])
    })

    it('requires something, and says which field is missing', () => {
      expect(required.length).toBeGreaterThan(0)
      for (const field of required) {
        expect(eventTypes.check(name, without(example, field))).toEqual([
          { path: `/data/${field}`, message: 'is required' },
        ])
      }
    })

    it('refuses each field of its example when it is spoiled', () => {
      for (const field of Object.keys(example)) {
        const errors = eventTypes.check(name, { ...example, [field]: spoiled(properties[field]) })
        expect(errors.map(({ path }) => path)).toEqual([`/data/${field}`])
      }
    })

    it('describes every field, shows each in its schema, and uses example addresses only', () => {
      for (const field of Object.keys(example)) expect(properties).toHaveProperty(field)
      for (const property of Object.values(properties)) {
        expect(z.object({ description: z.string().min(10) }).safeParse(property).success).toBe(true)
      }
      const hosts = [...JSON.stringify(example).matchAll(/(?:@|:\/\/)([\w.-]+)/g)].map((match) => match[1])
      for (const host of hosts) expect(host).toMatch(/\.example$/)
    })
  })
})

describe('check', () => {
  it.each([null, undefined, 'text', 7, []])('refuses data that is no object: %j', (data) => {
    expect(eventTypes.check('attendee.registered', data)).toEqual([
      { path: '/data', message: 'must be object' },
    ])
  })

  it('tells an unknown type with the names that are near', () => {
    expect(eventTypes.check('attendee.registred', {})).toEqual([
      {
        path: '/type',
        message: 'There is no event type of this name. Did you mean attendee.registered?',
      },
    ])
    expect(eventTypes.check('Order.Paid', {})[0]?.message).toContain('Did you mean order.paid?')
    expect(eventTypes.check('something.else.entirely', {})).toEqual([
      { path: '/type', message: 'There is no event type of this name.' },
    ])
  })

  it.each(['__proto__', 'constructor', 'toString', '', 'x'.repeat(100_000)])(
    'knows no type %.20s',
    (type) => {
      expect(eventTypes.check(type, {})).toHaveLength(1)
    },
  )

  it('points into nested data and escapes the names in the pointer', () => {
    const { example } = find('order.created')
    const lines = [{ item: 'Gala dinner', quantity: 0, unitPrice: { amount: 1, currency: 'EUR' } }]
    expect(eventTypes.check('order.created', { ...example, lines })).toEqual([
      { path: '/data/lines/0/quantity', message: 'must be >= 1' },
    ])
    const attendee = find('attendee.registered').example
    expect(eventTypes.check('attendee.registered', { ...attendee, answers: { 'a/b~c': [] } })).toEqual([
      { path: '/data/answers/a~1b~0c', message: 'must be string or number or boolean or null' },
    ])
  })

  it('says what a field must be, in words', () => {
    const { example } = find('order.paid')
    const data = {
      ...example,
      method: 'barter',
      invoiceUrl: 'nowhere',
      paidAt: 'yesterday',
    }
    expect(eventTypes.check('order.paid', data)).toEqual([
      { path: '/data/method', message: 'must be one of card, bank_transfer, cash, invoice, wallet' },
      { path: '/data/invoiceUrl', message: 'must be an absolute URL' },
      { path: '/data/paidAt', message: 'must be a date and time with its offset, like 2026-11-20T10:00:00Z' },
    ])
    expect(eventTypes.check('attendee.registered', { email: 'nora' })).toEqual([
      { path: '/data/email', message: 'must be an email address' },
    ])
  })

  it('cuts pointers that the names of the sender make long', () => {
    const answers = { ['x'.repeat(100_000)]: [] }
    const [error] = eventTypes.check('attendee.registered', { email: 'nora@northwind.example', answers })
    expect(error?.path).toHaveLength(512)
  })

  it('stops after ten findings', () => {
    const lines = Array.from({ length: 100 }, () => ({}))
    expect(eventTypes.check('order.created', { lines })).toHaveLength(10)
  })

  it('never throws and never repeats a value of the data', () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.jsonValue(), ({ name, example }, value) => {
        for (const field of Object.keys(example)) {
          const data = { ...example, [field]: [value, 'hunter2-and-more'] }
          expect(JSON.stringify(eventTypes.check(name, data))).not.toContain('hunter2')
        }
      }),
    )
  })
})

describe('createEventTypes', () => {
  const paid = find('order.paid')

  it('gives a list that nobody else can change', () => {
    eventTypes.list().pop()
    expect(eventTypes.list()).toHaveLength(definitions.length)
    expect(z.array(eventTypeSchema).safeParse(eventTypes.list()).success).toBe(true)
  })

  it.each([
    ['no list', {}, /expected array/],
    ['a type without an example', [without(paid, 'example')], /example/],
    ['a name that is there twice', [paid, paid], /order\.paid is there twice/],
    ['a schema with a misspelt keyword', [{ ...paid, schema: { type: 'object', requird: [] } }], /requird/],
    [
      'a schema with an unknown format',
      [{ ...paid, schema: { type: 'string', format: 'colour' } }],
      /colour/,
    ],
  ])('refuses %s', (_, input, message) => {
    expect(() => createEventTypes(input)).toThrow(message)
  })
})

describe('matches', () => {
  it.each([
    ['attendee.registered', 'attendee.registered', true],
    ['attendee.registered', 'attendee.registered.late', false],
    ['attendee.*', 'attendee.registered', true],
    ['attendee.*', 'attendee.profile.updated', true],
    ['attendee.profile.*', 'attendee.profile.updated', true],
    ['attendee.profile.*', 'attendee.registered', false],
    ['attendee.*', 'attendee', false],
    ['attendee.*', 'attendees.registered', false],
    ['attendee', 'attendee.registered', false],
    ['*', 'attendee.registered', true],
  ])('%s covers %s: %s', (pattern, type, covered) => {
    expect(eventPatternSchema.safeParse(pattern).success).toBe(true)
    expect(matches(pattern, type)).toBe(covered)
  })
})
