import type { Decision } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { PatchbayError } from '../errors.ts'
import type { Principal } from './facts.ts'

const waitOf = (code: ErrorCode, principal: Principal): number | undefined =>
  code === 'key_rate_limited' && principal.kind === 'api_key' ? principal.retryAfterSeconds : undefined

/** The error of a refused call: with how long to wait where waiting helps, and the decision where it may be told. */
export const refusal = (code: ErrorCode, principal: Principal, decision?: Decision): PatchbayError => {
  const retryAfterSeconds = waitOf(code, principal)
  return new PatchbayError(code, {
    ...(decision !== undefined && { decision }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}
