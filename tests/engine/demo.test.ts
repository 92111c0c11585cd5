import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action } from '#contract/actions.ts'
import { attemptSchema, deliveryDetailSchema, eventDetailSchema } from '#contract/events.ts'
import { standardScheduleMs } from '#main/delivery/backoff.ts'
import { decisionCode } from '#main/engine/access/decide.ts'
import { createDeliveries } from '#main/engine/deliveries/operations.ts'
import { seedDemo } from '#main/engine/demo/seed.ts'
import { createEvents } from '#main/engine/events/operations.ts'
import { hourMs, hourOf, latencyBucketOf, noLatency } from '#main/store/latency.ts'
import definition from '#resources/demo.json' with { type: 'json' }
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'
import { operator } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

/** A seeded workspace in a file, with a way to ask the file. */
const seeded = async (at = startMs) => {
  const files = await fileStore()
  const fixture = engineFixture({ store: files.connect() })
  fixture.clock.set(at)
  await seedDemo(fixture.toolbox, definition)
  const database = new Database(files.path, { readonly: true })
  return {
    fixture,
    database,
    all: (sql: string) => database.prepare<unknown[], Record<string, unknown>>(sql).all(),
    async remove() {
      database.close()
      await files.remove()
    },
  }
}

let demo: Awaited<ReturnType<typeof seeded>>
let fixture: EngineFixture
beforeAll(async () => {
  demo = await seeded()
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

  it('tell in an unbroken audit log who set them up', async () => {
    expect(await fixture.store.read.audit.findBreak()).toBeNull()
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

describe('the history of the demo', () => {
  it('has a few weeks of events, each delivery in one of its states, and all accounted for', () => {
    const [range] = demo.all(
      'SELECT count(*) AS count, min(accepted_at) AS first, max(accepted_at) AS last FROM events',
    )
    expect(Number(range?.count)).toBeGreaterThan(2_000)
    expect(Number(range?.first)).toBeLessThan(startMs - 27 * 24 * hourMs)
    expect(Number(range?.last)).toBeLessThan(startMs)
    expect(Number(range?.last)).toBeGreaterThan(startMs - 6 * hourMs)
    const byStatus = new Map(
      demo
        .all('SELECT status, count(*) AS count FROM deliveries GROUP BY 1')
        .map((row) => [row.status, Number(row.count)]),
    )
    expect([...byStatus.keys()].sort()).toEqual(['delivered', 'exhausted', 'held', 'waiting'])
    const [wanted] = demo.all(
      `SELECT count(*) AS count FROM events JOIN webhooks ON webhooks.organization_id = events.organization_id
        AND (webhooks.occasion_id IS NULL OR webhooks.occasion_id = events.occasion_id)
        AND webhooks.created_at <= events.accepted_at
        JOIN json_each(webhooks.events) AS pattern
        ON pattern.value = events.type OR events.type LIKE replace(pattern.value, '*', '%')`,
    )
    expect([...byStatus.values()].reduce((sum, count) => sum + count, 0)).toBe(Number(wanted?.count))
  })

  it('shows every reason for holding that a person can meet in it', () => {
    const reasons = demo.all(
      'SELECT DISTINCT held_reason AS reason FROM deliveries WHERE held_reason IS NOT NULL',
    )
    expect(reasons.map(({ reason }) => reason).sort()).toEqual(['disabled', 'gone', 'paused', 'suspended'])
  })

  it('starts no storm: what waits is due later, and only for ports of this machine', () => {
    const waiting = demo.all(
      `SELECT due_at, url FROM deliveries JOIN webhooks ON webhooks.id = webhook_id WHERE deliveries.status = 'waiting'`,
    )
    expect(waiting.length).toBeGreaterThan(5)
    for (const { due_at, url } of waiting) {
      expect(Number(due_at)).toBeGreaterThanOrEqual(startMs + 60_000)
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    }
  })

  it('has the deliveries as their attempts left them, by the schedule of the worker', () => {
    expect(definition.scheduleMs).toEqual(standardScheduleMs)
    const deliveries = demo.all(
      `SELECT status, attempts, due_at, deliveries.finished_at AS finished_at, deliveries.created_at AS created_at, last_status_code,
        last_error_class, json_group_array(json_array(number, started_at, attempts.finished_at, status_code,
        error_class, next_attempt_at) ORDER BY number) FILTER (WHERE attempts.id IS NOT NULL) AS made
        FROM deliveries LEFT JOIN attempts ON delivery_id = deliveries.id GROUP BY deliveries.id`,
    )
    for (const delivery of deliveries) {
      const made: [number, number, number, number | null, string | null, number | null][] = JSON.parse(
        String(delivery.made),
      )
      expect(made.map(([number]) => number)).toEqual(
        Array.from({ length: Number(delivery.attempts) }, (_, n) => n + 1),
      )
      let dueAt: number | null = Number(delivery.created_at)
      for (const [number, startedAt, finishedAt, , errorClass, nextAt] of made) {
        expect(startedAt).toBeGreaterThanOrEqual(dueAt ?? Number.NaN)
        expect(finishedAt).toBeLessThan(startMs)
        expect(nextAt === null).toBe(
          errorClass === null || number === 10 || delivery.last_status_code === 410,
        )
        if (nextAt !== null)
          expect(nextAt).toBeGreaterThanOrEqual(finishedAt + (standardScheduleMs[number] ?? 0))
        dueAt = nextAt
      }
      const [, , finishedAt = null, statusCode = null, errorClass = null] = made.at(-1) ?? []
      const { status } = delivery
      expect(delivery).toMatchObject({
        last_status_code: statusCode,
        last_error_class: errorClass,
        due_at: status === 'waiting' ? dueAt : null,
        finished_at: status === 'delivered' || status === 'exhausted' ? finishedAt : null,
      })
      expect(status === 'delivered').toBe(made.length > 0 && errorClass === null)
      expect(status === 'exhausted').toBe(made.length === 10)
    }
  })

  it('has rollups that equal the rows', () => {
    const events = demo.all(
      `SELECT organization_id, coalesce(occasion_id, '') AS occasion_id,
        accepted_at - accepted_at % ${hourMs} AS hour, count(*) AS accepted FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    )
    expect(demo.all('SELECT * FROM event_hours ORDER BY organization_id, occasion_id, hour')).toEqual(events)
    const attempts = demo.all(
      `SELECT webhook_id, webhooks.organization_id, webhooks.occasion_id, error_class, started_at, attempts.finished_at AS finished_at
        FROM attempts JOIN deliveries ON deliveries.id = delivery_id JOIN webhooks ON webhooks.id = webhook_id`,
    )
    const hours = Map.groupBy(attempts, (row) => `${row.webhook_id} ${hourOf(Number(row.finished_at))}`)
    const expected = [...hours].map(([key, rows]) => {
      const latency = noLatency()
      for (const { started_at, finished_at } of rows) {
        const bucket = latencyBucketOf(Number(finished_at) - Number(started_at))
        latency[bucket] = (latency[bucket] ?? 0) + 1
      }
      const delivered = rows.filter(({ error_class }) => error_class === null).length
      return { key, delivered, failed: rows.length - delivered, latency, occasion_id: rows[0]?.occasion_id }
    })
    const stored = demo.all('SELECT * FROM attempt_hours').map((row) => ({
      key: `${row.webhook_id} ${row.hour}`,
      delivered: row.delivered,
      failed: row.failed,
      latency: JSON.parse(String(row.latency)),
      occasion_id: row.occasion_id,
    }))
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
    expect(stored.sort(byKey)).toEqual(expected.sort(byKey))
  })

  it('has the numbers of each webhook as its attempts left them', () => {
    const webhooks = demo.all(
      `SELECT id, last_attempt_at, last_success_at, failing_since, consecutive_failures FROM webhooks`,
    )
    for (const webhook of webhooks) {
      const made = demo.all(
        `SELECT attempts.finished_at AS at, error_class FROM attempts JOIN deliveries ON deliveries.id = delivery_id
          WHERE webhook_id = '${webhook.id}' ORDER BY attempts.finished_at`,
      )
      const lastSuccess = made.findLastIndex(({ error_class }) => error_class === null)
      expect(webhook).toMatchObject({
        last_attempt_at: made.at(-1)?.at,
        last_success_at: made[lastSuccess]?.at,
        failing_since: made[lastSuccess + 1]?.at ?? null,
        consecutive_failures: made.length - lastSuccess - 1,
      })
    }
  })

  it('is readable by the operations, as the contract says', async () => {
    const { id: organizationId } = await organizationNamed('Harbour Hall')
    const deliveries = createDeliveries(fixture.toolbox)
    const { items } = await deliveries.list(operator, { organizationId, status: 'waiting', limit: 3 })
    for (const { id: deliveryId, eventId } of items) {
      const detail = deliveryDetailSchema.parse(
        await deliveries.get(operator, { organizationId, deliveryId }),
      )
      expect(detail.attemptList.length).toBeGreaterThan(0)
      for (const attempt of detail.attemptList) expect(attemptSchema.parse(attempt)).toEqual(attempt)
      const event = await createEvents(fixture.toolbox).get(operator, { organizationId, eventId })
      expect(eventDetailSchema.parse(event)).toEqual(event)
      expect(event.apiKeyName).toBe('Back office')
    }
  })

  it('holds only events that would be accepted', () => {
    for (const { type, body } of demo.all('SELECT type, body FROM events')) {
      const parsed: { data: unknown } = JSON.parse(String(body))
      expect(fixture.toolbox.eventTypes.check(String(type), parsed.data)).toEqual([])
    }
  })
})

describe('seeding', () => {
  it('makes the same workspace from the same seed and clock', async () => {
    const again = await seeded()
    const tables = demo
      .all(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .map(({ name }) => String(name))
    expect(tables).toContain('attempts')
    for (const table of tables) {
      // A sealed secret is another text each time.
      const columns = table === 'webhook_secrets' ? 'id, webhook_id, tail, created_at, expires_at' : '*'
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
    const other = await seeded(at)
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
