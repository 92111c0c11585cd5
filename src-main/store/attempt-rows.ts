import type { AttemptRecord } from './deliveries.ts'

/** The columns of `attempts` but its own number, in the order of `attemptRow`. */
export const attemptColumns = [
  'id',
  'delivery_id',
  'number',
  'started_at',
  'finished_at',
  'url',
  'status_code',
  'error_class',
  'error_message',
  'detail',
  'response_body',
  'response_body_truncated',
  'next_attempt_at',
  'next_attempt_reason',
] as const

/** `detail` as in `attempt-detail.ts`, JSON. */
export const attemptRow = (attempt: AttemptRecord, detail: string): unknown[] => [
  attempt.id,
  attempt.deliveryId,
  attempt.number,
  attempt.startedAt,
  attempt.finishedAt,
  attempt.url,
  attempt.statusCode,
  attempt.errorClass,
  attempt.errorMessage,
  detail,
  attempt.responseBody,
  attempt.responseBodyTruncated ? 1 : 0,
  attempt.nextAttemptAt,
  attempt.nextAttemptReason,
]
