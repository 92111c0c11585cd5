import type { ApiKey } from '#contract/api-keys.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import { statusOf } from './status.ts'

/** The key as everybody but its creator sees it. */
export const toApiKey = ({ organizationId: _organization, ...key }: ApiKeyRecord, now: number): ApiKey => ({
  ...key,
  status: statusOf(key, now),
})

type Told = Pick<
  ApiKeyRecord,
  | 'name'
  | 'description'
  | 'environment'
  | 'scopes'
  | 'prefix'
  | 'notBefore'
  | 'expiresAt'
  | 'disabledAt'
  | 'revokedAt'
  | 'allowedAddresses'
  | 'rateLimitPerMinute'
  | 'replaces'
  | 'replacedBy'
>

/** What the audit log tells of a key. */
export const audited = (key: ApiKeyRecord): Told => ({
  name: key.name,
  description: key.description,
  environment: key.environment,
  scopes: key.scopes,
  prefix: key.prefix,
  notBefore: key.notBefore,
  expiresAt: key.expiresAt,
  disabledAt: key.disabledAt,
  revokedAt: key.revokedAt,
  allowedAddresses: key.allowedAddresses,
  rateLimitPerMinute: key.rateLimitPerMinute,
  replaces: key.replaces,
  replacedBy: key.replacedBy,
})
