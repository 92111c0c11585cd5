import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { ApiKeyScope, ApiKeyStatus, Environment } from '#contract/vocabulary.ts'
import { apiKeyScopes } from '#contract/vocabulary.ts'
import {
  type ApiKeyCallReader,
  type ApiKeyCallWriter,
  apiKeyCallReader,
  apiKeyCallWriter,
} from './api-key-calls.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface ApiKeyRecord {
  id: string
  organizationId: string
  name: string
  description: string
  environment: Environment
  scopes: ApiKeyScope[]
  /** The visible start of the secret. */
  prefix: string
  createdAt: number
  createdBy: string
  notBefore: number | null
  expiresAt: number | null
  disabledAt: number | null
  revokedAt: number | null
  /** CIDR ranges in their normal form; empty: every address. */
  allowedAddresses: string[]
  rateLimitPerMinute: number | null
  /** The key that it took the place of, and the one that took its place. */
  replaces: string | null
  replacedBy: string | null
  lastUsedAt: number | null
  lastUsedAddress: string | null
  lastUsedRoute: string | null
}

/** The latest call with a key. */
export interface ApiKeyUse {
  id: string
  at: number
  address: string | null
  route: string
}

/** What can be changed of a key. */
export type ApiKeyChanges = Partial<
  Pick<
    ApiKeyRecord,
    | 'name'
    | 'description'
    | 'environment'
    | 'scopes'
    | 'notBefore'
    | 'expiresAt'
    | 'disabledAt'
    | 'allowedAddresses'
    | 'rateLimitPerMinute'
    | 'replacedBy'
  >
>

export interface ApiKeyReader extends ApiKeyCallReader {
  get(id: string): Promise<ApiKeyRecord | null>
  /** Those of `ids` that exist, in no order. */
  getMany(ids: readonly string[]): Promise<ApiKeyRecord[]>
  /** By the SHA-256 of the secret, which comes back for a comparison in constant time. */
  getBySecretHash(secretHash: Buffer): Promise<(ApiKeyRecord & { secretHash: Buffer }) | null>
  /** Newest first, older than the key `beforeId`. `status` is what it is at `now`. */
  list(query: {
    organizationId: string
    search?: string
    status?: ApiKeyStatus
    environment?: Environment
    now: number
    beforeId?: string
    limit: number
  }): Promise<ApiKeyRecord[]>
  /** Keys in use that end after `now` and up to `until`, and were not replaced; the earliest end first. */
  listExpiring(query: {
    organizationId: string
    now: number
    until: number
    limit: number
  }): Promise<ApiKeyRecord[]>
}
export interface ApiKeyWriter extends ApiKeyReader, ApiKeyCallWriter {
  insert(key: ApiKeyRecord & { secretHash: Buffer }): Promise<void>
  update(id: string, changes: ApiKeyChanges): Promise<void>
  /** Those that are revoked already stay as they are. */
  revoke(ids: readonly string[], at: number): Promise<void>
  /** Remembers the latest use of each key; an earlier one than is known changes nothing. */
  recordUses(uses: readonly ApiKeyUse[]): Promise<void>
}

const isScope = (text: string): text is ApiKeyScope => apiKeyScopes.some((scope) => scope === text)

const addressesOf = (json: string | null): string[] => {
  const value: unknown = json === null ? [] : JSON.parse(json)
  return Array.isArray(value) ? value.map(String) : []
}

const toApiKey = (row: Selectable<Tables['api_keys']>): ApiKeyRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  description: row.description,
  environment: row.environment,
  scopes: row.scopes.split(' ').filter(isScope),
  prefix: row.prefix,
  createdAt: row.created_at,
  createdBy: row.created_by,
  notBefore: row.not_before,
  expiresAt: row.expires_at,
  disabledAt: row.disabled_at,
  revokedAt: row.revoked_at,
  allowedAddresses: addressesOf(row.allowed_addresses),
  rateLimitPerMinute: row.rate_limit_per_minute,
  replaces: row.replaces,
  replacedBy: row.replaced_by,
  lastUsedAt: row.last_used_at,
  lastUsedAddress: row.last_used_address,
  lastUsedRoute: row.last_used_route,
})

/** The statuses exclude each other in the order in which the session gate refuses. */
const hasStatus =
  (status: ApiKeyStatus, now: number) =>
  (where: ExpressionBuilder<Tables, 'api_keys'>): Expression<SqlBool> => {
    const revoked = where('revoked_at', 'is not', null)
    const disabled = where('disabled_at', 'is not', null)
    const early = where.and([where('not_before', 'is not', null), where('not_before', '>', now)])
    const expired = where.and([where('expires_at', 'is not', null), where('expires_at', '<=', now)])
    switch (status) {
      case 'revoked':
        return revoked
      case 'disabled':
        return where.and([where.not(revoked), disabled])
      case 'not_yet_valid':
        return where.and([where.not(revoked), where.not(disabled), early])
      case 'expired':
        return where.and([where.not(revoked), where.not(disabled), where.not(early), expired])
      case 'active':
        return where.not(where.or([revoked, disabled, early, expired]))
    }
  }

/** The columns that changes come to; what is undefined stays as it is. */
const changedColumns = (changes: ApiKeyChanges) => ({
  name: changes.name,
  description: changes.description,
  environment: changes.environment,
  scopes: changes.scopes?.join(' '),
  not_before: changes.notBefore,
  expires_at: changes.expiresAt,
  disabled_at: changes.disabledAt,
  allowed_addresses: changes.allowedAddresses && JSON.stringify(changes.allowedAddresses),
  rate_limit_per_minute: changes.rateLimitPerMinute,
  replaced_by: changes.replacedBy,
})

export const apiKeyReader = (context: ReadContext): ApiKeyReader => {
  const { db } = context
  return {
    ...apiKeyCallReader(context),
    async get(id) {
      const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst()
      return row ? toApiKey(row) : null
    },
    async getMany(ids) {
      if (ids.length === 0) return []
      return (await db.selectFrom('api_keys').selectAll().where('id', 'in', ids).execute()).map(toApiKey)
    },
    async getBySecretHash(secretHash) {
      const row = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('secret_hash', '=', secretHash)
        .executeTakeFirst()
      return row ? { ...toApiKey(row), secretHash: row.secret_hash } : null
    },
    async list({ organizationId, search, status, environment, now, beforeId, limit }) {
      let query = db
        .selectFrom('api_keys')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('id', 'desc')
        .limit(limit)
      if (beforeId !== undefined) query = query.where('id', '<', beforeId)
      if (status !== undefined) query = query.where(hasStatus(status, now))
      if (environment !== undefined) query = query.where('environment', '=', environment)
      if (search) query = query.where(sql<boolean>`name LIKE ${containing(search)} ESCAPE '\\'`)
      return (await query.execute()).map(toApiKey)
    },
    async listExpiring({ organizationId, now, until, limit }) {
      const rows = await db
        .selectFrom('api_keys')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('expires_at', '>', now)
        .where('expires_at', '<=', until)
        .where('revoked_at', 'is', null)
        .where('disabled_at', 'is', null)
        .where('replaced_by', 'is', null)
        .orderBy('expires_at')
        .limit(limit)
        .execute()
      return rows.map(toApiKey)
    },
  }
}

export const apiKeyWriter = (context: WriteContext): ApiKeyWriter => {
  const { db, changed } = context
  return {
    ...apiKeyReader(context),
    ...apiKeyCallWriter(context),
    async insert(key) {
      await db
        .insertInto('api_keys')
        .values({
          id: key.id,
          organization_id: key.organizationId,
          name: key.name,
          description: key.description,
          environment: key.environment,
          scopes: key.scopes.join(' '),
          prefix: key.prefix,
          secret_hash: key.secretHash,
          created_at: key.createdAt,
          created_by: key.createdBy,
          not_before: key.notBefore,
          expires_at: key.expiresAt,
          disabled_at: key.disabledAt,
          revoked_at: key.revokedAt,
          allowed_addresses: JSON.stringify(key.allowedAddresses),
          rate_limit_per_minute: key.rateLimitPerMinute,
          replaces: key.replaces,
          replaced_by: key.replacedBy,
          last_used_at: key.lastUsedAt,
          last_used_address: key.lastUsedAddress,
          last_used_route: key.lastUsedRoute,
        })
        .execute()
      changed('api_keys')
    },
    async update(id, changes) {
      await db.updateTable('api_keys').set(changedColumns(changes)).where('id', '=', id).execute()
      changed('api_keys')
    },
    async revoke(ids, at) {
      await db
        .updateTable('api_keys')
        .set({ revoked_at: at })
        .where('id', 'in', ids)
        .where('revoked_at', 'is', null)
        .execute()
      changed('api_keys')
    },
    async recordUses(uses) {
      for (const { id, at, address, route } of uses) {
        await db
          .updateTable('api_keys')
          .set({ last_used_at: at, last_used_address: address, last_used_route: route })
          .where('id', '=', id)
          .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', at)]))
          .execute()
      }
      changed('api_key_uses')
    },
  }
}
