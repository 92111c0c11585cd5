import { expect, it } from 'vitest'
import { isDueLater } from '#renderer/features/deliveries/due-later.ts'

const now = 1_000
const until = 31_000

it.each([
  ['before the probe', { cause: 'breaker', until }, 30_000, false],
  ['after the probe', { cause: 'breaker', until }, 31_001, true],
  ['while a probe is under way', { cause: 'breaker', until: null }, 1_001, true],
  ['already, while a probe is under way', { cause: 'breaker', until: null }, 1_000, false],
  ['already, when the probe may go', { cause: 'breaker', until: 500 }, 900, false],
  ['later, and waits for another', { cause: 'order', until: null }, 99_000, false],
] as const)('one that is due %s', (_when, delay, nextAttemptAt, isLater) => {
  expect(isDueLater({ delay, nextAttemptAt }, now)).toBe(isLater)
})

it('is not one that nothing keeps, nor one that is not tried again', () => {
  expect(isDueLater({ delay: null, nextAttemptAt: 99_000 }, now)).toBe(false)
  expect(isDueLater({ delay: { cause: 'breaker', until }, nextAttemptAt: null }, now)).toBe(false)
})
