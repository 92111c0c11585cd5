import type { DelayCause } from '#contract/protection.ts'
import type { ClaimedDelivery, Settlement } from '#main/store/interface.ts'
import { retryAfterOf } from './backoff.ts'
import { noFacts } from './connect.ts'
import type { Failure } from './failure.ts'
import type { Exchange } from './flight.ts'
import { outcomeOf } from './outcome.ts'
import type { PreparedRequest } from './signed-request.ts'

export interface SettlementParts {
  readonly webhookId: string
  readonly url: string
  readonly scheduleMs: readonly number[]
  readonly delivery: ClaimedDelivery
  readonly delayedBy: DelayCause | null
  readonly sent: Pick<PreparedRequest, 'recordedHeaders' | 'secretIds' | 'shaped'>
  readonly exchange: Exchange
  readonly attemptId: string
  /** In [0, 1). */
  readonly random: number
}

/** To a hundredth of a ms: what a clock can tell, and short in the record. */
const rounded = (durationMs: number | null): number | null =>
  durationMs === null ? null : Math.round(durationMs * 100) / 100

/** How long the receiver, or whoever else refused, asks to wait; null when nobody does. */
const askedPauseOf = ({ failure, responseHeaders, finishedAt }: Exchange): number | null => {
  if (failure === null) return null
  const ofReceiver = retryAfterOf(responseHeaders, finishedAt)
  return failure.notBefore === undefined
    ? ofReceiver
    : Math.max(ofReceiver ?? 0, failure.notBefore - finishedAt)
}

/** What is recorded of an attempt, and what follows from it. */
export const settlementOf = (parts: SettlementParts): Settlement => {
  const { webhookId, url, scheduleMs, delivery, delayedBy, sent, exchange, attemptId, random } = parts
  const { startedAt, finishedAt, statusCode, failure, responseBody } = exchange
  const number = delivery.attempts + 1
  const outcome = outcomeOf({
    kind: delivery.kind,
    statusCode,
    errorClass: failure?.errorClass ?? null,
    attemptsMade: number,
    finishedAt,
    scheduleMs,
    retryAfterMs: askedPauseOf(exchange),
    random,
  })
  return {
    webhookId,
    deliveryKind: delivery.kind,
    outcome,
    attempt: {
      id: attemptId,
      deliveryId: delivery.id,
      number,
      startedAt,
      finishedAt,
      url,
      statusCode,
      errorClass: failure?.errorClass ?? null,
      errorMessage: failure?.message ?? null,
      requestHeaders: sent.recordedHeaders,
      responseHeaders: exchange.responseHeaders,
      responseBody: responseBody !== null && responseBody.length > 0 ? responseBody : null,
      responseBodyTruncated: exchange.responseBodyTruncated,
      remoteAddress: exchange.remoteAddress,
      tlsVersion: exchange.tlsVersion,
      tlsCertificateEndsAt: exchange.tlsCertificateEndsAt,
      phases: {
        queueMs: Math.max(0, startedAt - Math.max(delivery.dueAt, delivery.createdAt)),
        dnsMs: rounded(exchange.dnsMs),
        connectMs: rounded(exchange.connectMs),
        tlsMs: rounded(exchange.tlsMs),
        firstByteMs: rounded(exchange.firstByteMs),
        bodyMs: rounded(exchange.bodyMs),
      },
      secretIds: sent.secretIds,
      delayedBy,
      shaped: sent.shaped,
      nextAttemptAt: outcome.kind === 'retry' ? outcome.dueAt : null,
      nextAttemptReason: outcome.kind === 'retry' ? outcome.reason : null,
    },
  }
}

/** The exchange of a request that could not be made at all. */
export const failedExchange = (
  times: Pick<Exchange, 'startedAt' | 'finishedAt'>,
  failure: Failure | null,
): Exchange => ({
  ...noFacts,
  ...times,
  statusCode: null,
  failure,
  responseHeaders: null,
  responseBody: null,
  responseBodyTruncated: false,
  firstByteMs: null,
  bodyMs: null,
})
