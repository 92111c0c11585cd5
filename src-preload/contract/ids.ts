import { z } from 'zod'

/** Prefixes of the TypeIDs: one per noun. */
export const idPrefixes = {
  organization: 'org',
  occasion: 'occ',
  user: 'usr',
  session: 'ses',
  apiKey: 'key',
  connection: 'con',
  webhook: 'whk',
  webhookSecret: 'whs',
  event: 'evt',
  delivery: 'dlv',
  attempt: 'att',
  route: 'rte',
  override: 'ovr',
  networkRule: 'nwr',
  audit: 'aud',
  expectation: 'exp',
  release: 'rls',
  recovery: 'rcv',
  erasure: 'ers',
} as const
export type IdPrefix = (typeof idPrefixes)[keyof typeof idPrefixes]

/**
 * A TypeID: prefix, underscore, 26 characters of Crockford base32 that hold a UUIDv7, so ids sort by time.
 * Source: https://github.com/jetify-com/typeid/tree/main/spec
 */
const typeId = (prefix: IdPrefix) =>
  z.string().regex(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `Not an id of the form ${prefix}_…`)

export const organizationIdSchema = typeId('org')
export const occasionIdSchema = typeId('occ')
export const userIdSchema = typeId('usr')
export const sessionIdSchema = typeId('ses')
export const apiKeyIdSchema = typeId('key')
export const connectionIdSchema = typeId('con')
export const webhookIdSchema = typeId('whk')
export const webhookSecretIdSchema = typeId('whs')
export const eventIdSchema = typeId('evt')
export const deliveryIdSchema = typeId('dlv')
export const attemptIdSchema = typeId('att')
export const overrideIdSchema = typeId('ovr')
export const networkRuleIdSchema = typeId('nwr')
export const auditIdSchema = typeId('aud')
export const expectationIdSchema = typeId('exp')
export const releaseIdSchema = typeId('rls')
export const recoveryIdSchema = typeId('rcv')
export const erasureIdSchema = typeId('ers')

/**
 * Owns the platform-scoped webhooks and their events, so that they go the way of all deliveries. It is no tenant: no
 * list shows it, nobody is a member of it, and whoever addresses it is answered `not_found`.
 */
export const platformOrganizationId = 'org_00000000000000000000000000'
