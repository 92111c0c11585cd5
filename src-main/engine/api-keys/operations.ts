import { z } from 'zod'
import type { ApiKey } from '#contract/api-keys.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { newSecret } from './secret.ts'
import { statusOf } from './status.ts'

const cursorSchema = z.string().max(64)

/** The key as everybody but its creator sees it. */
export const toApiKey = (key: ApiKeyRecord, now: number): ApiKey => ({
  id: key.id,
  name: key.name,
  description: key.description,
  environment: key.environment,
  scopes: key.scopes,
  prefix: key.prefix,
  status: statusOf(key, now),
  createdAt: key.createdAt,
  createdBy: key.createdBy,
  expiresAt: key.expiresAt,
  revokedAt: key.revokedAt,
  lastUsedAt: key.lastUsedAt,
  lastUsedAddress: key.lastUsedAddress,
})

/** What the audit log tells of a key. */
const audited = ({ name, description, environment, scopes, prefix, expiresAt, revokedAt }: ApiKeyRecord) => ({
  name,
  description,
  environment,
  scopes,
  prefix,
  expiresAt,
  revokedAt,
})

/** A key could give itself the scopes that it lacks. */
const requireNoKey = ({ principal }: Caller): void => {
  if (principal.kind !== 'api_key') return
  throw new PatchbayError('scope_missing', {
    detail: 'No API key can create or change keys: a person has to.',
  })
}

export const createApiKeys = ({
  store,
  clock,
  ids,
  randomBytes,
  access,
  audit,
}: Toolbox): Operations<ConsoleContract['apiKeys']> => ({
  async list(caller, { organizationId, cursor, limit, search, status }) {
    await access.require(caller, 'api_keys.view', { organizationId })
    const now = clock.now()
    const beforeId = readCursor(cursor, cursorSchema)
    const keys = await store.read.apiKeys.list({
      organizationId,
      search,
      status,
      now,
      beforeId,
      limit: limit + 1,
    })
    return toPage(
      keys,
      limit,
      ({ id }) => id,
      (key) => toApiKey(key, now),
    )
  },

  async get(caller, { organizationId, apiKeyId }) {
    const key = await store.read.apiKeys.get(apiKeyId)
    await access.require(caller, 'api_keys.view', named(organizationId, 'api_key', apiKeyId, key))
    if (key === null) throw new PatchbayError('not_found')
    return toApiKey(key, clock.now())
  },

  async create(caller, { organizationId, name, description, environment, scopes, expiresAt = null }) {
    await access.require(caller, 'api_keys.manage', { organizationId, kind: 'api_key' })
    requireNoKey(caller)
    const now = clock.now()
    if (expiresAt !== null && expiresAt <= now) throw invalid('/expiresAt', 'Give a time in the future')
    const { secret, prefix, hash } = newSecret(environment, randomBytes)
    const key: ApiKeyRecord = {
      id: ids.next('key'),
      organizationId,
      name,
      description,
      environment,
      scopes: [...new Set(scopes)],
      prefix,
      createdAt: now,
      createdBy: callerName(caller),
      notBefore: null,
      expiresAt,
      disabledAt: null,
      revokedAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      lastUsedRoute: null,
    }
    await store.write(async (writer) => {
      await writer.apiKeys.insert({ ...key, secretHash: hash })
      await audit.record(writer, caller, {
        action: 'api_keys.create',
        organizationId,
        targetKind: 'api_key',
        targetId: key.id,
        after: audited(key),
      })
    })
    return { key: toApiKey(key, now), secret }
  },

  async update(caller, { organizationId, apiKeyId, name, description, environment, scopes }) {
    const known = await store.read.apiKeys.get(apiKeyId)
    await access.require(caller, 'api_keys.manage', named(organizationId, 'api_key', apiKeyId, known))
    requireNoKey(caller)
    const changes = { name, description, environment, scopes: [...new Set(scopes)] }
    return store.write(async (writer) => {
      const before = await writer.apiKeys.get(apiKeyId)
      if (before === null) throw new PatchbayError('not_found')
      if (before.revokedAt !== null) {
        throw new PatchbayError('conflict', {
          detail: 'This key has been revoked; it cannot be changed any more.',
        })
      }
      const after = { ...before, ...changes }
      await writer.apiKeys.update(apiKeyId, changes)
      await audit.record(writer, caller, {
        action: 'api_keys.update',
        organizationId,
        targetKind: 'api_key',
        targetId: apiKeyId,
        before: audited(before),
        after: audited(after),
      })
      return toApiKey(after, clock.now())
    })
  },

  async revoke(caller, { organizationId, apiKeyIds }) {
    const wanted = [...new Set(apiKeyIds)]
    const own = new Map(
      (await store.read.apiKeys.getMany(wanted))
        .filter((key) => key.organizationId === organizationId)
        .map((key) => [key.id, key]),
    )
    const addressed = wanted.find((id) => !own.has(id)) ?? wanted[0] ?? ''
    const target = named(organizationId, 'api_key', addressed, own.get(addressed) ?? null)
    await access.require(caller, 'api_keys.manage', target)
    const now = clock.now()
    return store.write(async (writer) => {
      const keys = (await writer.apiKeys.getMany(wanted)).filter(({ revokedAt }) => revokedAt === null)
      if (keys.length === 0) return { revoked: 0 }
      await writer.apiKeys.revoke(
        keys.map(({ id }) => id),
        now,
      )
      for (const key of keys) {
        await audit.record(writer, caller, {
          action: 'api_keys.revoke',
          organizationId,
          targetKind: 'api_key',
          targetId: key.id,
          before: audited(key),
          after: audited({ ...key, revokedAt: now }),
        })
      }
      return { revoked: keys.length }
    })
  },
})
