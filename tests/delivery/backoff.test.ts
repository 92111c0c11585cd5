import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from '#contract/duration.ts'
import { standardScheduleMs } from '#contract/schedule.ts'
import { nextAttempt, parseRetryAfter } from '#main/delivery/backoff.ts'

const hourMs = 3_600_000
const question = {
  attemptsMade: 1,
  finishedAt: 1_000_000,
  scheduleMs: standardScheduleMs,
  retryAfterMs: null,
  random: 0,
}

describe('the standard schedule', () => {
  it('is 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h', () => {
    expect(standardScheduleMs.map(formatDuration)).toEqual([
      '0 ms',
      '5 s',
      '5 min',
      '30 min',
      '2 h',
      '5 h',
      '10 h',
      '14 h',
      '20 h',
      '1 d',
    ])
    const totalMs = standardScheduleMs.reduce((sum, delayMs) => sum + delayMs, 0)
    expect(totalMs).toBe(75 * hourMs + 35 * 60_000 + 5_000)
  })
})

describe('nextAttempt', () => {
  it.each(standardScheduleMs.slice(1).map((delayMs, index) => [index + 1, delayMs]))(
    'after attempt %i waits %i ms',
    (attemptsMade, delayMs) => {
      expect(nextAttempt({ ...question, attemptsMade })).toEqual({
        dueAt: question.finishedAt + delayMs,
        reason: `schedule ${formatDuration(delayMs)}`,
      })
    },
  )

  it('ends with the schedule', () => {
    expect(nextAttempt({ ...question, attemptsMade: standardScheduleMs.length })).toBeNull()
    expect(nextAttempt({ ...question, attemptsMade: 1, scheduleMs: [0] })).toBeNull()
  })

  it('follows a schedule of the webhook', () => {
    const next = nextAttempt({ ...question, attemptsMade: 2, scheduleMs: [0, 1_000, 7_000] })
    expect(next).toEqual({ dueAt: question.finishedAt + 7_000, reason: 'schedule 7 s' })
  })

  it('says how much of the delay is jitter', () => {
    expect(nextAttempt({ ...question, attemptsMade: 3, random: 0.5 })).toEqual({
      dueAt: question.finishedAt + 1_800_000 + 90_000,
      reason: 'schedule 30 min + jitter 1 min 30 s',
    })
  })

  it('adds at most 15 minutes of jitter', () => {
    const next = nextAttempt({ ...question, attemptsMade: 9, random: 0.999_999 })
    expect(next?.dueAt).toBeLessThanOrEqual(question.finishedAt + 24 * hourMs + 15 * 60_000)
    expect(next?.dueAt).toBeGreaterThan(question.finishedAt + 24 * hourMs + 14 * 60_000)
  })

  it('never undercuts Retry-After and says so', () => {
    expect(nextAttempt({ ...question, retryAfterMs: 120_000, random: 0.9 })).toEqual({
      dueAt: question.finishedAt + 120_000,
      reason: 'Retry-After 2 min',
    })
    expect(nextAttempt({ ...question, attemptsMade: 4, retryAfterMs: 1_000 })?.reason).toBe('schedule 2 h')
  })

  it('caps Retry-After at 24 h and says so', () => {
    expect(nextAttempt({ ...question, retryAfterMs: 72 * hourMs })).toEqual({
      dueAt: question.finishedAt + 24 * hourMs,
      reason: 'Retry-After 3 d, capped at 1 d',
    })
  })

  it('is never early and never more than jitter late', () => {
    const anyQuestion = fc.record({
      attemptsMade: fc.integer({ min: 1, max: 24 }),
      finishedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
      scheduleMs: fc.array(fc.integer({ min: 0, max: 24 * hourMs }), { minLength: 1, maxLength: 25 }),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    })
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const next = nextAttempt(asked)
        const baseMs = asked.scheduleMs[asked.attemptsMade]
        if (baseMs === undefined) {
          expect(next).toBeNull()
          return
        }
        const askedMs = Math.min(asked.retryAfterMs ?? 0, 24 * hourMs)
        const waitMs = (next?.dueAt ?? Number.NaN) - asked.finishedAt
        expect(waitMs).toBeGreaterThanOrEqual(Math.max(baseMs, askedMs))
        expect(waitMs).toBeLessThanOrEqual(Math.max(baseMs + Math.min(baseMs * 0.1, 900_000), askedMs))
        expect(Number.isInteger(next?.dueAt)).toBe(true)
      }),
    )
  })
})

describe('parseRetryAfter', () => {
  const nowMs = Date.UTC(2026, 10, 6, 8, 49, 37)

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['99999999999999999999', Number.MAX_SAFE_INTEGER],
    ['Fri, 06 Nov 2026 08:50:37 GMT', 60_000],
    ['Friday, 06-Nov-26 08:50:37 GMT', 60_000],
    ['Fri Nov  6 08:50:37 2026', 60_000],
    ['Fri, 06 Nov 2026 08:00:00 GMT', 0],
  ])('reads %j', (header, waitMs) => {
    expect(parseRetryAfter(header, nowMs)).toBe(waitMs)
  })

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    'soon',
    '1e3',
    '2026-11-06T08:50:37Z',
    'Fri, 99 Nov 2026 08:50:37 GMT',
  ])('ignores %j', (header) => {
    expect(parseRetryAfter(header, nowMs)).toBeNull()
  })
})
