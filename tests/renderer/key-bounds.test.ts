import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { boundsFields, noBounds, toBounds } from '#renderer/features/api-keys/bounds.ts'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'

const schema = z.object(boundsFields)
const wrong = (bounds: object) =>
  schema.safeParse({ ...noBounds, ...bounds }).error?.issues.map(({ path }) => path[0])

describe('the bounds of a key', () => {
  it('are none while nothing is entered', () => {
    expect(toBounds(schema.parse(noBounds))).toEqual({
      notBefore: null,
      allowedAddresses: [],
      rateLimitPerMinute: null,
    })
  })

  it('take addresses from lines, commas and spaces', () => {
    const allowedAddresses = ' 10.0.0.0/8\n\n2001:db8::/32, 192.168.1.7 '
    expect(toBounds({ ...noBounds, allowedAddresses }).allowedAddresses).toEqual([
      '10.0.0.0/8',
      '2001:db8::/32',
      '192.168.1.7',
    ])
  })

  it('see half a time, no whole number, and too many addresses', () => {
    expect(wrong({ notBefore: '2026-13' })).toEqual(['notBefore'])
    expect(wrong({ rateLimitPerMinute: 1.5 })).toEqual(['rateLimitPerMinute'])
    expect(wrong({ rateLimitPerMinute: 0 })).toEqual(['rateLimitPerMinute'])
    expect(wrong({ allowedAddresses: '10.0.0.1 '.repeat(101) })).toEqual(['allowedAddresses'])
  })
})

it('a time survives its control to the minute', () => {
  const at = new Date(2026, 10, 3, 7, 5).getTime()
  expect(toLocalInput(at)).toBe('2026-11-03T07:05')
  expect(fromLocalInput(toLocalInput(at))).toBe(at)
  expect(toLocalInput(null)).toBe('')
  expect(fromLocalInput('')).toBeNull()
})
