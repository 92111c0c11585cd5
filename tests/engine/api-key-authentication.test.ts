import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '#main/store/interface.ts'
import { openMemoryStore } from '#main/store/open.ts'
import { type EngineFixture, engineFixture, startMs, testDataKey } from '../support/engine.ts'
import type { Key } from '../support/makers.ts'

const minute = 60_000

let world: EngineFixture
let key: Key
/** How often a key was looked up in the store. */
let lookups: number
/** Runs in the middle of a look-up, after the row was read. */
let afterReading: () => Promise<void>

/** The store, with its look-ups of keys counted. */
const watched = (store: Store): Store => ({
  ...store,
  read: {
    ...store.read,
    apiKeys: {
      ...store.read.apiKeys,
      async getBySecretHash(hash) {
        lookups += 1
        const found = await store.read.apiKeys.getBySecretHash(hash)
        await afterReading()
        return found
      },
    },
  },
})

beforeEach(async () => {
  lookups = 0
  afterReading = async () => {}
  world = engineFixture({ store: watched(openMemoryStore(testDataKey, startMs)) })
  const { id } = await world.organization()
  key = await world.key(id, { scopes: ['api'] })
})
afterEach(() => world.close())

const authenticate = (secret: string, route = 'POST /v1/events') =>
  world.engine.keys.authenticate(secret, { address: '192.0.2.9', route })
const revoke = () => world.store.write((writer) => writer.apiKeys.revoke([key.id], world.clock.now()))
const stored = async () => {
  const { lastUsedAt, lastUsedAddress, lastUsedRoute } = (await world.store.read.apiKeys.get(key.id)) ?? {}
  return { lastUsedAt, lastUsedAddress, lastUsedRoute }
}

describe('a secret', () => {
  test('tells whose it is', async () => {
    expect(await authenticate(key.secret)).toEqual(key.principal)
  })

  test('with a typing error costs no query', async () => {
    const last = key.secret.at(-1) === 'a' ? 'b' : 'a'
    expect(await authenticate(key.secret.slice(0, -1) + last)).toEqual({ kind: 'unknown_key' })
    expect(await authenticate('nonsense')).toEqual({ kind: 'unknown_key' })
    expect(lookups).toBe(0)
  })

  test('that nobody was given is unknown', async () => {
    const other = engineFixture()
    const { id } = await other.organization()
    const stranger = await other.key(id, { environment: 'staging' })
    await other.close()
    expect(await authenticate(stranger.secret)).toEqual({ kind: 'unknown_key' })
    expect(lookups).toBe(1)
  })

  test('of a revoked or expired key is still recognised: the session gate says why it is refused', async () => {
    await revoke()
    expect(await authenticate(key.secret)).toMatchObject({ kind: 'api_key', revokedAt: startMs })
  })
})

describe('the keys that were seen a moment ago', () => {
  test('are not looked up again within a second', async () => {
    for (let call = 0; call < 100; call += 1) await authenticate(key.secret)
    expect(lookups).toBe(1)
    world.clock.advance(1_000)
    await authenticate(key.secret)
    expect(lookups).toBe(2)
  })

  test('are revoked from the moment that the revocation returns', async () => {
    await authenticate(key.secret)
    await revoke()
    expect(await authenticate(key.secret)).toMatchObject({ revokedAt: startMs })
  })

  test('are not remembered from before a revocation that came between', async () => {
    afterReading = async () => {
      afterReading = async () => {}
      await revoke()
    }
    await authenticate(key.secret)
    expect(await authenticate(key.secret)).toMatchObject({ revokedAt: startMs })
  })

  test('change within a second when another process revokes them', async () => {
    // Another process commits to the same database: nobody here is told.
    const silent = { ...world.store, onChange: () => () => {} }
    const other = engineFixture({ store: silent })
    await other.engine.keys.authenticate(key.secret, { address: null, route: '' })
    await revoke()
    other.clock.advance(1_000)
    expect(await other.engine.keys.authenticate(key.secret, { address: null, route: '' })).toMatchObject({
      revokedAt: startMs,
    })
  })
})

describe('the last use', () => {
  test('is written by the flush, not by the request, and tells the latest', async () => {
    await authenticate(key.secret, 'GET /v1/me')
    world.clock.advance(10)
    await authenticate(key.secret, 'POST /v1/events')
    expect(await stored()).toEqual({ lastUsedAt: null, lastUsedAddress: null, lastUsedRoute: null })
    await world.engine.keys.flushUses()
    expect(await stored()).toEqual({
      lastUsedAt: startMs + 10,
      lastUsedAddress: '192.0.2.9',
      lastUsedRoute: 'POST /v1/events',
    })
  })

  test('is written at most once a minute, however often the flush comes', async () => {
    await authenticate(key.secret)
    await world.engine.keys.flushUses()
    world.clock.advance(minute - 1)
    await authenticate(key.secret)
    await world.engine.keys.flushUses()
    expect((await stored()).lastUsedAt).toBe(startMs)
    world.clock.advance(1)
    await world.engine.keys.flushUses()
    expect((await stored()).lastUsedAt).toBe(startMs + minute - 1)
  })

  test('writes nothing where nothing was used', async () => {
    await authenticate(key.secret)
    await world.engine.keys.flushUses()
    let commits = 0
    world.store.onChange(() => {
      commits += 1
    })
    world.clock.advance(minute)
    await world.engine.keys.flushUses()
    expect(commits).toBe(0)
  })

  test('is written on the stop, whenever the last write was', async () => {
    await authenticate(key.secret)
    await world.engine.keys.flushUses()
    world.clock.advance(5)
    await authenticate(key.secret)
    await world.engine.stop()
    expect((await stored()).lastUsedAt).toBe(startMs + 5)
  })

  test('is not moved by a refused key, nor back by an older use', async () => {
    await world.store.write((writer) =>
      writer.apiKeys.recordUses([{ id: key.id, at: startMs + 50, address: '192.0.2.1', route: 'newer' }]),
    )
    await authenticate(key.secret)
    await world.engine.stop()
    expect((await stored()).lastUsedRoute).toBe('newer')
    await revoke()
    world.clock.advance(minute)
    await authenticate(key.secret)
    await world.engine.stop()
    expect((await stored()).lastUsedAt).toBe(startMs + 50)
  })

  test('stays to be written when the write fails', async () => {
    await authenticate(key.secret)
    const { write } = world.store
    const failing = { ...world.store, write: () => Promise.reject(new Error('disk full')) }
    const other = engineFixture({ store: failing })
    await other.engine.keys.authenticate(key.secret, { address: null, route: 'kept' })
    await expect(other.engine.keys.flushUses()).rejects.toThrow('disk full')
    Object.assign(failing, { write })
    await other.engine.keys.flushUses()
    expect((await stored()).lastUsedRoute).toBe('kept')
  })
})
