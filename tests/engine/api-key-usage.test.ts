import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callersPerDayMax, impactCallersMax, otherCallers } from '#contract/api-keys.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Key, Person } from '../support/makers.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let world: EngineFixture
let home: OrganizationRecord
let ada: Person
let key: Key

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  ada = await world.person(home.id, { name: 'Ada' })
  key = await world.key(home.id, { name: 'ci', scopes: ['api'] })
})
afterEach(() => world.close())

const here = () => ({ organizationId: home.id })
const call = async (route: string, address: string | null = '192.0.2.1', of = key, times = 1) => {
  for (let made = 0; made < times; made += 1)
    await world.engine.keys.authenticate(of.secret, { address, route })
}
const flush = () => world.engine.keys.flushUses()
const usage = (range: '24h' | '7d' | '30d' = '24h') =>
  world.engine.operations.apiKeys.usage(ada, { ...here(), apiKeyId: key.id, range })
const impact = async (...of: Key[]) => {
  const apiKeyIds = (of.length === 0 ? [key] : of).map(({ id }) => id)
  return (await world.engine.operations.apiKeys.impact(ada, { ...here(), apiKeyIds })).keys
}
/** What the callers of the key come to, by name. */
const callers = async () => {
  const [found] = await impact()
  return found?.callers.map(({ route, address, calls, refused }) => [route, address, calls, refused])
}

describe('the usage of a key', () => {
  test('is counted by the hour, with what was refused', async () => {
    await call('GET /v1/me', undefined, key, 3)
    await flush()
    world.clock.advance(hour)
    await call('GET /v1/me')
    await world.store.write((writer) => writer.apiKeys.update(key.id, { disabledAt: 1 }))
    await call('GET /v1/me', undefined, key, 2)
    await flush()
    const { since, bucketMs, buckets, calls, refused } = await usage()
    expect([since, bucketMs, buckets.length, calls, refused]).toEqual([startMs - 22 * hour, hour, 24, 6, 2])
    expect(buckets.slice(-2)).toEqual([
      { startsAt: startMs, calls: 3, refused: 0 },
      { startsAt: startMs + hour, calls: 3, refused: 2 },
    ])
    expect(buckets.slice(0, 22).every((bucket) => bucket.calls === 0)).toBe(true)
  })

  test('is counted where each call belongs, though nothing was written in between', async () => {
    for (const route of ['GET /v1/me', 'GET /v1/me', 'GET /v1/events', 'GET /v1/me']) await call(route)
    world.clock.advance(hour)
    for (const route of ['GET /v1/me', 'GET /v1/me']) await call(route)
    await flush()
    const { buckets } = await usage()
    expect(buckets.slice(-2).map(({ calls }) => calls)).toEqual([4, 2])
    const { callers } = await world.store.read.apiKeys.findCallers({
      apiKeyId: key.id,
      sinceDay: 0,
      limit: 9,
    })
    expect(callers).toMatchObject([
      { route: 'GET /v1/me', calls: 5, lastAt: startMs + hour },
      { route: 'GET /v1/events', calls: 1, lastAt: startMs },
    ])
  })

  test.each([
    ['7d', 7],
    ['30d', 30],
  ] as const)('in %s is told in %i days', async (range, count) => {
    await call('GET /v1/me')
    await flush()
    world.clock.advance((count - 1) * day)
    await call('GET /v1/me', undefined, key, 2)
    await flush()
    const { buckets, bucketMs } = await usage(range)
    expect([buckets.length, bucketMs]).toEqual([count, day])
    expect([buckets[0]?.calls, buckets.at(-1)?.calls]).toEqual([1, 2])
    world.clock.advance(day)
    expect((await usage(range)).calls).toBe(2)
  })

  test('counts a call as refused once, whoever refused it', async () => {
    const principal = await world.engine.keys.authenticate(key.secret, { address: null, route: 'a' })
    if (principal.kind !== 'api_key') throw new Error('The key is not known.')
    world.engine.keys.countRefusal(principal, { address: null, route: 'a' })
    await flush()
    expect(await usage()).toMatchObject({ calls: 1, refused: 1 })
    expect(await callers()).toEqual([['a', '', 1, 1]])
  })

  test('is that of the key alone', async () => {
    const other = await world.key(home.id)
    await call('x', undefined, other, 5)
    await call('x')
    await flush()
    expect((await usage()).calls).toBe(1)
  })
})

describe('what would break', () => {
  test('is told by route and address, with the latest call, the most calls first', async () => {
    await call('GET /v1/deliveries', '192.0.2.1')
    world.clock.advance(minute)
    await call('POST /v1/events', '192.0.2.1', key, 3)
    await call('POST /v1/events', '198.51.100.7', key, 2)
    await flush()
    expect(await impact()).toEqual([
      {
        key: expect.objectContaining({ id: key.id, name: 'ci', lastUsedRoute: 'POST /v1/events' }),
        calls: 6,
        refused: 0,
        lastAt: startMs + minute,
        callersTotal: 3,
        callers: [
          { route: 'POST /v1/events', address: '192.0.2.1', calls: 3, refused: 0, lastAt: startMs + minute },
          {
            route: 'POST /v1/events',
            address: '198.51.100.7',
            calls: 2,
            refused: 0,
            lastAt: startMs + minute,
          },
          { route: 'GET /v1/deliveries', address: '192.0.2.1', calls: 1, refused: 0, lastAt: startMs },
        ],
      },
    ])
  })

  test('adds up over thirty days and forgets what is older', async () => {
    await call('x')
    await flush()
    world.clock.advance(29 * day)
    await call('x', undefined, key, 4)
    await flush()
    expect(await callers()).toEqual([['x', '192.0.2.1', 5, 0]])
    world.clock.advance(day)
    expect(await callers()).toEqual([['x', '192.0.2.1', 4, 0]])
    world.clock.advance(29 * day)
    expect(await impact()).toMatchObject([{ calls: 0, lastAt: null, callers: [], callersTotal: 0 }])
  })

  test('is told for many keys in their order, each once', async () => {
    const other = await world.key(home.id, { name: 'other' })
    await call('x', undefined, other)
    await flush()
    const found = await impact(other, key, other)
    expect(found.map((one) => [one.key.name, one.calls])).toEqual([
      ['other', 1],
      ['ci', 0],
    ])
  })

  test('names some callers, and counts all', async () => {
    for (let caller = 0; caller < impactCallersMax + 5; caller += 1) await call('x', `192.0.2.${caller}`)
    await flush()
    const [found] = await impact()
    expect([found?.callers.length, found?.callersTotal]).toEqual([impactCallersMax, impactCallersMax + 5])
  })
})

describe('the sums', () => {
  const stored = async () =>
    (await world.store.read.apiKeys.findCallers({ apiKeyId: key.id, sinceDay: 0, limit: 1_000 })).callers

  test('cost no write at the call, and one a minute at most', async () => {
    let commits = 0
    world.store.onChange(() => {
      commits += 1
    })
    await call('x', undefined, key, 100)
    expect(commits).toBe(0)
    await flush()
    await call('x', undefined, key, 100)
    world.clock.advance(minute - 1)
    await flush()
    expect(commits).toBe(1)
    expect((await usage()).calls).toBe(100)
    world.clock.advance(1)
    await flush()
    expect([commits, (await usage()).calls]).toEqual([2, 200])
  })

  test('name so many callers a day, and one for all the others', async () => {
    for (let caller = 0; caller < callersPerDayMax + 30; caller += 1) await call('x', `192.0.2.${caller}`)
    await flush()
    const first = await stored()
    expect(first).toHaveLength(callersPerDayMax + 1)
    expect(first[0]).toMatchObject({ route: otherCallers, address: otherCallers, calls: 30 })
    expect((await usage()).calls).toBe(callersPerDayMax + 30)
  })

  test('do so across flushes and restarts; who is known stays named, and a new day begins anew', async () => {
    for (let caller = 0; caller < callersPerDayMax; caller += 1) await call('x', `192.0.2.${caller}`)
    await world.engine.stop()
    await call('x', '198.51.100.1')
    await call('x', '192.0.2.3')
    await world.engine.stop()
    const sums = new Map((await stored()).map(({ address, calls }) => [address, calls]))
    expect([sums.size, sums.get(otherCallers), sums.get('192.0.2.3')]).toEqual([callersPerDayMax + 1, 1, 2])
    world.clock.advance(day)
    await call('x', '198.51.100.1')
    await world.engine.stop()
    expect((await stored()).some(({ address }) => address === '198.51.100.1')).toBe(true)
  })

  test('lose nothing when a write fails', async () => {
    const { write } = world.store
    const failing = { ...world.store, write: () => Promise.reject(new Error('disk full')) }
    const other = engineFixture({ store: failing })
    const use = (route: string) => other.engine.keys.authenticate(key.secret, { address: '192.0.2.1', route })
    await use('a')
    await expect(other.engine.keys.flushUses()).rejects.toThrow('disk full')
    await use('a')
    await use('b')
    Object.assign(failing, { write })
    await other.engine.keys.flushUses()
    expect(await callers()).toEqual([
      ['a', '192.0.2.1', 2, 0],
      ['b', '192.0.2.1', 1, 0],
    ])
    expect((await usage()).calls).toBe(3)
    expect((await world.store.read.apiKeys.get(key.id))?.lastUsedRoute).toBe('b')
  })

  test('are deleted when nobody can ask for them any more', async () => {
    await call('old')
    await flush()
    world.clock.advance(33 * day)
    await call('new')
    await flush()
    await world.engine.retention.pruneDue()
    expect((await stored()).map(({ route }) => route)).toEqual(['new'])
    const hours = await world.store.read.apiKeys.sumCalls({ apiKeyId: key.id, since: 0, bucketMs: hour })
    expect(hours).toHaveLength(1)
  })

  test('do not count secrets that belong to no key', async () => {
    await world.engine.keys.authenticate(`pb_prod_${'x'.repeat(36)}`, { address: null, route: 'x' })
    await world.engine.stop()
    expect(await stored()).toEqual([])
  })

  test('keep nothing of a request but route and address', async () => {
    await call('POST /v1/events')
    await flush()
    expect(JSON.stringify(await stored())).not.toContain(key.secret.slice(14))
  })
})
