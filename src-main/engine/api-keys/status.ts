import type { ApiKeyStatus } from '#contract/vocabulary.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import type { ApiKeyPrincipal } from '../access/facts.ts'

/** What a key is at `now`, in the order in which the session gate refuses. */
export const statusOf = (
  {
    revokedAt,
    disabledAt,
    notBefore,
    expiresAt,
  }: Pick<ApiKeyRecord, 'revokedAt' | 'disabledAt' | 'notBefore' | 'expiresAt'>,
  now: number,
): ApiKeyStatus => {
  if (revokedAt !== null) return 'revoked'
  if (disabledAt !== null) return 'disabled'
  if (notBefore !== null && now < notBefore) return 'not_yet_valid'
  if (expiresAt !== null && now >= expiresAt) return 'expired'
  return 'active'
}

/** What is known of a call besides the key. */
export type Call = Pick<ApiKeyPrincipal, 'addressAllowed' | 'withinRateLimit' | 'retryAfterSeconds'>

const noCall: Call = { addressAllowed: true, withinRateLimit: true }

/** The key as somebody who asks. Without a call (when somebody asks about the key) no address or rate is against it. */
export const toPrincipal = (key: ApiKeyRecord, call: Call = noCall): ApiKeyPrincipal => ({
  kind: 'api_key',
  id: key.id,
  name: key.name,
  organizationId: key.organizationId,
  scopes: key.scopes,
  revokedAt: key.revokedAt,
  disabledAt: key.disabledAt,
  notBefore: key.notBefore,
  expiresAt: key.expiresAt,
  ...call,
})
