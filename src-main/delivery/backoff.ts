import { formatDuration } from '#contract/duration.ts'
import { jitterMaxOf } from '#contract/schedule.ts'
import type { ResponseHeaders } from './flight.ts'

const secondMs = 1_000
const hourMs = 3_600 * secondMs

/** A receiver cannot ask for a longer pause than this. */
export const retryAfterMsMax = 24 * hourMs

const imfDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
const rfc850Date = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/
const asctimeDate = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/

const parseHttpDate = (text: string): number | null => {
  if (imfDate.test(text) || rfc850Date.test(text)) return finite(Date.parse(text))
  // asctime names no zone; RFC 9110 says it is UTC.
  if (asctimeDate.test(text)) return finite(Date.parse(`${text} GMT`))
  return null
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/**
 * How long a `Retry-After` asks to wait, ms from `nowMs`; null when it is absent or unreadable.
 * Seconds or any of the three date forms. Source: RFC 9110, 10.2.3 and 5.6.7.
 */
export const parseRetryAfter = (header: string | undefined, nowMs: number): number | null => {
  const text = header?.trim()
  if (!text) return null
  if (/^\d+$/.test(text)) return Math.min(Number(text) * secondMs, Number.MAX_SAFE_INTEGER)
  const date = parseHttpDate(text)
  return date === null ? null : Math.max(0, date - nowMs)
}

/** The same of the headers of an answer. */
export const retryAfterOf = (headers: ResponseHeaders | null, nowMs: number): number | null => {
  const header = headers?.['retry-after']
  return parseRetryAfter(typeof header === 'string' ? header : header?.[0], nowMs)
}

export interface RetryQuestion {
  /** Attempts made so far, at least 1. */
  readonly attemptsMade: number
  /** When the last attempt ended. */
  readonly finishedAt: number
  /** Delay before each attempt; its length is the number of attempts. */
  readonly scheduleMs: readonly number[]
  /** What the receiver asked for, from `parseRetryAfter`. */
  readonly retryAfterMs: number | null
  /** In [0, 1). */
  readonly random: number
}

/** When the next attempt is, and why then. */
export interface NextAttempt {
  readonly dueAt: number
  readonly reason: string
}

/** The next attempt, or null when the schedule is used up. Never before the schedule, never before `Retry-After`. */
export const nextAttempt = (question: RetryQuestion): NextAttempt | null => {
  const { attemptsMade, finishedAt, scheduleMs, retryAfterMs, random } = question
  const baseMs = scheduleMs[attemptsMade]
  if (baseMs === undefined) return null
  const jitterMs = Math.floor(jitterMaxOf(baseMs) * random)
  const askedMs = retryAfterMs === null ? 0 : Math.min(retryAfterMs, retryAfterMsMax)
  if (askedMs > baseMs + jitterMs) {
    const capped = retryAfterMs !== null && retryAfterMs > retryAfterMsMax
    const reason = capped
      ? `Retry-After ${formatDuration(retryAfterMs)}, capped at ${formatDuration(retryAfterMsMax)}`
      : `Retry-After ${formatDuration(askedMs)}`
    return { dueAt: finishedAt + askedMs, reason }
  }
  const schedule = `schedule ${formatDuration(baseMs)}`
  const reason = jitterMs > 0 ? `${schedule} + jitter ${formatDuration(jitterMs)}` : schedule
  return { dueAt: finishedAt + baseMs + jitterMs, reason }
}
