import { describe, expect, it } from 'vitest'
import {
  attemptWindows,
  formatDelay,
  jitterMaxOf,
  parseDelay,
  standardScheduleMs,
} from '#contract/schedule.ts'
import { nextAttempt } from '#main/delivery/backoff.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

describe('the windows of the attempts of a schedule', () => {
  it('begin with the next attempt and widen by the jitter of each delay', () => {
    expect(attemptWindows([0, 10_000, 10 * hourMs], { number: 1, at: 1_000 })).toEqual([
      { number: 1, fromAt: 1_000, toAt: 1_000 },
      { number: 2, fromAt: 11_000, toAt: 12_000 },
      { number: 3, fromAt: 36_011_000, toAt: 36_012_000 + 15 * minuteMs },
    ])
  })

  it('are of the last attempt alone where the schedule ends with it, and beyond its end', () => {
    for (const number of [3, 4])
      expect(attemptWindows([0, 1, 1], { number, at: 5 })).toEqual([{ number, fromAt: 5, toAt: 5 }])
  })

  it('hold whatever the jitter of the worker comes to', () => {
    for (const random of [0, 0.5, 0.999_999]) {
      let at = 0
      for (const window of attemptWindows(standardScheduleMs, { number: 1, at })) {
        expect(at).toBeGreaterThanOrEqual(window.fromAt)
        expect(at).toBeLessThanOrEqual(window.toAt)
        const question = { scheduleMs: standardScheduleMs, finishedAt: at, retryAfterMs: null, random }
        at = nextAttempt({ ...question, attemptsMade: window.number })?.dueAt ?? at
      }
    }
    expect(jitterMaxOf(10 * hourMs)).toBe(15 * minuteMs)
  })
})

describe('a delay as text', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['750ms', 750],
    ['5s', 5_000],
    [' 30m ', 30 * minuteMs],
    ['1.5h', 90 * minuteMs],
  ])('%j is %d ms', (text, delayMs) => expect(parseDelay(text)).toBe(delayMs))

  it.each(['', '5', '-5s', '5 s', '5d', 's', '1,5h', 'soon'])('%j is none', (text) =>
    expect(parseDelay(text)).toBeNull(),
  )

  it.each(['0', '750ms', '90s', '5m', '36h'])('%s comes back as it was', (text) =>
    expect(formatDelay(parseDelay(text) ?? -1)).toBe(text),
  )
})
