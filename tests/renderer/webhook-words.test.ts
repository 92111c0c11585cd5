import { describe, expect, it } from 'vitest'
import type { Condition } from '#contract/webhook-options.ts'
import {
  authenticationText,
  conditionText,
  scheduleText,
  shapeText,
  throttleText,
} from '#renderer/features/webhooks/webhook-words.ts'

const conditions: readonly (readonly [Condition | null, string])[] = [
  [null, 'Every chosen event'],
  [{ 'data.plan': 'pro' }, 'Only if data.plan is “pro”'],
  [{ 'data.total': { $gt: 10, $lte: 20 } }, 'Only if data.total > 10 and data.total ≤ 20'],
  [{ 'data.a': { $exists: false } }, 'Only if data.a is not there'],
  [{ 'data.a': { $in: [1, null, 'x'] } }, 'Only if data.a is one of 1, null, “x”'],
  [{ 'data.a': { $nin: [true] } }, 'Only if data.a is none of true'],
  [{ 'data.a': { $startsWith: 'VIP' } }, 'Only if data.a begins with “VIP”'],
  [
    { $or: [{ a: 1, b: 2 }, { $and: [{ c: 3 }, { d: { $neq: 4 } }] }] },
    'Only if (a is 1 and b is 2) or (c is 3 and d is not 4)',
  ],
  [{ $and: [{ $or: [{ a: 1 }] }, { $not: { b: 2 } }] }, 'Only if a is 1 and not (b is 2)'],
]

describe('a condition in words', () => {
  it.each(conditions)('%j: %s', (condition, text) => expect(conditionText(condition)).toBe(text))
})

describe('other settings in words', () => {
  it('name the rate by the second, minute or hour where it is one', () => {
    expect(throttleText({ count: 1_000, seconds: 3_600 })).toBe('At most 1,000 requests an hour')
    expect(throttleText({ count: 5, seconds: 2 })).toBe('At most 5 requests in 2 s')
  })

  it('name how Patchbay shows itself', () => {
    expect(authenticationText({ kind: 'header', name: 'x-token' })).toBe('Secret in the header x-token')
    const oauth2 = { tokenUrl: 'https://auth.example/token', clientId: 'patchbay', scope: null }
    expect(authenticationText({ kind: 'oauth2', ...oauth2 })).toBe('OAuth 2 client credentials, as patchbay')
  })

  it('say of one attempt that it is the only one', () => {
    expect(scheduleText([0])).toBe('1 attempt, never repeated')
  })

  it('tell the steps of a shape in their order', () => {
    const steps = [
      { kind: 'pick' as const, paths: ['data.id', 'data.email'] },
      { kind: 'rename' as const, from: 'data.id', to: 'id' },
      { kind: 'constant' as const, path: 'source', value: 'hall' },
      { kind: 'mask' as const, path: 'data.email', keep: 4 },
    ]
    expect(shapeText({ steps, contentType: 'json' })).toBe(
      'Only data.id, data.email; data.id renamed to id; source set to “hall”; data.email masked but for its last 4 characters, as JSON',
    )
    expect(shapeText({ steps: [], contentType: 'form' })).toBe('The body as it is, as a form')
  })
})
