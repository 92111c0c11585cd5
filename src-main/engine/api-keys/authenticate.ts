import { timingSafeEqual } from 'node:crypto'
import type { ApiKeyRecord, ApiKeyUse } from '#main/store/interface.ts'
import type { ApiKeyPrincipal } from '../access/facts.ts'
import type { Toolbox } from '../parts.ts'
import { hashSecret, parseSecret } from './secret.ts'
import { statusOf, toPrincipal } from './status.ts'

/** A change by another process (the command line) is honoured after this long at the latest, ms. */
const freshMs = 1_000
const cachedMax = 1_000
/** The use of one key is written no more often than this, ms. */
const useEveryMs = 60_000

/** Where a key is used: the caller's address and the route, without anything of the request in it. */
export interface UseOfKey {
  readonly address: string | null
  readonly route: string
}

export interface KeyAuthentication {
  /** Whose secret it is. Whether the key may be used is for the session gate to say. */
  authenticate(secret: string, use: UseOfKey): Promise<ApiKeyPrincipal | { readonly kind: 'unknown_key' }>
  /** Writes the last uses of the keys that were not written in the last minute. Call it every few seconds. */
  flushUses(): Promise<void>
  /** Writes all last uses and listens to no more changes. For the stop. */
  close(): Promise<void>
}

/** The keys that were seen in the last second. What changed in this process is gone from it before its commit returns. */
const keyCache = ({ store, clock }: Toolbox) => {
  const cached = new Map<string, { key: ApiKeyRecord; readAt: number }>()
  let generation = 0
  const stopListening = store.onChange((topics) => {
    if (!topics.includes('api_keys')) return
    generation += 1
    cached.clear()
  })
  return {
    stopListening,
    async find(secretHash: Buffer): Promise<ApiKeyRecord | null> {
      const name = secretHash.toString('base64')
      const known = cached.get(name)
      if (known !== undefined && clock.now() - known.readAt < freshMs) return known.key
      const readIn = generation
      const readAt = clock.now()
      const found = await store.read.apiKeys.getBySecretHash(secretHash)
      if (found === null || !timingSafeEqual(found.secretHash, secretHash)) return null
      const { secretHash: _hash, ...key } = found
      if (readIn === generation) {
        if (cached.size >= cachedMax) cached.clear()
        cached.set(name, { key, readAt })
      }
      return key
    },
  }
}

/** Recognises API keys by their secret, without a write for each request. */
export const createKeyAuthentication = (toolbox: Toolbox): KeyAuthentication => {
  const { store, clock } = toolbox
  const cache = keyCache(toolbox)
  const pending = new Map<string, ApiKeyUse>()
  const writtenAt = new Map<string, number>()

  const write = async (uses: readonly ApiKeyUse[]): Promise<void> => {
    if (uses.length === 0) return
    const now = clock.now()
    await store.write((writer) => writer.apiKeys.recordUses(uses))
    for (const use of uses) {
      writtenAt.set(use.id, now)
      if (pending.get(use.id) === use) pending.delete(use.id)
    }
  }

  return {
    async authenticate(secret, { address, route }) {
      if (parseSecret(secret) === null) return { kind: 'unknown_key' }
      const key = await cache.find(hashSecret(secret))
      if (key === null) return { kind: 'unknown_key' }
      const at = clock.now()
      if (statusOf(key, at) === 'active') pending.set(key.id, { id: key.id, at, address, route })
      return toPrincipal(key)
    },
    async flushUses() {
      const now = clock.now()
      for (const [id, at] of writtenAt) if (now - at >= useEveryMs) writtenAt.delete(id)
      await write([...pending.values()].filter(({ id }) => !writtenAt.has(id)))
    },
    async close() {
      cache.stopListening()
      await write([...pending.values()])
    },
  }
}
