import { z } from 'zod'

/**
 * Every error code of Patchbay with its HTTP status and a title for the person who reads it.
 * Codes are stable: they are part of the tenant API. The first block are the refusals of access decisions.
 */
export const errorCodes = {
  not_signed_in: { status: 401, title: 'You are not signed in.' },
  account_disabled: { status: 403, title: 'This account is disabled.' },
  key_unknown: { status: 401, title: 'This API key is not known.' },
  key_revoked: { status: 401, title: 'This API key has been revoked.' },
  key_disabled: { status: 401, title: 'This API key is disabled.' },
  key_not_yet_valid: { status: 401, title: 'This API key is not valid yet.' },
  key_expired: { status: 401, title: 'This API key has expired.' },
  key_address_not_allowed: { status: 403, title: 'This API key may not be used from this address.' },
  key_rate_limited: { status: 429, title: 'This API key is over its rate limit.' },
  switched_off: { status: 403, title: 'This function is switched off.' },
  role_not_allowed: { status: 403, title: 'Your workspace role does not allow this.' },
  not_platform_admin: { status: 403, title: 'Only platform admins may do this.' },
  capability_missing: { status: 403, title: 'The plan does not include this.' },
  capability_denied: { status: 403, title: 'This capability has been denied for this organization.' },
  trial_ended: { status: 403, title: 'The trial of this capability has ended.' },
  membership_required: { status: 403, title: 'This needs a membership of the organization.' },
  organization_role_not_allowed: { status: 403, title: 'Your organization role does not allow this.' },
  not_found: { status: 404, title: 'Not found.' },
  scope_missing: { status: 403, title: 'The API key lacks the scope for this.' },
  grant_missing: { status: 403, title: 'The connection lacks the grant for this.' },
  invalid: { status: 422, title: 'Some of the input is not valid.' },

  malformed: { status: 400, title: 'The request could not be read.' },
  wrong_credentials: { status: 401, title: 'Email or password are not right.' },
  sign_in_code_invalid: { status: 401, title: 'This sign-in code is not valid any more.' },
  session_locked: { status: 423, title: 'The session is locked.' },
  origin_not_allowed: { status: 403, title: 'This origin may not call Patchbay.' },
  host_not_allowed: { status: 421, title: 'This host name is not served here.' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  payload_too_large: { status: 413, title: 'The payload is too large.' },
  unsupported_media_type: { status: 415, title: 'Only application/json is read here.' },
  too_many_requests: { status: 429, title: 'Too many requests. Try again later.' },
  idempotency_conflict: {
    status: 409,
    title: 'This idempotency key was used with another body in the last 24 hours.',
  },
  event_erased: { status: 410, title: 'The body of this event was erased.' },
  conflict: { status: 409, title: 'The state has changed in the meantime.' },
  destination_blocked: { status: 422, title: 'The network policy blocks this address.' },
  already_set_up: { status: 409, title: 'Patchbay is set up already.' },
  not_set_up: { status: 409, title: 'Patchbay is not set up yet.' },
  demo_only: { status: 403, title: 'This works in the demo workspace only.' },
  stopping: { status: 503, title: 'Patchbay is stopping. Try again in a moment.' },
  busy: { status: 503, title: 'Patchbay is at its limit. Try again in a moment.' },
  storage_failed: { status: 507, title: 'Patchbay could not write to its disk. Nothing was accepted.' },
  internal: { status: 500, title: 'Something went wrong inside Patchbay.' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCodes
export const errorCodeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])

/** One field of the input that is not valid. `path` is a JSON pointer into the input, `''` for the whole. */
export const fieldErrorSchema = z.object({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof fieldErrorSchema>
