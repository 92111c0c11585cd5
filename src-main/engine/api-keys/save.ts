import type { RotationOverlap } from '#contract/api-keys.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { checkTimes, readRanges, requireGivable } from './checks.ts'
import { changeable, requireKey, requireNoKey } from './manage.ts'
import { type NewSecret, newSecret } from './secret.ts'
import { statusOf } from './status.ts'
import { dayMs, hourMs } from './uses.ts'
import { audited, toApiKey } from './view.ts'

const overlapsMs = {
  '0': 0,
  '1h': hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
} as const satisfies Record<RotationOverlap, number>

type Settings = Pick<
  ApiKeyRecord,
  | 'organizationId'
  | 'name'
  | 'description'
  | 'environment'
  | 'scopes'
  | 'notBefore'
  | 'expiresAt'
  | 'allowedAddresses'
  | 'rateLimitPerMinute'
  | 'disabledAt'
  | 'replaces'
>

/** @throws PatchbayError `conflict` for a key that has no future. */
const requireRotatable = (key: ApiKeyRecord, now: number): void => {
  if (statusOf(key, now) === 'expired') {
    throw new PatchbayError('conflict', { detail: 'This key has expired: create a new one.' })
  }
  if (key.replacedBy !== null) {
    throw new PatchbayError('conflict', {
      detail: `This key has been replaced already, by ${key.replacedBy}.`,
    })
  }
}

/** Creating, changing and rotating keys: what a person saves. */
export const createSave = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['apiKeys']>, 'create' | 'update' | 'rotate'> => {
  const { store, clock, ids, randomBytes, addressRanges, access, audit } = toolbox

  const newKey = (caller: Caller, settings: Settings, secret: NewSecret, now: number): ApiKeyRecord => ({
    ...settings,
    id: ids.next('key'),
    prefix: secret.prefix,
    createdAt: now,
    createdBy: callerName(caller),
    revokedAt: null,
    replacedBy: null,
    lastUsedAt: null,
    lastUsedAddress: null,
    lastUsedRoute: null,
  })

  return {
    async create(caller, { organizationId, ...input }) {
      await access.require(caller, 'api_keys.manage', { organizationId, kind: 'api_key' })
      requireNoKey(caller)
      const scopes = [...new Set(input.scopes)]
      await requireGivable(access, caller, organizationId, scopes)
      const now = clock.now()
      const { name, description, environment } = input
      const { notBefore = null, expiresAt = null, rateLimitPerMinute = null } = input
      checkTimes({ notBefore, expiresAt }, now)
      const secret = newSecret(environment, randomBytes)
      const key = newKey(
        caller,
        {
          organizationId,
          name,
          description,
          environment,
          scopes,
          notBefore,
          expiresAt,
          allowedAddresses: readRanges(addressRanges, input.allowedAddresses),
          rateLimitPerMinute,
          disabledAt: null,
          replaces: null,
        },
        secret,
        now,
      )
      await store.write(async (writer) => {
        await writer.apiKeys.insert({ ...key, secretHash: secret.hash })
        await audit.record(writer, caller, {
          action: 'api_keys.create',
          organizationId,
          targetKind: 'api_key',
          targetId: key.id,
          after: audited(key),
        })
      })
      return { key: toApiKey(key, now), secret: secret.secret }
    },

    async update(caller, { organizationId, apiKeyId, ...input }) {
      const known = await requireKey(toolbox, caller, 'api_keys.manage', { organizationId, apiKeyId })
      requireNoKey(caller)
      const { scopes, allowedAddresses } = input
      const fresh = (scopes ?? []).filter((scope) => !known.scopes.includes(scope))
      await requireGivable(access, caller, organizationId, fresh)
      const now = clock.now()
      const changes = {
        ...input,
        scopes: scopes && [...new Set(scopes)],
        allowedAddresses: allowedAddresses && readRanges(addressRanges, allowedAddresses),
      }
      return store.write(async (writer) => {
        const before = await changeable(writer, apiKeyId)
        const given = Object.entries(changes).filter(([, value]) => value !== undefined)
        const after: ApiKeyRecord = { ...before, ...Object.fromEntries(given) }
        if (JSON.stringify(after) === JSON.stringify(before)) return toApiKey(before, now)
        if (after.expiresAt !== before.expiresAt || after.notBefore !== before.notBefore)
          checkTimes(after, now)
        await writer.apiKeys.update(apiKeyId, changes)
        await audit.record(writer, caller, {
          action: 'api_keys.update',
          organizationId,
          targetKind: 'api_key',
          targetId: apiKeyId,
          before: audited(before),
          after: audited(after),
        })
        return toApiKey(after, now)
      })
    },

    async rotate(caller, { organizationId, apiKeyId, overlap, expiresAt }) {
      const known = await requireKey(toolbox, caller, 'api_keys.manage', { organizationId, apiKeyId })
      requireNoKey(caller)
      await requireGivable(access, caller, organizationId, known.scopes)
      const secret = newSecret(known.environment, randomBytes)
      return store.write(async (writer) => {
        const now = clock.now()
        const old = await changeable(writer, apiKeyId)
        requireRotatable(old, now)
        const times = { notBefore: old.notBefore, expiresAt: expiresAt ?? null }
        if (expiresAt === undefined) times.expiresAt = old.expiresAt
        checkTimes(times, now)
        const key = newKey(caller, { ...old, ...times, replaces: old.id }, secret, now)
        const end = Math.min(now + overlapsMs[overlap], old.expiresAt ?? Number.POSITIVE_INFINITY)
        const ending = { expiresAt: end, replacedBy: key.id }
        await writer.apiKeys.insert({ ...key, secretHash: secret.hash })
        await writer.apiKeys.update(old.id, ending)
        const replaced = { ...old, ...ending }
        await audit.record(writer, caller, {
          action: 'api_keys.rotate',
          organizationId,
          targetKind: 'api_key',
          targetId: old.id,
          before: audited(old),
          after: audited(replaced),
        })
        await audit.record(writer, caller, {
          action: 'api_keys.create',
          organizationId,
          targetKind: 'api_key',
          targetId: key.id,
          after: audited(key),
        })
        return { key: toApiKey(key, now), secret: secret.secret, replaced: toApiKey(replaced, now) }
      })
    },
  }
}
