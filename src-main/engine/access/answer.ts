import type { Decision } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { Question } from './question.ts'

/** The codes that a gate can refuse with. */
export type RefusalCode = Extract<
  ErrorCode,
  | 'not_signed_in'
  | 'account_disabled'
  | 'key_unknown'
  | 'key_revoked'
  | 'key_disabled'
  | 'key_not_yet_valid'
  | 'key_expired'
  | 'key_address_not_allowed'
  | 'key_rate_limited'
  | 'switched_off'
  | 'role_not_allowed'
  | 'not_platform_admin'
  | 'capability_missing'
  | 'capability_denied'
  | 'trial_ended'
  | 'membership_required'
  | 'organization_role_not_allowed'
  | 'not_found'
  | 'scope_missing'
  | 'grant_missing'
  | 'invalid'
>

export type Remedy = NonNullable<Decision['remedy']>

/** What one gate says: the fact that it read and, when it refuses, the code and the way out. */
export type GateAnswer =
  | { readonly passed: true; readonly fact: string }
  | { readonly passed: false; readonly code: RefusalCode; readonly fact: string; readonly remedy: Remedy }

/** One gate of the rules: total, and reading nothing but the question. */
export type GateFunction = (question: Question) => GateAnswer

export const pass = (fact: string): GateAnswer => ({ passed: true, fact })

/** A refusal with the smallest change that moves it out of the way, and who may make that change. */
export const refuse = (code: RefusalCode, fact: string, change: string, by: Remedy['by']): GateAnswer => ({
  passed: false,
  code,
  fact,
  remedy: { change, by },
})

export const nothingRead = pass('nothing was read: there is no such organization here')
export const operatorPasses = pass('runs on the machine that holds the data')
