import { expect, test } from 'vitest'
import { durationBoundsMs, Tally } from '#main/delivery/tally.ts'

test('attempts are counted by class and duration', () => {
  const tally = new Tally()
  tally.count(null, 5)
  tally.count(null, 6)
  tally.count('timeout', 30_001)
  tally.count('timeout', 0)
  tally.count('dns', 30_000)
  const { delivered, failed, durations, durationMsSum } = tally.read()
  expect(delivered).toBe(2)
  expect(failed).toEqual({ timeout: 2, dns: 1 })
  expect(durations).toEqual([2, 1, ...new Array(durationBoundsMs.length - 3).fill(0), 1, 1])
  expect(durationMsSum).toBe(60_012)
})
