import { expect, test } from 'vitest'
import { formatDuration } from '#contract/duration.ts'

test('durations are told in their two largest units, and exactly while they are short', () => {
  const hourMs = 3_600_000
  expect(
    [
      0,
      4.26,
      340,
      999.6,
      1_250,
      59_000,
      59_999,
      164_000,
      300_000,
      5 * hourMs,
      24 * hourMs,
      76.5 * hourMs,
    ].map(formatDuration),
  ).toEqual([
    '0 ms',
    '4.3 ms',
    '340 ms',
    '1 s',
    '1.3 s',
    '59 s',
    '1 min',
    '2 min 44 s',
    '5 min',
    '5 h',
    '1 d',
    '3 d 4 h',
  ])
})
