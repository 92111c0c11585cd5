import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDate, formatRelative, relativeMaxMs } from '#renderer/ui/format.ts'

const now = Date.UTC(2027, 0, 31, 18)
const unitsMs = new Map([
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const [s = 0, min = 0, h = 0, d = 0] = unitsMs.values()

/** What a person reads in "in 24 h" or "3 min ago": the time in ms, and the unit that it is told in. */
const read = (text: string) => {
  if (text === 'now') return { ms: 0, unitMs: 2 * s }
  const [, count = '', unit = ''] = /^(?:in )?(\d+) (s|min|h|d)(?: ago)?$/.exec(text) ?? expect.fail(text)
  const unitMs = unitsMs.get(unit) ?? 0
  return { ms: Number(count) * unitMs, unitMs }
}
const distance = fc.integer({ min: 0, max: relativeMaxMs })
const boundaries = [s, min, h, d].flatMap((unit) => [1, 2, 24, 30, 60].map((count) => unit * count))
/** Times around those where another unit begins, too: chance alone seldom finds them. */
const anyDistance = fc.oneof(
  distance,
  fc
    .tuple(fc.constantFrom(...boundaries.filter((ms) => ms < relativeMaxMs)), fc.integer({ min: -s, max: s }))
    .map(([ms, off]) => Math.max(0, ms + off)),
)

describe('how soon, and how long ago', () => {
  it.each([
    [1_999, 'now'],
    [59 * s, '59 s'],
    [59.6 * s, '1 min'],
    [60 * s, '1 min'],
    [59 * min + 20 * s, '59 min'],
    [59 * min + 40 * s, '1 h'],
    [60 * min, '1 h'],
    [23.9 * h, '24 h'],
    [24 * h - 1, '24 h'],
    [24 * h, '24 h'],
    [25 * h, '1 d'],
    [7 * d - 1, '7 d'],
    [30 * d, '30 d'],
  ])('%i ms are told as %s', (ms, text) => {
    expect(formatRelative(now + ms, now)).toBe(text === 'now' ? text : `in ${text}`)
    expect(formatRelative(now - ms, now)).toBe(text === 'now' ? text : `${text} ago`)
  })

  it('is never told more than one unit off', () => {
    fc.assert(
      fc.property(anyDistance, fc.constantFrom(1, -1), (ms, sign) => {
        const told = read(formatRelative(now + sign * ms, now))
        expect(Math.abs(told.ms - ms)).toBeLessThan(told.unitMs)
      }),
    )
  })

  it('is never told as less of what is farther away', () => {
    fc.assert(
      fc.property(anyDistance, anyDistance, fc.constantFrom(1, -1), (one, other, sign) => {
        const [near, far] = [Math.min(one, other), Math.max(one, other)]
        const told = [near, far].map((ms) => read(formatRelative(now + sign * ms, now)).ms)
        expect(told[0]).toBeLessThanOrEqual(told[1] ?? Number.NaN)
      }),
    )
  })

  it('is told by its date beyond 30 days', () => {
    expect(formatRelative(now + relativeMaxMs + 1, now)).toBe(formatDate(now + relativeMaxMs + 1))
  })
})
