import { type GateAnswer, type GateFunction, operatorPasses, pass, refuse } from './answer.ts'
import type { ApiKeyPrincipal } from './facts.ts'
import { timeText } from './wording.ts'

const revoked = (at: number) =>
  refuse('key_revoked', `the key was revoked ${timeText(at)}`, 'create a new key', 'organization_admin')

const disabled = (at: number) =>
  refuse('key_disabled', `the key was disabled ${timeText(at)}`, 'enable the key', 'organization_admin')

const notYetValid = (from: number) =>
  refuse(
    'key_not_yet_valid',
    `the key is valid from ${timeText(from)}`,
    `wait until ${timeText(from)}`,
    'you',
  )

const expired = (at: number) =>
  refuse(
    'key_expired',
    `the key expired ${timeText(at)}`,
    'give the key a later end, or create a new one',
    'organization_admin',
  )

const addressNotAllowed = refuse(
  'key_address_not_allowed',
  'the key does not allow the address of the caller',
  'allow this address on the key',
  'organization_admin',
)

const rateLimited = refuse(
  'key_rate_limited',
  'the key is over its rate limit',
  'wait a moment, and call less often',
  'you',
)

/** Whether a key may be used at `now` (Unix ms), from where and as often as it is. */
export const keyMayBeUsed = (key: ApiKeyPrincipal, now: number): GateAnswer => {
  if (key.revokedAt !== null) return revoked(key.revokedAt)
  if (key.disabledAt !== null) return disabled(key.disabledAt)
  if (key.notBefore !== null && now < key.notBefore) return notYetValid(key.notBefore)
  if (key.expiresAt !== null && now >= key.expiresAt) return expired(key.expiresAt)
  if (!key.addressAllowed) return addressNotAllowed
  if (!key.withinRateLimit) return rateLimited
  return pass('the key is valid')
}

/** Gate 1: a signed-in, active user, or an API key that is valid now. */
export const session: GateFunction = ({ principal, facts }) => {
  switch (principal.kind) {
    case 'anonymous':
      return refuse('not_signed_in', 'nobody is signed in', 'sign in', 'you')
    case 'unknown_key':
      return refuse('key_unknown', 'no key has this secret', 'send the secret of a key that exists', 'you')
    case 'operator':
      return operatorPasses
    case 'api_key':
      return keyMayBeUsed(principal, facts.now)
    case 'user':
      return principal.status === 'active'
        ? pass('signed in, and the account is active')
        : refuse('account_disabled', 'the account is disabled', 'enable the account', 'organization_admin')
  }
}
