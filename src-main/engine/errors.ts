import type { Decision } from '#contract/decision.ts'
import { type ErrorCode, errorCodes, type FieldError } from '#contract/errors.ts'

interface Details {
  /** For the person: what happened, without a secret in it. */
  readonly detail?: string
  readonly fields?: readonly FieldError[]
  readonly decision?: Decision
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** An error with a stable code. The host makes an RFC 9457 problem of it. */
export class PatchbayError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly fields: readonly FieldError[] | undefined
  readonly decision: Decision | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, details: Details = {}) {
    super(details.detail ?? errorCodes[code].title, { cause: details.cause })
    this.name = 'PatchbayError'
    this.code = code
    this.detail = details.detail
    this.fields = details.fields
    this.decision = details.decision
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** Input that the schema let through and the operation does not. `path` is a JSON pointer. */
export const invalid = (path: string, message: string): PatchbayError =>
  new PatchbayError('invalid', { detail: message, fields: [{ path, message }] })
