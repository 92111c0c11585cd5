import { timingSafeEqual } from 'node:crypto'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import type { ApiKeyPrincipal } from '../access/facts.ts'
import { keyMayBeUsed } from '../access/session-gate.ts'
import type { Toolbox } from '../parts.ts'
import { createRateLimits } from './rate-limit.ts'
import { hashSecret, parseSecret } from './secret.ts'
import { type Call, statusOf, toPrincipal } from './status.ts'
import { createKeyUses, type UseOfKey } from './uses.ts'

/** A change by another process (the command line) is honoured after this long at the latest, ms. */
const freshMs = 1_000
const cachedMax = 1_000

export interface KeyAuthentication {
  /**
   * Whose secret it is, and whether address and rate are as the key allows. Whether the key may be used is for the
   * session gate to say. The call is counted.
   */
  authenticate(secret: string, use: UseOfKey): Promise<ApiKeyPrincipal | { readonly kind: 'unknown_key' }>
  /** Whether the session gate lets the key pass: what asks for nothing else can be refused before a body is read. */
  mayBeUsed(key: ApiKeyPrincipal): boolean
  /** Notes that the access rules refused a call of an authenticated key. */
  countRefusal(key: Pick<ApiKeyPrincipal, 'id'>, use: UseOfKey): void
  /** Writes the uses of the keys that were not written in the last minute. Call it every few seconds. */
  flushUses(): Promise<void>
  /** Writes all uses and listens to no more changes. For the stop. */
  close(): Promise<void>
}

interface KnownKey {
  readonly key: ApiKeyRecord
  /** The key in a call that nothing is against: the same object for all such calls, so that what is made of it can be kept. */
  readonly principal: ApiKeyPrincipal
  /** Null: every address may use it. */
  readonly allows: ((address: string) => boolean) | null
  readonly readAt: number
}

/** The keys that were seen in the last second. What changed in this process is gone from it before its commit returns. */
const keyCache = ({ store, clock, addressRanges }: Toolbox) => {
  const cached = new Map<string, KnownKey>()
  let generation = 0
  const stopListening = store.onChange((topics) => {
    if (!topics.includes('api_keys')) return
    generation += 1
    cached.clear()
  })
  return {
    stopListening,
    /** By the hash of its secret; null when it has to be read. */
    known(name: string): KnownKey | null {
      const known = cached.get(name)
      return known !== undefined && clock.now() - known.readAt < freshMs ? known : null
    },
    async read(secret: string, name: string): Promise<KnownKey | null> {
      if (parseSecret(secret) === null) return null
      const secretHash = Buffer.from(name, 'base64')
      const readIn = generation
      const readAt = clock.now()
      const found = await store.read.apiKeys.getBySecretHash(secretHash)
      if (found === null || !timingSafeEqual(found.secretHash, secretHash)) return null
      const { secretHash: _hash, ...key } = found
      const allows = key.allowedAddresses.length === 0 ? null : addressRanges.matcher(key.allowedAddresses)
      const read = { key, principal: toPrincipal(key), allows, readAt }
      if (readIn === generation) {
        if (cached.size >= cachedMax) cached.clear()
        cached.set(name, read)
      }
      return read
    },
  }
}

/** Recognises API keys by their secret, without a write for each request. */
export const createKeyAuthentication = (toolbox: Toolbox): KeyAuthentication => {
  const { clock } = toolbox
  const cache = keyCache(toolbox)
  const limits = createRateLimits()
  const uses = createKeyUses(toolbox)

  /** What is against the call; null when the key may be used. One that is refused takes nothing from the rate limit. */
  const objectionTo = ({ key, allows }: KnownKey, address: string | null): Call | null => {
    const at = clock.now()
    const addressAllowed = allows === null || (address !== null && allows(address))
    if (!addressAllowed || statusOf(key, at) !== 'active') return { addressAllowed, withinRateLimit: true }
    const retryAfterSeconds = limits.take(key, at)
    return retryAfterSeconds === null ? null : { addressAllowed, withinRateLimit: false, retryAfterSeconds }
  }

  return {
    async authenticate(secret, use) {
      const name = hashSecret(secret)
      const known = cache.known(name) ?? (await cache.read(secret, name))
      if (known === null) return { kind: 'unknown_key' }
      const objection = objectionTo(known, use.address)
      uses.count(known.key.id, use, objection === null)
      return objection === null ? known.principal : toPrincipal(known.key, objection)
    },
    mayBeUsed: (key) => keyMayBeUsed(key, clock.now()).passed,
    countRefusal: ({ id }, use) => uses.countRefusal(id, use),
    async flushUses() {
      limits.forgetFull(clock.now())
      await uses.flush()
    },
    async close() {
      cache.stopListening()
      await uses.flushAll()
    },
  }
}
