import { describe, expect, it } from 'vitest'
import { standardScheduleMs } from '#contract/schedule.ts'
import { AttemptError, failureOf, failureOfStatus } from '#main/delivery/failure.ts'
import { type OutcomeQuestion, outcomeOf } from '#main/delivery/outcome.ts'

const failed: OutcomeQuestion = {
  kind: 'event',
  statusCode: 500,
  errorClass: 'http',
  attemptsMade: 1,
  finishedAt: 1_000,
  scheduleMs: standardScheduleMs,
  retryAfterMs: null,
  random: 0,
}

describe('outcomeOf', () => {
  it.each([200, 201, 202, 204, 299])('takes %i as delivered', (statusCode) => {
    expect(failureOfStatus(statusCode)).toBeNull()
    expect(outcomeOf({ ...failed, statusCode, errorClass: null })).toEqual({ kind: 'delivered' })
  })

  it.each([300, 301, 302, 303, 304, 307, 308])('takes %i as a redirect that failed', (statusCode) => {
    expect(failureOfStatus(statusCode)?.errorClass).toBe('redirect')
  })

  it.each([400, 401, 404, 408, 409, 422, 429, 500, 502, 503, 504, 599])('retries %i', (statusCode) => {
    expect(failureOfStatus(statusCode)?.errorClass).toBe('http')
    expect(outcomeOf({ ...failed, statusCode })).toEqual({
      kind: 'retry',
      dueAt: 6_000,
      reason: 'schedule 5 s',
    })
  })

  it('retries a failure without an answer', () => {
    expect(outcomeOf({ ...failed, statusCode: null, errorClass: 'refused' }).kind).toBe('retry')
  })

  it('takes 410 as gone, for events and resends', () => {
    expect(outcomeOf({ ...failed, statusCode: 410 })).toEqual({ kind: 'gone' })
    expect(outcomeOf({ ...failed, kind: 'resend', statusCode: 410 })).toEqual({ kind: 'gone' })
  })

  it.each(['test', 'connectivity'] as const)('makes one attempt of a %s, 410 included', (kind) => {
    expect(outcomeOf({ ...failed, kind })).toEqual({ kind: 'exhausted' })
    expect(outcomeOf({ ...failed, kind, statusCode: 410 })).toEqual({ kind: 'exhausted' })
  })

  it('is exhausted after the last attempt of the schedule', () => {
    expect(outcomeOf({ ...failed, attemptsMade: 10 })).toEqual({ kind: 'exhausted' })
    expect(outcomeOf({ ...failed, attemptsMade: 9 }).kind).toBe('retry')
  })

  it('obeys Retry-After on any failure', () => {
    expect(outcomeOf({ ...failed, statusCode: 404, retryAfterMs: 60_000 })).toEqual({
      kind: 'retry',
      dueAt: 61_000,
      reason: 'Retry-After 1 min',
    })
  })
})

describe('failureOf', () => {
  const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code })

  it.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['EPIPE', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EMFILE', 'unreachable'],
    ['ENOBUFS', 'unreachable'],
    ['ETIMEDOUT', 'timeout'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['EPROTO', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
    ['SOMETHING_NEW', 'protocol'],
  ] as const)('puts %s into %s', (code, errorClass) => {
    const failure = failureOf(coded(code))
    expect(failure.errorClass).toBe(errorClass)
    expect(failure.message).toContain(code)
  })

  it('keeps the class of our own errors', () => {
    expect(failureOf(new AttemptError('blocked', 'No.'))).toEqual({ errorClass: 'blocked', message: 'No.' })
  })

  it('takes an unasked interim or upgrade answer as a broken protocol', () => {
    expect(failureOf(coded('UND_ERR_SOCKET', 'bad upgrade')).errorClass).toBe('protocol')
    expect(failureOf(coded('UND_ERR_SOCKET', 'bad response')).errorClass).toBe('protocol')
  })

  it('finds the telling one of several addresses, and the cause of a wrapper', () => {
    const many = new AggregateError([coded('ETIMEDOUT'), coded('ECONNREFUSED')])
    expect(failureOf(many).errorClass).toBe('refused')
    expect(failureOf(new Error('wrapped', { cause: coded('ENOTFOUND') })).errorClass).toBe('dns')
    expect(failureOf('thrown').errorClass).toBe('protocol')
  })
})
