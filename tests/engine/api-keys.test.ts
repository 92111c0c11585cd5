import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiKeyStatus } from '#contract/vocabulary.ts'
import type { ApiKeyRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { anonymous, operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const hour = 3_600_000

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const keys = () => world.engine.operations.apiKeys
const input = (over = {}) => ({
  organizationId: home.id,
  name: 'ci',
  description: 'builds',
  environment: 'production' as const,
  scopes: ['api' as const],
  allowedAddresses: [],
  ...over,
})
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 100 })

describe('creating a key', () => {
  test('answers the secret once and keeps its hash only', async () => {
    const { key, secret } = await keys().create(owner, input())
    expect(secret).toMatch(/^pb_prod_/)
    expect(key).toMatchObject({
      name: 'ci',
      status: 'active',
      createdBy: 'Ada',
      scopes: ['api'],
      prefix: secret.slice(0, 14),
    })
    const shown = await keys().get(owner, { organizationId: home.id, apiKeyId: key.id })
    expect(JSON.stringify(shown)).not.toContain(secret)
  })

  test('is told in the audit log without the secret or its hash', async () => {
    const { key, secret } = await keys().create(owner, input())
    const [entry] = await auditLog()
    expect(entry).toMatchObject({ action: 'api_keys.create', actorName: 'Ada', targetId: key.id })
    const told = String(entry?.after)
    expect(told).not.toContain(secret)
    expect(told).not.toContain(secret.slice(20))
    expect(told).not.toMatch(/hash/)
  })

  test('keeps a scope that was given twice once', async () => {
    const { key } = await keys().create(owner, input({ scopes: ['api', 'api'] }))
    expect(key.scopes).toEqual(['api'])
  })

  test('refuses an end that is not in the future', async () => {
    const error = await refusedWith('invalid', keys().create(owner, input({ expiresAt: world.clock.now() })))
    expect(error.fields).toEqual([{ path: '/expiresAt', message: 'Give a time in the future' }])
    expect(await auditLog()).toEqual([])
  })

  test('is refused without a trace to everybody whom the rules refuse', async () => {
    const manager = await world.person(home.id, { workspaceRole: 'manager' })
    const member = await world.person(home.id, { organizationRole: 'member' })
    const claimed = await world.person(home.id, { source: 'metadata' })
    const stranger = await world.person(away.id)
    await refusedWith('role_not_allowed', keys().create(manager, input()))
    await refusedWith('organization_role_not_allowed', keys().create(member, input()))
    await refusedWith('membership_required', keys().create(claimed, input()))
    await refusedWith('not_found', keys().create(stranger, input()))
    await refusedWith('not_signed_in', keys().create(anonymous, input()))
    const { items } = await keys().list(owner, { organizationId: home.id, limit: 50 })
    expect(items).toEqual([])
    expect(await auditLog()).toEqual([])
  })

  test('is refused where the plan has no API access, and while the switch is off', async () => {
    const free = await world.organization({ plan: 'free' })
    const finn = await world.person(free.id)
    await refusedWith('capability_missing', keys().create(finn, input({ organizationId: free.id })))
    await world.store.write((writer) =>
      writer.killSwitches.switchOff({
        name: 'api_access',
        organizationId: null,
        reason: 'leak',
        by: 'Pat',
        at: 1,
      }),
    )
    await refusedWith('switched_off', keys().create(owner, input()))
  })

  test('and changing one is for people: a key could give itself more than it has', async () => {
    const key = await world.key(home.id, { scopes: ['admin'] })
    await refusedWith('scope_missing', keys().create(key, input()))
    await refusedWith(
      'scope_missing',
      keys().update(key, { ...input({ scopes: ['api'] }), apiKeyId: key.id }),
    )
  })
})

describe('the list of keys', () => {
  const names = (page: { items: { name: string }[] }) => page.items.map(({ name }) => name)

  test('shows the keys of the organization newest first, page by page', async () => {
    await world.key(away.id, { name: 'not ours' })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await world.key(home.id, { name })
    const first = await keys().list(owner, { organizationId: home.id, limit: 2 })
    const cursor = first.nextCursor ?? ''
    const second = await keys().list(owner, { organizationId: home.id, limit: 2, cursor })
    const last = await keys().list(owner, {
      organizationId: home.id,
      limit: 2,
      cursor: second.nextCursor ?? '',
    })
    expect([names(first), names(second), names(last)]).toEqual([['e', 'd'], ['c', 'b'], ['a']])
    expect(last.nextCursor).toBeNull()
  })

  test('has no next page when the last one is exactly full', async () => {
    for (const name of ['a', 'b']) await world.key(home.id, { name })
    expect((await keys().list(owner, { organizationId: home.id, limit: 2 })).nextCursor).toBeNull()
  })

  test.each(['???', 'bnVsbA', Buffer.from('{"id":1}').toString('base64url'), ''])(
    'refuses the cursor %s that it never gave out',
    async (cursor) => {
      await refusedWith('malformed', keys().list(owner, { organizationId: home.id, limit: 2, cursor }))
    },
  )

  test('finds a part of the name, with the signs of patterns as themselves', async () => {
    for (const name of ['Nightly build', '100% sure', 'under_score']) await world.key(home.id, { name })
    const search = async (text: string) =>
      names(await keys().list(owner, { organizationId: home.id, limit: 50, search: text }))
    expect(await search('BUILD')).toEqual(['Nightly build'])
    expect(await search('%')).toEqual(['100% sure'])
    expect(await search('r_s')).toEqual(['under_score'])
    expect(await search('\\')).toEqual([])
  })

  const later = (): Partial<ApiKeyRecord> => ({ expiresAt: world.clock.now() + hour })
  const states: Record<ApiKeyStatus, () => Partial<ApiKeyRecord>[]> = {
    active: () => [{}, later(), { notBefore: world.clock.now() }],
    expired: () => [{ expiresAt: world.clock.now() }, { expiresAt: 1, notBefore: 1 }],
    revoked: () => [{ revokedAt: 1 }, { revokedAt: 1, expiresAt: 1, disabledAt: 1 }],
    disabled: () => [{ disabledAt: 1 }, { disabledAt: 1, expiresAt: 1 }],
    not_yet_valid: () => [
      { notBefore: world.clock.now() + hour },
      { notBefore: world.clock.now() + hour, expiresAt: 1 },
    ],
  }

  test('filters by the status that it shows', async () => {
    const statuses = Object.keys(states).filter((name): name is ApiKeyStatus => name in states)
    for (const status of statuses) {
      for (const options of states[status]()) await world.key(home.id, { ...options, name: status })
    }
    for (const status of statuses) {
      const { items } = await keys().list(owner, { organizationId: home.id, limit: 50, status })
      expect(items.map((key) => [key.name, key.status])).toEqual(states[status]().map(() => [status, status]))
    }
  })

  test('is refused to strangers and managers', async () => {
    const stranger = await world.person(away.id)
    const manager = await world.person(home.id, { workspaceRole: 'manager' })
    await refusedWith('not_found', keys().list(stranger, { organizationId: home.id, limit: 5 }))
    await refusedWith('role_not_allowed', keys().list(manager, { organizationId: home.id, limit: 5 }))
  })
})

describe('one key', () => {
  test('of another organization looks like one that does not exist', async () => {
    const foreign = await world.key(away.id)
    const missing = world.toolbox.ids.next('key')
    const ask = (apiKeyId: string) =>
      refusedWith('not_found', keys().get(owner, { organizationId: home.id, apiKeyId }))
    const [ofForeign, ofMissing] = [await ask(foreign.id), await ask(missing)]
    const blank = (id: string, text: string) => text.replaceAll(id, 'ID')
    expect(blank(foreign.id, JSON.stringify(ofForeign.decision))).toBe(
      blank(missing, JSON.stringify(ofMissing.decision)),
    )
  })

  test('is changed with before and after in the audit log', async () => {
    const key = await world.key(home.id, { name: 'old' })
    const changes = input({ name: 'new', environment: 'staging', scopes: ['admin'] })
    const changed = await keys().update(owner, { ...changes, apiKeyId: key.id })
    expect(changed).toMatchObject({ name: 'new', environment: 'staging', scopes: ['admin'] })
    const [entry] = await auditLog()
    expect(JSON.parse(entry?.before ?? '')).toMatchObject({ name: 'old' })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ name: 'new', scopes: ['admin'] })
  })

  test('of another organization cannot be changed', async () => {
    const foreign = await world.key(away.id)
    await refusedWith('not_found', keys().update(owner, { ...input(), apiKeyId: foreign.id }))
  })

  test('cannot be changed once it is revoked', async () => {
    const key = await world.key(home.id, { revokedAt: 1 })
    await refusedWith('conflict', keys().update(owner, { ...input(), apiKeyId: key.id }))
  })
})

describe('revoking keys', () => {
  const status = async (apiKeyId: string) =>
    (await keys().get(owner, { organizationId: home.id, apiKeyId })).status

  test('revokes many at once, tells of each, and skips those that are revoked', async () => {
    const [first, second] = [await world.key(home.id), await world.key(home.id)]
    const gone = await world.key(home.id, { revokedAt: 5 })
    const apiKeyIds = [first.id, second.id, gone.id, first.id]
    expect(await keys().revoke(owner, { organizationId: home.id, apiKeyIds })).toEqual({ revoked: 2 })
    expect([await status(first.id), await status(second.id)]).toEqual(['revoked', 'revoked'])
    const told = (await auditLog()).map(({ action, targetId }) => [action, targetId]).sort()
    expect(told).toEqual([first.id, second.id].sort().map((id) => ['api_keys.revoke', id]))
    expect((await world.store.read.apiKeys.get(gone.id))?.revokedAt).toBe(5)
  })

  test('says how many were left to revoke', async () => {
    const { id } = await world.key(home.id)
    const revoke = () => keys().revoke(owner, { organizationId: home.id, apiKeyIds: [id] })
    expect([await revoke(), await revoke()]).toEqual([{ revoked: 1 }, { revoked: 0 }])
    expect(await auditLog()).toHaveLength(1)
  })

  test.each(['first', 'last'])('changes nothing when the %s one is foreign', async (place) => {
    const own = await world.key(home.id)
    const foreign = await world.key(away.id)
    const apiKeyIds = place === 'first' ? [foreign.id, own.id] : [own.id, foreign.id]
    await refusedWith('not_found', keys().revoke(owner, { organizationId: home.id, apiKeyIds }))
    expect(await status(own.id)).toBe('active')
    expect((await world.store.read.apiKeys.get(foreign.id))?.revokedAt).toBeNull()
  })

  test('is allowed to a key with scope admin in its own organization, and to itself', async () => {
    const admin = await world.key(home.id, { scopes: ['admin'] })
    const sender = await world.key(home.id, { scopes: ['api'] })
    const revoke = (caller: typeof admin, organizationId: string, id: string) =>
      keys().revoke(caller, { organizationId, apiKeyIds: [id] })
    await refusedWith('scope_missing', revoke(sender, home.id, admin.id))
    const foreign = await world.key(away.id)
    await refusedWith('not_found', revoke(admin, away.id, foreign.id))
    await refusedWith('not_found', revoke(admin, home.id, foreign.id))
    expect(await revoke(admin, home.id, sender.id)).toEqual({ revoked: 1 })
    expect(await revoke(admin, home.id, admin.id)).toEqual({ revoked: 1 })
  })

  test('is allowed to the operator of the machine', async () => {
    const { id } = await world.key(home.id)
    const answer = await keys().revoke(operator, { organizationId: home.id, apiKeyIds: [id] })
    expect(answer).toEqual({ revoked: 1 })
  })
})
