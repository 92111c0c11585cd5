import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { type Key, operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const hour = 3_600_000

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
const input = (over = {}) => ({
  ...here(),
  name: 'ci',
  description: '',
  environment: 'production' as const,
  scopes: ['api' as const],
  allowedAddresses: [],
  ...over,
})
const authenticate = (secret: string, address: string | null = '192.0.2.9') =>
  world.engine.keys.authenticate(secret, { address, route: 'GET /v1/deliveries' })
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 100 })
/** What a call with the key is refused with; null when it is let in. */
const refusalOf = async (secret: string, address?: string | null) => {
  const principal = await authenticate(secret, address)
  const decision = await world.toolbox.access.decide(principal, 'deliveries.view', here())
  return decision.gates.find(({ gate }) => gate === decision.decidedBy)?.code ?? null
}

describe('the time of a key', () => {
  test('begins at its not-before and ends at its expiry, to the millisecond', async () => {
    const times = { notBefore: startMs + hour, expiresAt: startMs + 2 * hour }
    const { key, secret } = await keys().create(ada, input(times))
    expect(key).toMatchObject({ ...times, status: 'not_yet_valid' })
    world.clock.set(startMs + hour - 1)
    expect(await refusalOf(secret)).toBe('key_not_yet_valid')
    world.clock.set(startMs + hour)
    expect(await refusalOf(secret)).toBeNull()
    world.clock.set(startMs + 2 * hour - 1)
    expect(await refusalOf(secret)).toBeNull()
    world.clock.set(startMs + 2 * hour)
    expect(await refusalOf(secret)).toBe('key_expired')
  })

  test.each([
    ['/expiresAt', { expiresAt: startMs }],
    ['/notBefore', { notBefore: startMs + hour, expiresAt: startMs + hour }],
    ['/notBefore', { notBefore: startMs + 2 * hour, expiresAt: startMs + hour }],
  ])('is refused at %s when it makes no sense: %o', async (path, times) => {
    const created = await refusedWith('invalid', keys().create(ada, input(times)))
    expect(created.fields?.map((field) => field.path)).toEqual([path])
    const { key } = await keys().create(ada, input())
    const updated = await refusedWith(
      'invalid',
      keys().update(ada, { ...here(), apiKeyId: key.id, ...times }),
    )
    expect(updated.fields?.map((field) => field.path)).toEqual([path])
  })

  test('can be moved: an expired key that is given a later end works again', async () => {
    const { key, secret } = await keys().create(ada, input({ expiresAt: startMs + hour }))
    world.clock.advance(hour)
    expect(await refusalOf(secret)).toBe('key_expired')
    const renamed = await keys().update(ada, { ...here(), apiKeyId: key.id, name: 'renamed' })
    expect(renamed).toMatchObject({ name: 'renamed', expiresAt: startMs + hour, status: 'expired' })
    await keys().update(ada, { ...here(), apiKeyId: key.id, expiresAt: null })
    expect(await refusalOf(secret)).toBeNull()
  })
})

describe('the addresses of a key', () => {
  test('are kept in their normal form, each once', async () => {
    const allowedAddresses = ['10.1.2.3/8', '10.0.0.0/8', '2001:DB8::1', '192.0.2.9']
    const { key } = await keys().create(ada, input({ allowedAddresses }))
    expect(key.allowedAddresses).toEqual(['10.0.0.0/8', '2001:db8::1/128', '192.0.2.9/32'])
  })

  test('are refused one by one when they are none', async () => {
    const allowedAddresses = ['10.0.0.0/8', 'example.com', '10.0.0.0/99']
    const error = await refusedWith('invalid', keys().create(ada, input({ allowedAddresses })))
    expect(error.fields?.map(({ path }) => path)).toEqual(['/allowedAddresses/1', '/allowedAddresses/2'])
    const { key } = await keys().create(ada, input())
    await refusedWith('invalid', keys().update(ada, { ...here(), apiKeyId: key.id, allowedAddresses }))
  })

  test.each([
    [['10.0.0.0/8'], '10.2.3.4', null],
    [['10.0.0.0/8'], '::ffff:10.2.3.4', null],
    [['10.0.0.0/8', '2001:db8::/32'], '2001:db8::5', null],
    [['10.0.0.0/8'], '192.0.2.9', 'key_address_not_allowed'],
    [['10.0.0.0/8'], null, 'key_address_not_allowed'],
    [[], null, null],
  ])('%o let %s in, or refuse it: %s', async (allowedAddresses, address, code) => {
    const { secret } = await keys().create(ada, input({ allowedAddresses }))
    expect(await refusalOf(secret, address)).toBe(code)
  })

  test('are honoured from the moment that a change returns', async () => {
    const { key, secret } = await keys().create(ada, input())
    expect(await refusalOf(secret)).toBeNull()
    await keys().update(ada, { ...here(), apiKeyId: key.id, allowedAddresses: ['10.0.0.0/8'] })
    expect(await refusalOf(secret)).toBe('key_address_not_allowed')
    await keys().update(ada, { ...here(), apiKeyId: key.id, allowedAddresses: [] })
    expect(await refusalOf(secret)).toBeNull()
  })
})

describe('the rate of a key', () => {
  const calls = async (secret: string, count: number) => {
    const codes: (string | null)[] = []
    for (let call = 0; call < count; call += 1) codes.push(await refusalOf(secret))
    return codes.filter((code) => code === null).length
  }

  test('lets so many calls through at once, and refills over the minute', async () => {
    const { secret } = await keys().create(ada, input({ rateLimitPerMinute: 6 }))
    expect(await calls(secret, 20)).toBe(6)
    world.clock.advance(9_999)
    expect(await calls(secret, 5)).toBe(0)
    world.clock.advance(1)
    expect(await calls(secret, 5)).toBe(1)
    world.clock.advance(10 * 60_000)
    expect(await calls(secret, 20)).toBe(6)
  })

  test('says how long to wait, in the decision and in the error', async () => {
    const { secret } = await keys().create(ada, input({ rateLimitPerMinute: 2 }))
    await calls(secret, 2)
    world.clock.advance(5_000)
    const principal = await authenticate(secret)
    expect(principal).toMatchObject({ withinRateLimit: false, retryAfterSeconds: 25 })
    const caller = { principal, address: '192.0.2.9' }
    const error = await refusedWith(
      'key_rate_limited',
      world.engine.operations.deliveries.list(caller, { ...here(), limit: 10 }),
    )
    expect(error).toMatchObject({ retryAfterSeconds: 25, decision: { decidedBy: 'session' } })
    const mine = await refusedWith('key_rate_limited', world.engine.operations.access.mine(caller, here()))
    expect(mine.retryAfterSeconds).toBe(25)
    const sent = await refusedWith(
      'key_rate_limited',
      world.engine.intake.accept(caller, home.id, { type: 'attendee.registered', data: {} }),
    )
    expect(sent.retryAfterSeconds).toBe(25)
  })

  test('is not used up by calls that are refused anyway', async () => {
    const { key, secret } = await keys().create(
      ada,
      input({ rateLimitPerMinute: 1, allowedAddresses: ['192.0.2.9'] }),
    )
    expect(await refusalOf(secret, '198.51.100.1')).toBe('key_address_not_allowed')
    await keys().disable(ada, { ...here(), apiKeyId: key.id })
    expect(await refusalOf(secret)).toBe('key_disabled')
    await keys().enable(ada, { ...here(), apiKeyId: key.id })
    expect(await calls(secret, 5)).toBe(1)
  })

  test('is its own, changes at once, and no limit is none', async () => {
    const { key, secret } = await keys().create(ada, input({ rateLimitPerMinute: 1 }))
    const free = await keys().create(ada, input())
    expect([await calls(secret, 5), await calls(free.secret, 50)]).toEqual([1, 50])
    await keys().update(ada, { ...here(), apiKeyId: key.id, rateLimitPerMinute: null })
    expect(await calls(secret, 5)).toBe(5)
    await keys().update(ada, { ...here(), apiKeyId: key.id, rateLimitPerMinute: 3 })
    expect(await calls(secret, 5)).toBe(0)
    world.clock.advance(60_000)
    expect(await calls(secret, 5)).toBe(3)
  })

  test('does not refill because the flush forgot it', async () => {
    const { secret } = await keys().create(ada, input({ rateLimitPerMinute: 2 }))
    expect(await calls(secret, 2)).toBe(2)
    await world.engine.keys.flushUses()
    expect(await calls(secret, 2)).toBe(0)
    world.clock.advance(60_000)
    await world.engine.keys.flushUses()
    expect(await calls(secret, 5)).toBe(2)
  })
})

describe('a disabled key', () => {
  test('is refused until it is enabled, and says so', async () => {
    const { key, secret } = await keys().create(ada, input())
    const one = { ...here(), apiKeyId: key.id }
    expect(await keys().disable(ada, one)).toMatchObject({ status: 'disabled', disabledAt: startMs })
    expect(await refusalOf(secret)).toBe('key_disabled')
    world.clock.advance(5)
    expect((await keys().disable(ada, one)).disabledAt).toBe(startMs)
    expect(await keys().enable(ada, one)).toMatchObject({ status: 'active', disabledAt: null })
    await keys().enable(ada, one)
    expect(await refusalOf(secret)).toBeNull()
    const actions = (await auditLog()).map(({ action }) => action)
    expect(actions).toEqual(['api_keys.enable', 'api_keys.disable', 'api_keys.create'])
  })

  test('that is revoked can be neither enabled nor disabled', async () => {
    const { key } = await keys().create(ada, input())
    const one = { ...here(), apiKeyId: key.id }
    await keys().revoke(ada, { ...here(), apiKeyIds: [key.id] })
    await refusedWith('conflict', keys().disable(ada, one))
    await refusedWith('conflict', keys().enable(ada, one))
  })
})

describe('the scopes of a key', () => {
  const deny = (capability: 'webhooks' | 'api_access') =>
    world.override(home.id, { capability, effect: 'deny' })

  test('give no more than their giver has: no admin key while webhooks may not be managed', async () => {
    const { key } = await keys().create(ada, input())
    const admin = await keys().create(ada, input({ scopes: ['admin'] }))
    await deny('webhooks')
    const before = await auditLog()
    const update = { ...here(), apiKeyId: key.id, scopes: ['api' as const, 'admin' as const] }
    const rotation = { ...here(), apiKeyId: admin.key.id, overlap: '0' as const }
    for (const call of [
      () => keys().create(ada, input({ scopes: ['api', 'admin'] })),
      () => keys().update(ada, update),
      () => keys().rotate(ada, rotation),
    ]) {
      const error = await refusedWith('invalid', call())
      expect(error.fields).toEqual([
        {
          path: '/scopes',
          message:
            'The scope admin lets a key do webhooks.manage, which you may not do: ' +
            'an override on the organization denies webhooks.',
        },
      ])
    }
    expect(await auditLog()).toEqual(before)
    await keys().create(ada, input())
  })

  test('also bind whoever sits at the machine, and while a switch is off', async () => {
    await world.store.write((writer) =>
      writer.killSwitches.switchOff({
        name: 'webhooks',
        organizationId: null,
        reason: 'incident',
        by: 'Pat',
        at: 1,
      }),
    )
    for (const caller of [ada, operator]) {
      await refusedWith('invalid', keys().create(caller, input({ scopes: ['admin'] })))
      await keys().create(caller, input())
    }
  })

  test('that a key has already do not keep anybody from renaming it', async () => {
    const { key } = await keys().create(ada, input({ scopes: ['api', 'admin'] }))
    await deny('webhooks')
    const scopes = ['api' as const, 'admin' as const]
    const saved = await keys().update(ada, { ...here(), apiKeyId: key.id, name: 'new', scopes })
    expect(saved).toMatchObject({ name: 'new', scopes })
    await keys().update(ada, { ...here(), apiKeyId: key.id, scopes: ['api'] })
    await refusedWith('invalid', keys().update(ada, { ...here(), apiKeyId: key.id, scopes }))
  })
})

describe('an update', () => {
  test('changes what is given, keeps the rest, and tells both', async () => {
    const bounds = { notBefore: startMs, rateLimitPerMinute: 5, allowedAddresses: ['10.0.0.0/8'] }
    const { key } = await keys().create(ada, input(bounds))
    const changed = await keys().update(ada, {
      ...here(),
      apiKeyId: key.id,
      name: 'new',
      description: undefined,
      rateLimitPerMinute: null,
    })
    expect(changed).toEqual({ ...key, name: 'new', rateLimitPerMinute: null })
    expect(await keys().get(ada, { ...here(), apiKeyId: key.id })).toEqual(changed)
    const [entry] = await auditLog()
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ name: 'ci', rateLimitPerMinute: 5 })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ name: 'new', rateLimitPerMinute: null })
  })

  test('that changes nothing leaves no trace', async () => {
    const { key } = await keys().create(ada, input({ allowedAddresses: ['10.0.0.0/8'] }))
    const same = { name: 'ci', scopes: ['api' as const], allowedAddresses: ['10.9.9.9/8'] }
    await keys().update(ada, { ...here(), apiKeyId: key.id, ...same })
    expect(await auditLog()).toHaveLength(1)
  })
})

describe('the new operations', () => {
  const managing = (id: string): ((caller: Person | Key) => Promise<unknown>)[] => {
    const one = { ...here(), apiKeyId: id }
    return [
      (caller) => keys().rotate(caller, { ...one, overlap: '1h' }),
      (caller) => keys().disable(caller, one),
      (caller) => keys().enable(caller, one),
      (caller) => keys().update(caller, { ...one, name: 'x' }),
    ]
  }
  const reading = (id: string): ((caller: Person | Key) => Promise<unknown>)[] => [
    (caller) => keys().usage(caller, { ...here(), apiKeyId: id, range: '24h' }),
    (caller) => keys().impact(caller, { ...here(), apiKeyIds: [id] }),
    (caller) => keys().expiring(caller, here()),
  ]

  test('are for those whom the rules allow', async () => {
    const { id } = await world.key(home.id)
    const away = await world.organization()
    const manager = await world.person(home.id, { workspaceRole: 'manager' })
    const member = await world.person(home.id, { organizationRole: 'member' })
    const stranger = await world.person(away.id)
    const admin = await world.key(home.id, { scopes: ['admin'] })
    for (const call of managing(id)) {
      await refusedWith('role_not_allowed', call(manager))
      await refusedWith('organization_role_not_allowed', call(member))
      await refusedWith('not_found', call(stranger))
      await refusedWith('scope_missing', call(admin))
    }
    for (const call of reading(id)) {
      await refusedWith('role_not_allowed', call(manager))
      await refusedWith('not_found', call(stranger))
      await call(member)
    }
    expect(await auditLog()).toEqual([])
  })

  test('do not know a key of another organization', async () => {
    const away = await world.organization()
    const foreign = await world.key(away.id)
    const own = await world.key(home.id)
    const missing = world.toolbox.ids.next('key')
    const calls = (id: string) => [...managing(id), ...reading(id).slice(0, 2)]
    for (const [index, call] of calls(foreign.id).entries()) {
      const ofForeign = await refusedWith('not_found', call(ada))
      const ofMissing = await refusedWith('not_found', calls(missing)[index]?.(ada) ?? Promise.resolve())
      expect(JSON.stringify(ofForeign.decision).replaceAll(foreign.id, 'ID')).toBe(
        JSON.stringify(ofMissing.decision).replaceAll(missing, 'ID'),
      )
    }
    await refusedWith('not_found', keys().impact(ada, { ...here(), apiKeyIds: [own.id, foreign.id] }))
  })
})
