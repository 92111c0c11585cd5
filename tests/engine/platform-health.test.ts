import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const dayMs = 24 * 3_600_000

let files: FileStore
let world: EngineFixture
let home: OrganizationRecord
let pat: Person

beforeEach(async () => {
  files = await fileStore()
  world = engineFixture({ store: files.connect() })
  home = await world.organization({ name: 'Harbour Hall' })
  pat = await world.person(null, { name: 'Pat', platformAdmin: true })
})
afterEach(() => files.remove())

const platform = () => world.engine.operations.platform
const health = async (over = {}) =>
  (await platform().integrations(pat, { limit: 50, troubled: false, ...over })).items
const webhooks = (over = {}) => platform().webhooks(pat, { limit: 50, failing: false, ...over })
const names = async (over = {}) => (await webhooks(over)).items.map(({ name }) => name)
const setFailing = ({ id }: WebhookRecord) => {
  const database = new Database(files.path)
  database
    .prepare('UPDATE webhooks SET failing_since = ?, consecutive_failures = 3 WHERE id = ?')
    .run(world.clock.now(), id)
  database.close()
}

describe('the health of integrations', () => {
  test('adds up what each organization has, and how it fares', async () => {
    const now = world.clock.now()
    const hook = await world.webhook(home.id)
    setFailing(await world.webhook(home.id))
    setFailing(await world.webhook(home.id, { status: 'paused' }))
    await world.webhook(home.id, { status: 'disabled', statusReason: 'gone' })
    await world.webhook(home.id, { status: 'suspended' })
    await world.deliveries(hook, 2)
    await world.deliveries(hook, 1, { status: 'held', heldReason: 'offline', dueAt: null })
    await world.key(home.id, { expiresAt: now + dayMs, lastUsedAt: now - 5 })
    await world.key(home.id, { expiresAt: now + 30 * dayMs })
    await world.key(home.id, { expiresAt: now })
    await world.key(home.id, { revokedAt: now })
    await world.organization({ name: 'Zoo', plan: 'free' })
    const [ofHome, ofZoo] = await health()
    expect(ofHome).toEqual({
      organizationId: home.id,
      organizationName: 'Harbour Hall',
      plan: 'enterprise',
      connections: { enabled: 0, disabled: 0, failing: 0 },
      apiKeys: { active: 2, expiringSoon: 1, lastUsedAt: now - 5 },
      webhooks: { active: 2, paused: 1, disabled: 1, suspended: 1, failing: 1 },
      waiting: 2,
      held: 1,
      recent: { events: 3, delivered: 0, failedAttempts: 0 },
    })
    expect(ofZoo).toMatchObject({
      organizationName: 'Zoo',
      apiKeys: { active: 0, expiringSoon: 0, lastUsedAt: null },
      webhooks: { active: 0 },
      recent: { events: 0 },
    })
  })

  test('counts the connections that are there', async () => {
    const check = { status: 'failing', reason: 'The token was refused.', checkedAt: 1 } as const
    await world.connection(home.id)
    await world.connection(home.id, { connectorId: 'hubspot', enabled: false, check })
    expect(await health()).toMatchObject([{ connections: { enabled: 1, disabled: 1, failing: 0 } }])
    expect(await health({ troubled: true })).toEqual([])
    await world.connection(home.id, { connectorId: 'xero', check })
    expect(await health({ troubled: true })).toMatchObject([
      { connections: { enabled: 2, disabled: 1, failing: 1 } },
    ])
  })

  test('can be narrowed to those in trouble, and searched', async () => {
    const away = await world.organization({ name: 'Alpine Arena' })
    setFailing(await world.webhook(home.id, { status: 'paused' }))
    expect(await health({ troubled: true })).toEqual([])
    setFailing(await world.webhook(away.id))
    expect(await health({ troubled: true })).toMatchObject([{ organizationName: 'Alpine Arena' }])
    await world.webhook(home.id, { status: 'disabled' })
    expect(await health({ troubled: true })).toHaveLength(2)
    expect(await health({ search: 'harbour' })).toMatchObject([{ organizationName: 'Harbour Hall' }])
  })

  test('is listed page by page', async () => {
    for (const name of ['A', 'B', 'C']) await world.organization({ name })
    const first = await platform().integrations(pat, { limit: 3, troubled: false })
    const rest = await health({ cursor: first.nextCursor ?? '' })
    expect([...first.items, ...rest].map(({ organizationName }) => organizationName)).toEqual([
      'A',
      'B',
      'C',
      'Harbour Hall',
    ])
  })
})

describe('the webhooks of all organizations', () => {
  test('are listed newest first, with whose they are and how they fare', async () => {
    const gala = await world.occasion(home.id, { name: 'Gala' })
    const hook = await world.webhook(home.id, { occasionId: gala.id, name: 'CRM' })
    setFailing(hook)
    await world.deliveries(hook, 2)
    const away = await world.organization({ name: 'Zoo' })
    await world.webhook(away.id, { name: 'Slack' })
    const { items } = await webhooks()
    expect(items).toMatchObject([
      { name: 'Slack', organizationName: 'Zoo', occasionName: null, failingSince: null },
      {
        name: 'CRM',
        organizationId: home.id,
        organizationName: 'Harbour Hall',
        occasionName: 'Gala',
        failingSince: world.clock.now(),
        consecutiveFailures: 3,
        recent: { waiting: 2 },
        secrets: [{ tail: expect.any(String) }],
      },
    ])
    expect(JSON.stringify(items)).not.toContain('whsec_')
  })

  test('are narrowed by status, trouble, organization and text', async () => {
    const away = await world.organization({ name: 'Zoo' })
    await world.webhook(home.id, { name: 'one' })
    setFailing(await world.webhook(home.id, { name: 'two' }))
    setFailing(await world.webhook(home.id, { name: 'three', status: 'paused' }))
    await world.webhook(away.id, { name: 'four', status: 'suspended' })
    const deleted = await world.webhook(away.id, { name: 'five' })
    await world.store.write((writer) => writer.webhooks.delete(deleted.id, 1))
    expect(await names()).toEqual(['four', 'three', 'two', 'one'])
    expect(await names({ status: 'suspended' })).toEqual(['four'])
    expect(await names({ failing: true })).toEqual(['two'])
    expect(await names({ organizationId: home.id })).toEqual(['three', 'two', 'one'])
    expect(await names({ search: 'zoo' })).toEqual(['four'])
    expect(await names({ search: 'thre' })).toEqual(['three'])
  })

  test('are listed page by page', async () => {
    for (const name of ['a', 'b', 'c']) await world.webhook(home.id, { name })
    const first = await webhooks({ limit: 2 })
    expect(first.items.map(({ name }) => name)).toEqual(['c', 'b'])
    expect(await names({ limit: 2, cursor: first.nextCursor ?? '' })).toEqual(['a'])
    await refusedWith('malformed', webhooks({ cursor: 'e30' }))
  })
})

test('what is seen across organizations is for platform admins', async () => {
  const owner = await world.person(home.id)
  await refusedWith('not_platform_admin', platform().integrations(owner, { limit: 5, troubled: false }))
  await refusedWith('not_platform_admin', platform().webhooks(owner, { limit: 5, failing: false }))
  const target = { limit: 5, failing: false, organizationId: home.id }
  await refusedWith('not_platform_admin', platform().webhooks(owner, target))
})
