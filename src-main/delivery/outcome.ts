import type { DeliveryKind, ErrorClass } from '#contract/vocabulary.ts'
import type { Outcome } from '#main/store/interface.ts'
import { nextAttempt } from './backoff.ts'

export interface OutcomeQuestion {
  readonly kind: DeliveryKind
  readonly statusCode: number | null
  readonly errorClass: ErrorClass | null
  /** Attempts made so far, this one included. */
  readonly attemptsMade: number
  readonly finishedAt: number
  readonly scheduleMs: readonly number[]
  readonly retryAfterMs: number | null
  /** In [0, 1). */
  readonly random: number
}

/** Tests, connectivity checks and replays are made once and never count for the webhook. */
export const countsForWebhook = (kind: DeliveryKind): boolean => kind === 'event' || kind === 'resend'

/** Applies the response rules: 2xx delivered, 410 gone, everything else by the schedule. */
export const outcomeOf = (question: OutcomeQuestion): Outcome => {
  if (question.errorClass === null) return { kind: 'delivered' }
  if (!countsForWebhook(question.kind)) return { kind: 'exhausted' }
  if (question.statusCode === 410) return { kind: 'gone' }
  const next = nextAttempt(question)
  return next ? { kind: 'retry', ...next } : { kind: 'exhausted' }
}
