import type { Action } from '#contract/actions.ts'
import type { ApiKeyRecord, Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

type Tools = Pick<Toolbox, 'store' | 'access'>

/**
 * The key, for somebody who may do the action.
 * @throws PatchbayError as the access decision says; `not_found` for one of another organization too.
 */
export const requireKey = async (
  { store, access }: Tools,
  caller: Caller,
  action: Action,
  { organizationId, apiKeyId }: { organizationId: string; apiKeyId: string },
): Promise<ApiKeyRecord> => {
  const key = await store.read.apiKeys.get(apiKeyId)
  await access.require(caller, action, named(organizationId, 'api_key', apiKeyId, key))
  if (key === null) throw new PatchbayError('not_found')
  return key
}

/**
 * The keys in the order of their ids as given, each once: all of them, or none.
 * @throws PatchbayError as the access decision says; `not_found` when one is of another organization.
 */
export const requireKeys = async (
  { store, access }: Tools,
  caller: Caller,
  action: Action,
  { organizationId, apiKeyIds }: { organizationId: string; apiKeyIds: readonly string[] },
): Promise<ApiKeyRecord[]> => {
  const wanted = [...new Set(apiKeyIds)]
  const own = new Map(
    (await store.read.apiKeys.getMany(wanted))
      .filter((key) => key.organizationId === organizationId)
      .map((key) => [key.id, key]),
  )
  const addressed = wanted.find((id) => !own.has(id)) ?? wanted[0] ?? ''
  const target = named(organizationId, 'api_key', addressed, own.get(addressed) ?? null)
  await access.require(caller, action, target)
  return wanted.flatMap((id) => own.get(id) ?? [])
}

/** A key could give itself what it lacks. @throws PatchbayError `scope_missing`. */
export const requireNoKey = ({ principal }: Caller): void => {
  if (principal.kind !== 'api_key') return
  throw new PatchbayError('scope_missing', {
    detail: 'No API key can create or change keys: a person has to.',
  })
}

/** As it is in this transaction. @throws PatchbayError `conflict` once it is revoked. */
export const changeable = async (writer: Writer, id: string): Promise<ApiKeyRecord> => {
  const key = await writer.apiKeys.get(id)
  if (key === null) throw new PatchbayError('not_found')
  if (key.revokedAt === null) return key
  throw new PatchbayError('conflict', {
    detail: 'This key has been revoked; it cannot be changed any more.',
  })
}
