import { describe, expect, it, test } from 'vitest'
import type { Condition } from '#contract/webhook-options.ts'
import {
  type ConditionDraft,
  conditionDraftSchema,
  jsonOfDraft,
  linesOfDraft,
} from '#renderer/features/webhooks/condition-draft.ts'
import { problemOfStep } from '#renderer/features/webhooks/shape-step.ts'

const json = (text: string): ConditionDraft => ({ kind: 'json', text })
const line = { id: 1, path: 'data.total', operator: '$gte', text: '100' } as const
const lines = (
  ...rows: readonly (typeof line | { id: number; path: string; operator: '$eq'; text: string })[]
) => ({ kind: 'lines', mode: 'all', rows }) as const
const unfinished = { id: 2, path: 'data.email', operator: '$eq', text: '' } as const

describe('a filter that is being written', () => {
  test.each<[string, ConditionDraft, Condition | null]>([
    ['in lines', lines(line), { 'data.total': { $gte: 100 } }],
    ['as JSON', json('{"$not":{"data.total":1}}'), { $not: { 'data.total': 1 } }],
    ['as nothing', json(' '), null],
    ['as it was opened', { kind: 'opened', condition: { a: 1, b: 2 } }, { a: 1, b: 2 }],
  ])('is read %s', (_, draft, condition) => {
    expect(conditionDraftSchema.parse(draft)).toEqual(condition)
  })

  test.each<[string, ConditionDraft, RegExp]>([
    ['text that is no JSON', json('{"$not":'), /not JSON/],
    ['JSON that is no condition', json('{"data.total":{"$above":1}}'), /^At data\.total: /],
    ['a line without a value beside one that is complete', lines(line, unfinished), /Give a value/],
  ])('is refused for %s', (_, draft, message) => {
    const refused = conditionDraftSchema.safeParse(draft)
    expect(refused.error?.issues[0]?.message).toMatch(message)
  })

  it('is shown in the other way only where that says the same', () => {
    const condition = { 'data.total': { $gte: 100 } }
    expect(jsonOfDraft(lines(line))).toBe(JSON.stringify(condition, null, 2))
    expect(jsonOfDraft(lines(line, unfinished))).toBeNull()
    expect(linesOfDraft(json(JSON.stringify(condition)))?.rows).toEqual([line])
    expect(linesOfDraft(json('{"$not":{"a":1}}'))).toBeNull()
    expect(linesOfDraft(json('{"$not":'))).toBeNull()
  })
})

describe('a step of a shape', () => {
  it('says which of its fields keeps it from being taken', () => {
    expect(problemOfStep({ kind: 'pick', paths: [] })).toEqual({
      at: 'paths',
      message: 'Name the fields to keep.',
    })
    expect(problemOfStep({ kind: 'pick', paths: ['type', 'data..a'] })).toMatchObject({ at: 'paths' })
    expect(problemOfStep({ kind: 'rename', from: 'data.a', to: '' })).toMatchObject({ at: 'to' })
    expect(problemOfStep({ kind: 'mask', path: 'data.a', keep: 17 })).toEqual({
      at: 'keep',
      message: 'At most 16.',
    })
    expect(problemOfStep({ kind: 'mask', path: 'data.a', keep: 4 })).toBeNull()
  })
})
