import { z } from 'zod'
import { apiKeyIdSchema } from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'
import { apiKeyScopeSchema, apiKeyStatusSchema, environmentSchema } from './vocabulary.ts'

export const apiKeyNameSchema = z.string().trim().min(1, 'Give the key a name').max(80)

/** A key as everybody but its creator sees it. `prefix` is the visible start of the secret. */
export const apiKeySchema = z.object({
  id: apiKeyIdSchema,
  name: z.string(),
  description: z.string(),
  environment: environmentSchema,
  scopes: z.array(apiKeyScopeSchema),
  prefix: z.string(),
  status: apiKeyStatusSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  /** The key is refused before this time. */
  notBefore: timeSchema.nullable(),
  expiresAt: timeSchema.nullable(),
  disabledAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
  /** CIDR ranges that may use it, as `10.0.0.0/8` or `2001:db8::/32`; empty: everybody. */
  allowedAddresses: z.array(z.string()),
  /** Null: no limit of its own. */
  rateLimitPerMinute: z.int().nullable(),
  lastUsedAt: timeSchema.nullable(),
  lastUsedAddress: z.string().nullable(),
  /** As `POST /v1/events`. */
  lastUsedRoute: z.string().nullable(),
  /** The key that this one was made in the place of, and the one that was made in its place. */
  replaces: apiKeyIdSchema.nullable(),
  replacedBy: apiKeyIdSchema.nullable(),
})
export type ApiKey = z.infer<typeof apiKeySchema>

export const allowedAddressesMax = 100
export const rateLimitPerMinuteMax = 60_000

const apiKeyFields = {
  name: apiKeyNameSchema,
  description: z.string().trim().max(500),
  environment: environmentSchema,
  scopes: z.array(apiKeyScopeSchema).min(1, 'Choose at least one scope').max(2),
  /** Before `expiresAt`. */
  notBefore: timeSchema.nullable(),
  /** In the future. */
  expiresAt: timeSchema.nullable(),
  /** Addresses and CIDR ranges, IPv4 and IPv6. An address counts as a range of one. */
  allowedAddresses: z.array(z.string().trim().min(1).max(64)).max(allowedAddressesMax),
  /** So many calls at once, refilled evenly over a minute. */
  rateLimitPerMinute: z.int().min(1).max(rateLimitPerMinuteMax).nullable(),
}

export const apiKeyCreateSchema = z.object({
  name: apiKeyFields.name,
  description: apiKeyFields.description.default(''),
  environment: apiKeyFields.environment,
  scopes: apiKeyFields.scopes,
  notBefore: apiKeyFields.notBefore.optional(),
  expiresAt: apiKeyFields.expiresAt.optional(),
  allowedAddresses: apiKeyFields.allowedAddresses.default([]),
  rateLimitPerMinute: apiKeyFields.rateLimitPerMinute.optional(),
})

/** What is absent stays as it is; null takes a bound away. */
export const apiKeyUpdateSchema = z.object(apiKeyFields).partial()

/** The only time that the secret leaves the program. */
export const apiKeyCreatedSchema = z.object({ key: apiKeySchema, secret: z.string() })

export const apiKeyFilterSchema = z.object({
  /** In the name. */
  search: z.string().max(200).optional(),
  status: apiKeyStatusSchema.optional(),
  environment: environmentSchema.optional(),
})

/** How long the old key still works after a rotation. */
export const rotationOverlaps = ['0', '1h', '24h', '7d'] as const
export const rotationOverlapSchema = z.enum(rotationOverlaps)
export type RotationOverlap = z.infer<typeof rotationOverlapSchema>

/** A key is told as expiring so many days before its end. */
export const expiryNoticeDays = 14

export const apiKeyUsageRanges = ['24h', '7d', '30d'] as const

/** `refused`: of the calls, those that the key or the access rules refused. Up to a minute behind. */
export const apiKeyUsageSchema = z.object({
  since: timeSchema,
  /** An hour in the range `24h`, else a day; aligned in UTC, the last one is the present one. */
  bucketMs: z.int(),
  buckets: z.array(z.object({ startsAt: timeSchema, calls: z.int(), refused: z.int() })),
  calls: z.int(),
  refused: z.int(),
})
export type ApiKeyUsage = z.infer<typeof apiKeyUsageSchema>

/** Somebody who calls: a route from an address. Both are `other` for all beyond `callersPerDayMax` of one day. */
export const apiKeyCallerSchema = z.object({
  route: z.string(),
  address: z.string(),
  calls: z.int(),
  refused: z.int(),
  lastAt: timeSchema,
})
export type ApiKeyCaller = z.infer<typeof apiKeyCallerSchema>
export const callersPerDayMax = 100
export const otherCallers = 'other'

/** The most callers that are told of one key. */
export const impactCallersMax = 20

/** What stops when a key stops: its callers of the last 30 days, most calls first. Up to a minute behind. */
export const apiKeyImpactSchema = z.object({
  since: timeSchema,
  keys: z.array(
    z.object({
      key: apiKeySchema,
      calls: z.int(),
      refused: z.int(),
      /** The latest call, refused ones too. */
      lastAt: timeSchema.nullable(),
      callers: z.array(apiKeyCallerSchema),
      /** How many callers there are in all. */
      callersTotal: z.int(),
    }),
  ),
})
export type ApiKeyImpact = z.infer<typeof apiKeyImpactSchema>

const oneKey = inOrganizationSchema.extend({ apiKeyId: apiKeyIdSchema })
const keys = inOrganizationSchema.extend({ apiKeyIds: z.array(apiKeyIdSchema).min(1).max(200) })

export const apiKeysContract = {
  list: procedure('api_keys.view')
    .input(inOrganizationSchema.extend(pageInputSchema.shape).extend(apiKeyFilterSchema.shape))
    .output(pageOf(apiKeySchema)),
  get: procedure('api_keys.view').input(oneKey).output(apiKeySchema),
  /** Keys in use that end within `expiryNoticeDays` and were not replaced, the earliest end first; up to 50. */
  expiring: procedure('api_keys.view')
    .input(inOrganizationSchema)
    .output(z.object({ items: z.array(apiKeySchema), more: z.boolean() })),
  usage: procedure('api_keys.view')
    .input(oneKey.extend({ range: z.enum(apiKeyUsageRanges).default('24h') }))
    .output(apiKeyUsageSchema),
  /** For the dialogs that revoke, disable or rotate. */
  impact: procedure('api_keys.view').input(keys).output(apiKeyImpactSchema),
  /**
   * No key may do more than its creator: errors are `invalid` at `/scopes` with the reason, `/expiresAt`,
   * `/notBefore` and `/allowedAddresses/<index>`.
   */
  create: procedure('api_keys.manage')
    .input(inOrganizationSchema.extend(apiKeyCreateSchema.shape))
    .output(apiKeyCreatedSchema),
  /** Errors as for `create`; only scopes that the key did not have are asked about. `conflict` for a revoked key. */
  update: procedure('api_keys.manage').input(oneKey.extend(apiKeyUpdateSchema.shape)).output(apiKeySchema),
  /**
   * Makes a key with the same settings and a new secret. The old one ends after the overlap, or at its own end when
   * that is earlier. `expiresAt` of the new key is that of the old one when absent. `conflict` for a key that is
   * revoked, expired or replaced already.
   */
  rotate: procedure('api_keys.manage')
    .input(oneKey.extend({ overlap: rotationOverlapSchema, expiresAt: apiKeyFields.expiresAt.optional() }))
    .output(apiKeyCreatedSchema.extend({ replaced: apiKeySchema })),
  /** Refused until it is enabled again. `conflict` for a revoked key. */
  disable: procedure('api_keys.manage').input(oneKey).output(apiKeySchema),
  enable: procedure('api_keys.manage').input(oneKey).output(apiKeySchema),
  /** For good. */
  revoke: procedure('api_keys.manage')
    .input(keys)
    .output(z.object({ revoked: z.int() })),
}
