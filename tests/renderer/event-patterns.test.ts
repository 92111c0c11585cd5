import { describe, expect, it } from 'vitest'
import type { EventType } from '#contract/events.ts'
import {
  countOf,
  coveredBy,
  covers,
  groupsOf,
  togglePattern,
} from '#renderer/features/webhooks/event-patterns.ts'

const type = (name: string, description = ''): EventType => ({
  name,
  group: name.split('.')[0] ?? name,
  description,
  schema: {},
  example: {},
})
const types = [type('order.paid', 'Money came'), type('order.created'), type('orders.merged')]

describe('event patterns', () => {
  it.each([
    ['*', 'order.paid', true],
    ['order.*', 'order.paid', true],
    ['order.*', 'orders.merged', false],
    ['order.paid', 'order.paid', true],
    ['order.paid', 'order.*', false],
  ])('%s takes in %s: %s', (pattern, name, expected) => {
    expect(covers(pattern, name)).toBe(expected)
  })

  it('names the wider pattern that takes in another, and never itself', () => {
    expect(coveredBy(['order.paid', 'order.*'], 'order.paid')).toBe('order.*')
    expect(coveredBy(['order.*'], 'order.*')).toBeUndefined()
  })

  it('drops narrower patterns when a wider one is added, and only those', () => {
    expect(togglePattern(['order.paid', 'badge.printed'], 'order.*')).toEqual(['badge.printed', 'order.*'])
    expect(togglePattern(['order.paid', 'badge.*'], '*')).toEqual(['*'])
    expect(togglePattern(['order.*', 'badge.*'], 'badge.*')).toEqual(['order.*'])
  })

  it('counts a type once, however many patterns take it in', () => {
    expect(countOf(types, ['order.*', 'order.paid'])).toBe(2)
  })

  it('groups by noun, and searches in names and descriptions', () => {
    expect(groupsOf(types, '').map(({ pattern }) => pattern)).toEqual(['order.*', 'orders.*'])
    expect(groupsOf(types, ' MONEY ').flatMap((group) => group.types.map(({ name }) => name))).toEqual([
      'order.paid',
    ])
  })
})
