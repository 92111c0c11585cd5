import type { ApiKeyStatus } from '#contract/vocabulary.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import type { ApiKeyPrincipal } from '../access/facts.ts'

/** What a key is at `now`, in the order in which the session gate refuses. */
export const statusOf = (
  { revokedAt, disabledAt, notBefore, expiresAt }: ApiKeyRecord,
  now: number,
): ApiKeyStatus => {
  if (revokedAt !== null) return 'revoked'
  if (disabledAt !== null) return 'disabled'
  if (notBefore !== null && now < notBefore) return 'not_yet_valid'
  if (expiresAt !== null && now >= expiresAt) return 'expired'
  return 'active'
}

/** The key as somebody who asks. No key is bound to addresses or a rate yet. */
export const toPrincipal = (key: ApiKeyRecord): ApiKeyPrincipal => ({
  kind: 'api_key',
  id: key.id,
  name: key.name,
  organizationId: key.organizationId,
  scopes: key.scopes,
  revokedAt: key.revokedAt,
  disabledAt: key.disabledAt,
  notBefore: key.notBefore,
  expiresAt: key.expiresAt,
  addressAllowed: true,
  withinRateLimit: true,
})
