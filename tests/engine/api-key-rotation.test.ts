import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const hour = 3_600_000
const day = 24 * hour

let world: EngineFixture
let home: OrganizationRecord
let ada: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  ada = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const keys = () => world.engine.operations.apiKeys
const here = () => ({ organizationId: home.id })
const rotate = (apiKeyId: string, overlap: '0' | '1h' | '24h' | '7d', over = {}) =>
  keys().rotate(ada, { ...here(), apiKeyId, overlap, ...over })
const statusOf = async (secret: string): Promise<string | null> => {
  const principal = await world.engine.keys.authenticate(secret, { address: '192.0.2.1', route: 'x' })
  const decision = await world.toolbox.access.decide(principal, 'deliveries.view', here())
  return decision.gates.find(({ gate }) => gate === decision.decidedBy)?.code ?? null
}

describe('a rotation', () => {
  test('makes a key with the same settings and another secret, shown once', async () => {
    const settings = {
      name: 'ci',
      description: 'builds',
      environment: 'staging' as const,
      scopes: ['api' as const, 'admin' as const],
      notBefore: startMs - 5,
      expiresAt: startMs + 30 * day,
      allowedAddresses: ['10.0.0.0/8'],
      rateLimitPerMinute: 7,
    }
    const old = await keys().create(ada, { ...here(), ...settings })
    world.clock.advance(10)
    const max = await world.person(home.id, { name: 'Max', organizationRole: 'admin' })
    const rotated = await keys().rotate(max, { ...here(), apiKeyId: old.key.id, overlap: '24h' })
    expect(rotated.key).toEqual({
      ...settings,
      id: rotated.key.id,
      prefix: rotated.secret.slice(0, 14),
      status: 'active',
      createdAt: startMs + 10,
      createdBy: 'Max',
      disabledAt: null,
      revokedAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      lastUsedRoute: null,
      replaces: old.key.id,
      replacedBy: null,
    })
    expect(rotated.secret).toMatch(/^pb_stag_/)
    expect(rotated.secret).not.toBe(old.secret)
    expect(rotated.replaced).toEqual({
      ...old.key,
      expiresAt: startMs + 10 + day,
      replacedBy: rotated.key.id,
    })
    const shown = await keys().list(ada, { ...here(), limit: 10 })
    expect(shown.items).toEqual([rotated.key, rotated.replaced])
    expect(JSON.stringify(shown)).not.toContain(rotated.secret)
  })

  test.each([
    ['0', 0],
    ['1h', hour],
    ['24h', day],
    ['7d', 7 * day],
  ] as const)('with an overlap of %s ends the old key then, and not before', async (overlap, overlapMs) => {
    const old = await world.key(home.id, { scopes: ['api'] })
    const { secret, replaced } = await rotate(old.id, overlap)
    expect(replaced.expiresAt).toBe(startMs + overlapMs)
    world.clock.set(startMs + Math.max(0, overlapMs - 1))
    expect(await statusOf(old.secret)).toBe(overlapMs === 0 ? 'key_expired' : null)
    world.clock.set(startMs + overlapMs)
    expect([await statusOf(old.secret), await statusOf(secret)]).toEqual(['key_expired', null])
  })

  test('never gives the old key more time than it had', async () => {
    const old = await world.key(home.id, { expiresAt: startMs + hour })
    const { replaced, key } = await rotate(old.id, '7d')
    expect([replaced.expiresAt, key.expiresAt]).toEqual([startMs + hour, startMs + hour])
  })

  test('gives the new key another end when that is asked for', async () => {
    const old = await world.key(home.id, { expiresAt: startMs + hour })
    await refusedWith('invalid', rotate(old.id, '0', { expiresAt: startMs }))
    const { key } = await rotate(old.id, '0', { expiresAt: startMs + day })
    expect(key.expiresAt).toBe(startMs + day)
    expect((await rotate(key.id, '0', { expiresAt: null })).key.expiresAt).toBeNull()
  })

  test('is refused for a key that is revoked, expired or replaced', async () => {
    const revoked = await world.key(home.id, { revokedAt: 1 })
    const expired = await world.key(home.id, { expiresAt: startMs })
    const replaced = await world.key(home.id)
    const { key } = await rotate(replaced.id, '7d')
    for (const { id } of [revoked, expired, replaced]) await refusedWith('conflict', rotate(id, '1h'))
    const error = await refusedWith('conflict', rotate(replaced.id, '0'))
    expect(error.message).toContain(key.id)
    await rotate(key.id, '1h')
  })

  test('makes one new key of two requests that come at once', async () => {
    const old = await world.key(home.id)
    const results = await Promise.allSettled([rotate(old.id, '1h'), rotate(old.id, '1h')])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await keys().list(ada, { ...here(), limit: 10 })).items).toHaveLength(2)
  })

  test('of a disabled key makes a disabled one', async () => {
    const old = await world.key(home.id, { disabledAt: startMs - 1 })
    const { key, secret } = await rotate(old.id, '1h')
    expect(key.status).toBe('disabled')
    expect(await statusOf(secret)).toBe('key_disabled')
  })

  test('is told in the audit log on both keys, without a secret', async () => {
    const old = await world.key(home.id)
    const { key, secret } = await rotate(old.id, '1h')
    const log = await world.store.read.audit.list({ organizationId: home.id, limit: 10 })
    expect(log.map(({ action, targetId }) => [action, targetId])).toEqual([
      ['api_keys.create', key.id],
      ['api_keys.rotate', old.id],
    ])
    expect(JSON.parse(log[0]?.after ?? '')).toMatchObject({ replaces: old.id })
    expect(JSON.parse(log[1]?.after ?? '')).toMatchObject({ replacedBy: key.id, expiresAt: startMs + hour })
    expect(JSON.stringify(log)).not.toContain(secret.slice(15))
  })
})

describe('keys that expire soon', () => {
  const expiring = async () => {
    const { items, more } = await keys().expiring(ada, here())
    return { names: items.map(({ name }) => name), more }
  }

  test('are told fourteen days before, the earliest end first', async () => {
    await world.key(home.id, { name: 'late', expiresAt: startMs + 14 * day })
    await world.key(home.id, { name: 'soon', expiresAt: startMs + 1 })
    await world.key(home.id, { name: 'early', expiresAt: startMs + 5 * day, notBefore: startMs + day })
    await world.key(home.id, { name: 'later', expiresAt: startMs + 14 * day + 1 })
    await world.key(home.id, { name: 'over', expiresAt: startMs })
    await world.key(home.id, { name: 'never' })
    await world.key(home.id, { name: 'off', expiresAt: startMs + day, disabledAt: 1 })
    await world.key(home.id, { name: 'gone', expiresAt: startMs + day, revokedAt: 1 })
    const away = await world.organization()
    await world.key(away.id, { name: 'theirs', expiresAt: startMs + day })
    expect(await expiring()).toEqual({ names: ['soon', 'early', 'late'], more: false })
  })

  test('are not those that were rotated in time', async () => {
    const old = await world.key(home.id, { name: 'old', expiresAt: startMs + day })
    await rotate(old.id, '7d', { expiresAt: null })
    expect(await expiring()).toEqual({ names: [], more: false })
  })

  test('are fifty at most, and it says when there are more', async () => {
    for (let made = 0; made < 51; made += 1) {
      await world.key(home.id, { name: `key ${made}`, expiresAt: startMs + 1 + made })
    }
    const { names, more } = await expiring()
    expect([names.length, names[0], more]).toEqual([50, 'key 0', true])
  })
})

describe('the list', () => {
  test('is filtered by environment and status together', async () => {
    await world.key(home.id, { name: 'a', environment: 'staging' })
    await world.key(home.id, { name: 'b', environment: 'staging', disabledAt: 1 })
    await world.key(home.id, { name: 'c', disabledAt: 1 })
    const names = async (filter: object) =>
      (await keys().list(ada, { ...here(), limit: 10, ...filter })).items.map(({ name }) => name)
    expect(await names({ environment: 'staging' })).toEqual(['b', 'a'])
    expect(await names({ environment: 'staging', status: 'disabled' })).toEqual(['b'])
    expect(await names({ environment: 'development' })).toEqual([])
  })
})
