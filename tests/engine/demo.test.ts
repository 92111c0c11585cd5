import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action } from '#contract/actions.ts'
import { decisionCode } from '#main/engine/access/decide.ts'
import { seedDemo } from '#main/engine/demo/seed.ts'
import { hourMs } from '#main/store/latency.ts'
import definition from '#resources/demo.json' with { type: 'json' }
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { refusedWith } from '../support/refused.ts'
import { seededDemo } from './demo-world.ts'

let demo: Awaited<ReturnType<typeof seededDemo>>
let fixture: EngineFixture
beforeAll(async () => {
  demo = await seededDemo()
  fixture = demo.fixture
})
afterAll(() => demo.remove())

const organizationNamed = async (name: string) =>
  (await fixture.store.read.organizations.getByName(name)) ?? expect.fail(`no ${name}`)

describe('the people of the demo', () => {
  const rolesOf = async (email: string, organizationName: string) => {
    const user = (await fixture.store.read.users.getByEmail(email)) ?? expect.fail(`no ${email}`)
    const { id } = await organizationNamed(organizationName)
    const membership = await fixture.store.read.users.getMembership(user.id, id)
    const claim = await fixture.store.read.users.getClaim(user.id, id)
    return { name: user.name, platformAdmin: user.platformAdmin, membership, claim }
  }
  const member = (name: string, organizationRole: string, workspaceRole: string) => ({
    name,
    platformAdmin: false,
    membership: { organizationRole, workspaceRole },
    claim: null,
  })

  it.each([
    ['ada@harbourhall.example', 'Harbour Hall', member('Ada', 'owner', 'admin')],
    ['max@harbourhall.example', 'Harbour Hall', member('Max', 'manager', 'manager')],
    ['sam@harbourhall.example', 'Harbour Hall', member('Sam', 'member', 'staff')],
    ['otto@harbourhall.example', 'Harbour Hall', member('Otto', 'member', 'admin')],
    ['rita@riverside.example', 'Riverside Events', member('Rita', 'owner', 'admin')],
    ['finn@oldmill.example', 'Old Mill Studio', member('Finn', 'owner', 'admin')],
  ])('%s at %s', async (email, organization, expected) => {
    expect(await rolesOf(email, organization)).toEqual(expected)
  })

  it('Meta is a manager by sign-in metadata only, Pat a platform admin of no organization', async () => {
    expect(await rolesOf('meta@harbourhall.example', 'Harbour Hall')).toEqual({
      name: 'Meta',
      platformAdmin: false,
      membership: null,
      claim: { organizationRole: 'manager', workspaceRole: 'manager' },
    })
    const pat = await rolesOf('pat@patchbay.example', 'Harbour Hall')
    expect(pat).toMatchObject({ platformAdmin: true, membership: null, claim: null })
    expect(await fixture.store.read.users.listAll()).toHaveLength(8)
  })

  it('have no password', async () => {
    const users = await fixture.store.read.users.listAll()
    expect(users.map(({ passwordHash }) => passwordHash)).toEqual(Array(8).fill(null))
  })

  it.each<[string, string, Action, string | null]>([
    ['ada@harbourhall.example', 'Harbour Hall', 'api_keys.manage', null],
    ['ada@harbourhall.example', 'Harbour Hall', 'webhooks.manage', null],
    ['max@harbourhall.example', 'Harbour Hall', 'webhooks.manage', null],
    ['max@harbourhall.example', 'Harbour Hall', 'api_keys.view', 'role_not_allowed'],
    ['sam@harbourhall.example', 'Harbour Hall', 'hub.open', 'role_not_allowed'],
    ['meta@harbourhall.example', 'Harbour Hall', 'webhooks.view', null],
    ['meta@harbourhall.example', 'Harbour Hall', 'webhooks.manage', 'membership_required'],
    ['otto@harbourhall.example', 'Harbour Hall', 'api_keys.manage', 'organization_role_not_allowed'],
    ['rita@riverside.example', 'Riverside Events', 'api_keys.view', 'capability_missing'],
    ['rita@riverside.example', 'Riverside Events', 'webhooks.manage', 'capability_missing'],
    ['finn@oldmill.example', 'Old Mill Studio', 'connections.manage', 'capability_missing'],
    ['pat@patchbay.example', 'Harbour Hall', 'webhooks.manage', null],
  ])('%s at %s: %s is answered %s', async (email, organization, action, code) => {
    const user = (await fixture.store.read.users.getByEmail(email)) ?? expect.fail(`no ${email}`)
    const { id: organizationId } = await organizationNamed(organization)
    const decision = await fixture.toolbox.access.decide({ kind: 'user', ...user }, action, {
      organizationId,
    })
    expect(decisionCode(decision)).toBe(code)
  })
})

describe('the organizations of the demo', () => {
  it('have their plans, occasions and a visible rule for loopback', async () => {
    const organizations = await fixture.store.read.organizations.list()
    expect(organizations.map(({ name, plan }) => [name, plan])).toEqual([
      ['Harbour Hall', 'enterprise'],
      ['Old Mill Studio', 'free'],
      ['Riverside Events', 'pro'],
    ])
    const occasions = await fixture.store.read.organizations.listOccasions(organizations.map(({ id }) => id))
    expect(occasions.map(({ name, organizationId }) => [name, organizationId]).sort()).toEqual(
      ['Spring Gala 2027', 'Winter Market 2026'].map((name) => [name, organizations[0]?.id]),
    )
    for (const { id } of organizations) {
      const rules = await fixture.store.read.networkRules.list(id)
      expect(rules.map(({ target }) => target)).toEqual(['127.0.0.0/8', '::1/128'])
      for (const { note } of rules) expect(note).toMatch(/^Demo: /)
    }
    expect(await fixture.store.read.installation.get('demo')).toBe('1')
  })

  it('are each younger than the one before, so that whoever opens the demo is always Ada', async () => {
    // The platform itself has no name.
    const founded = demo.all(
      `SELECT name, created_at FROM organizations WHERE name <> '' ORDER BY created_at`,
    )
    expect(founded.map(({ name }) => name)).toEqual(definition.organizations.map(({ name }) => name))
    expect(new Set(founded.map((row) => row.created_at)).size).toBe(founded.length)
    expect(await fixture.store.read.users.getFirstOwner()).toMatchObject({ name: 'Ada' })
  })

  it('show webhooks in every state', async () => {
    const states = demo.all(
      `SELECT organizations.name AS organization, status, count(*) AS count FROM webhooks
        JOIN organizations ON organizations.id = organization_id GROUP BY 1, 2 ORDER BY 1, 2`,
    )
    expect(states).toEqual([
      { organization: 'Harbour Hall', status: 'active', count: 5 },
      { organization: 'Harbour Hall', status: 'disabled', count: 2 },
      { organization: 'Harbour Hall', status: 'paused', count: 1 },
      { organization: 'Riverside Events', status: 'suspended', count: 2 },
    ])
  })

  it('have keys in every state that a list shows, and no secret of them', async () => {
    const { id: organizationId } = await organizationNamed('Harbour Hall')
    const query = { organizationId, now: startMs, limit: 100 }
    const count = async (status: 'active' | 'expired' | 'revoked') =>
      (await fixture.store.read.apiKeys.list({ ...query, status })).length
    expect([await count('active'), await count('expired'), await count('revoked')]).toEqual([5, 1, 1])
  })

  it('have connections with a history, and calls with keys that add up to their events', async () => {
    const connections = demo.all(
      `SELECT connector_id AS connector, enabled, check_status AS found FROM connections ORDER BY 1`,
    )
    expect(connections).toEqual([
      { connector: 'datev', enabled: 1, found: 'ok' },
      { connector: 'eventbrite', enabled: 1, found: 'ok' },
      { connector: 'mailchimp', enabled: 1, found: 'ok' },
      { connector: 'ticket-tailor', enabled: 1, found: 'ok' },
      { connector: 'twilio', enabled: 0, found: 'ok' },
    ])
    expect(demo.all('SELECT count(*) AS count FROM connection_history')).toEqual([{ count: 13 }])
    const sent = `SELECT api_key_id AS id, count(*) AS calls FROM events WHERE api_key_id IS NOT NULL
      GROUP BY 1 ORDER BY 1`
    const counted = `SELECT api_key_id AS id, sum(calls - refused) AS calls FROM api_key_callers
      WHERE route = 'POST /v1/events' GROUP BY 1 HAVING sum(calls - refused) > 0 ORDER BY 1`
    expect(demo.all(counted)).toEqual(demo.all(sent))
    const sums = (table: string) =>
      demo.all(`SELECT sum(calls) AS calls, sum(refused) AS refused FROM ${table}`)
    expect(sums('api_key_hours')).toEqual(sums('api_key_callers'))
    expect(Number(sums('api_key_hours')[0]?.refused)).toBeGreaterThan(0)
  })

  it('tell in an unbroken audit log who set them up', async () => {
    expect((await fixture.store.read.audit.check()).break).toBeNull()
    const deeds = demo.all('SELECT at, action FROM audit ORDER BY seq')
    const times = deeds.map(({ at }) => Number(at))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(startMs)
    const { id: organizationId } = await organizationNamed('Harbour Hall')
    const entries = await fixture.store.read.audit.list({ organizationId, limit: 100 })
    expect(entries).toContainEqual(expect.objectContaining({ action: 'webhooks.pause', actorName: 'Max' }))
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'webhooks.disable', actorKind: 'program' }),
    )
    expect(JSON.stringify(entries)).not.toMatch(/whsec_/)
  })
})

describe('seeding', () => {
  it('makes the same workspace from the same seed and clock', async () => {
    const again = await seededDemo()
    const tables = demo
      .all(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .map(({ name }) => String(name))
    expect(tables).toContain('attempts')
    for (const table of tables) {
      // What is sealed is another text each time.
      const columns =
        {
          webhook_secrets: 'id, webhook_id, tail, created_at, expires_at',
          connection_secrets: 'connection_id, field, tail',
          audit_end: 'id',
        }[table] ?? '*'
      expect(again.all(`SELECT ${columns} FROM ${table}`), table).toEqual(
        demo.all(`SELECT ${columns} FROM ${table}`),
      )
    }
    await again.remove()
  })

  it.each([
    ['in the first minutes of a day', Date.UTC(2026, 11, 1, 0, 1)],
    ['on a Sunday night', Date.UTC(2027, 4, 2, 23, 58)],
  ])('has something to show %s', async (_name, at) => {
    const other = await seededDemo(at)
    const since = `accepted_at > ${at - 24 * hourMs}`
    expect(
      Number(other.all(`SELECT count(*) AS count FROM events WHERE ${since}`)[0]?.count),
    ).toBeGreaterThan(40)
    const waiting = other.all(`SELECT min(due_at) AS first FROM deliveries WHERE status = 'waiting'`)
    expect(Number(waiting[0]?.first)).toBeGreaterThanOrEqual(at + 60_000)
    const reasons = other.all('SELECT DISTINCT held_reason AS reason FROM deliveries ORDER BY 1')
    expect(reasons.map(({ reason }) => reason)).toEqual([null, 'disabled', 'gone', 'paused', 'suspended'])
    await other.remove()
  })

  it('touches nothing where there is an organization already', async () => {
    const other = engineFixture()
    await other.organization({ name: 'Ours' })
    await refusedWith('already_set_up', seedDemo(other.toolbox, definition))
    expect(await other.store.read.organizations.count()).toBe(1)
    expect(await other.store.read.installation.get('demo')).toBeNull()
    await other.close()
  })

  it('leaves nothing behind when the definition is not right', async () => {
    const other = engineFixture()
    const broken = { ...definition, answers: {} }
    await expect(seedDemo(other.toolbox, broken)).rejects.toThrow('no answer called')
    await expect(seedDemo(other.toolbox, { ...definition, days: 0 })).rejects.toThrow()
    expect(await other.store.read.organizations.count()).toBe(0)
    await other.close()
  })
})
