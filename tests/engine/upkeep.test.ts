import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { platformOrganizationId } from '#contract/ids.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { createEngine } from '#main/engine/engine.ts'
import { createConditions } from '#main/engine/platform/conditions.ts'
import type { OrganizationRecord, Outcome, WebhookRecord } from '#main/store/interface.ts'
import type { Person } from '../support/makers.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

let world: QueueFixture
let home: OrganizationRecord
let pat: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = await queueFixture()
  home = await world.organization({ name: 'Harbour Hall' })
  pat = await world.person(null, { name: 'Pat', platformAdmin: true })
  hook = await world.webhook(home.id, { name: 'CRM', url: 'https://crm.example/hook?token=abc' })
})
afterEach(() => world.close())

const own = () => world.engine.operations.operationalWebhooks
type Settings = Parameters<ReturnType<typeof own>['create']>[1]
const subscribe = (...events: string[]) => subscribeWith({}, ...events)
const subscribeWith = async (over: Partial<Settings>, ...events: string[]) => {
  const { webhook } = await own().create(pat, {
    url: 'https://pager.example/hook',
    events,
    timeoutMs: 15_000,
    concurrency: 16,
    scheduleMs: null,
    ...over,
  })
  return webhook
}
/** The operational events so far, oldest first. */
const told = async () => {
  const { rows } = await world.store.read.deliveries.list({
    organizationId: platformOrganizationId,
    limit: 99,
  })
  const bodies = await Promise.all(rows.map(({ id }) => world.store.read.deliveries.get(id)))
  return bodies.reverse().map((delivery) => JSON.parse(delivery?.body ?? ''))
}
const typesTold = async () => (await told()).map(({ type }) => type)
const attempt = async (webhook: { id: string }, outcome: Outcome) => {
  const { deliveries } = await world.take(webhook.id, 1)
  const [delivery] = deliveries
  if (delivery === undefined) throw new Error('There is nothing to deliver.')
  await world.settle(webhook.id, delivery, outcome)
  return delivery
}
const runDue = () => world.engine.upkeep.runDue()
const observe = () => world.engine.upkeep.observe()
const organization = () => ({ id: home.id, name: 'Harbour Hall' })
const crm = () => ({ id: hook.id, name: 'CRM', url: 'https://crm.example/hook?token=***' })

test('what fails holds up nothing else that is due, and is told', async () => {
  await subscribe('delivery.*')
  await world.deliveries(hook, 1)
  await attempt(hook, { kind: 'exhausted' })
  await world.deliveries(hook, 1, { status: 'exhausted', dueAt: null, finishedAt: 1, attempts: 10 })
  world.clock.advance(1_000)
  const filter = { since: 0, until: world.clock.now(), statuses: ['exhausted' as const], canary: false }
  const owner = await world.person(home.id)
  const asked = { organizationId: home.id, webhookId: hook.id, ...filter }
  const { id } = await world.engine.operations.recoveries.start(owner, asked)
  const database = new Database(world.path)
  database.prepare(`UPDATE recoveries SET statuses = 'broken' WHERE id = ?`).run(id)
  database.close()
  await expect(runDue()).rejects.toThrow(/JSON/)
  expect(await typesTold()).toEqual(['delivery.exhausted'])
})

describe('what the delivery worker notes', () => {
  test('an exhausted delivery is told, once, without what the URL hides', async () => {
    await subscribe('delivery.*')
    await world.deliveries(hook, 1)
    const { id, eventId } = await attempt(hook, { kind: 'exhausted' })
    const wakes = world.delivery.wakes
    await runDue()
    expect(world.delivery.wakes).toBe(wakes + 1)
    await runDue()
    expect(await told()).toEqual([
      {
        type: 'delivery.exhausted',
        timestamp: new Date(world.clock.now()).toISOString(),
        data: {
          organization: organization(),
          webhook: crm(),
          delivery: {
            id,
            eventId,
            eventType: 'attendee.registered',
            attempts: 1,
            lastStatusCode: 500,
            lastErrorClass: 'http',
          },
        },
      },
    ])
  })

  test('a webhook that its receiver calls gone is told, and nothing of a delivery or a retry', async () => {
    await subscribe('*')
    await world.deliveries(hook, 3)
    await attempt(hook, { kind: 'delivered' })
    await attempt(hook, { kind: 'retry', dueAt: world.clock.now() + 1, reason: 'schedule' })
    await attempt(hook, { kind: 'gone' })
    await runDue()
    expect(await told()).toMatchObject([
      {
        type: 'webhook.disabled',
        data: {
          organization: organization(),
          webhook: crm(),
          reason: 'gone',
          disabledAt: new Date(world.clock.now()).toISOString(),
        },
      },
    ])
  })

  test('a webhook with the longest of URLs is told, too', async () => {
    await subscribe('*')
    const start = 'https://crm.example/hook?a'
    const long = await world.webhook(home.id, { url: start + '&a='.repeat((2_048 - start.length) / 3) })
    await world.deliveries(long, 1)
    await attempt(long, { kind: 'gone' })
    await runDue()
    expect(await typesTold()).toEqual(['webhook.disabled'])
  })

  test('nothing is told of a trial, nor of the platform’s own webhooks: no failure begets the next', async () => {
    const pager = await subscribe('*')
    await world.deliveries(hook, 1, { kind: 'test' })
    await attempt(hook, { kind: 'exhausted' })
    await world.deliveries(hook, 1)
    await attempt(hook, { kind: 'exhausted' })
    await runDue()
    await attempt(pager, { kind: 'exhausted' })
    await runDue()
    expect(await typesTold()).toEqual(['delivery.exhausted'])
  })

  test('is forgotten where nobody subscribes, and where its subject is gone', async () => {
    await world.deliveries(hook, 1)
    await attempt(hook, { kind: 'gone' })
    await runDue()
    await subscribe('*')
    await runDue()
    expect(await told()).toEqual([])
    const other = await world.webhook(home.id)
    await world.deliveries(other, 1)
    await attempt(other, { kind: 'gone' })
    await world.store.write((writer) => writer.webhooks.delete(other.id, 1))
    await runDue()
    expect(await told()).toEqual([])
    expect(await world.store.read.operational.listNotices(9)).toEqual([])
  })
})

describe('a key that expires', () => {
  const key = (over = {}) => world.key(home.id, { name: 'Ticket shop', ...over })

  test('is told seven days ahead, once', async () => {
    await subscribe('key.expiring')
    const expiresAt = world.clock.now() + 8 * dayMs
    const { id } = await key({ expiresAt })
    await observe()
    expect(await told()).toEqual([])
    world.clock.advance(dayMs)
    await observe()
    await observe()
    world.clock.advance(3 * dayMs)
    await observe()
    expect(await told()).toMatchObject([
      {
        type: 'key.expiring',
        data: {
          organization: organization(),
          apiKey: { id, name: 'Ticket shop', environment: 'production' },
          expiresAt: new Date(expiresAt).toISOString(),
        },
      },
    ])
    expect(JSON.stringify(await told())).not.toContain('secret')
  })

  test('is told to whoever subscribes late, and not when it is revoked, disabled or has expired', async () => {
    const soon = world.clock.now() + dayMs
    await key({ name: 'alive', expiresAt: soon })
    await key({ name: 'revoked', expiresAt: soon, revokedAt: 1 })
    await key({ name: 'disabled', expiresAt: soon, disabledAt: 1 })
    await key({ name: 'expired', expiresAt: world.clock.now() })
    await observe()
    await subscribe('*')
    await observe()
    expect((await told()).map(({ data }) => data.apiKey.name)).toEqual(['alive'])
  })
})

test('what an operational webhook asks for gets its turn behind all that it leaves out', async () => {
  const latest = await world.organization()
  const now = world.clock.now()
  const check = { status: 'failing' as const, reason: 'The token was refused.', checkedAt: now }
  for (const { id } of [home, await world.organization(), await world.organization(), latest]) {
    await world.key(id, { expiresAt: now + dayMs })
    await world.connection(id, { check })
    await world.webhook(id)
  }
  const database = new Database(world.path)
  database.prepare('UPDATE webhooks SET failing_since = ? WHERE id <> ?').run(now - hourMs, hook.id)
  database.close()
  const options = { condition: { 'data.organization.id': latest.id } }
  await subscribeWith({ options }, 'key.expiring', 'connection.failing', 'webhook.failing')
  const conditions = createConditions(world.toolbox, 2)
  await conditions.tell()
  expect(await told()).toEqual([])
  await conditions.tell()
  expect(await typesTold()).toEqual(['key.expiring', 'webhook.failing', 'connection.failing'])
  for (const { data } of await told()) expect(data.organization.id).toBe(latest.id)
})

test('a condition that nobody subscribed to is looked at without a write', async () => {
  await world.key(home.id, { expiresAt: world.clock.now() + dayMs })
  const conditions = createConditions(world.toolbox)
  await conditions.tell()
  const write = vi.spyOn(world.store, 'write')
  await conditions.tell()
  expect(write).not.toHaveBeenCalled()
  await subscribe('key.*')
  await conditions.tell()
  expect(await typesTold()).toEqual(['key.expiring'])
})

describe('a webhook that fails', () => {
  const fail = async () => {
    await world.deliveries(hook, 1)
    await attempt(hook, { kind: 'retry', dueAt: world.clock.now() + dayMs, reason: 'schedule' })
  }

  test('is told after an hour of nothing but failures, once, and again when it has recovered', async () => {
    await subscribe('webhook.*')
    const failingSince = new Date(world.clock.now()).toISOString()
    await fail()
    world.clock.advance(hourMs - 1)
    await fail()
    await observe()
    expect(await told()).toEqual([])
    world.clock.advance(1)
    await observe()
    await observe()
    expect(await told()).toMatchObject([
      { type: 'webhook.failing', data: { webhook: crm(), failingSince, consecutiveFailures: 2 } },
    ])
    world.clock.advance(minuteMs)
    await world.deliveries(hook, 1)
    await attempt(hook, { kind: 'delivered' })
    const recoveredAt = new Date(world.clock.now()).toISOString()
    await observe()
    await observe()
    expect((await told()).slice(1)).toMatchObject([
      { type: 'webhook.recovered', data: { webhook: crm(), failingSince, recoveredAt } },
    ])
    await fail()
    world.clock.advance(hourMs)
    await observe()
    expect(await typesTold()).toEqual(['webhook.failing', 'webhook.recovered', 'webhook.failing'])
  })

  test('has not recovered by being deleted, or begun anew by hand', async () => {
    await subscribe('webhook.*')
    await fail()
    world.clock.advance(hourMs)
    await observe()
    await world.store.write((writer) =>
      writer.webhooks.setStatus(hook.id, { status: 'active', reason: null, at: world.clock.now() }),
    )
    await observe()
    await fail()
    world.clock.advance(hourMs)
    await observe()
    await world.store.write((writer) => writer.webhooks.delete(hook.id, world.clock.now()))
    await observe()
    expect(await typesTold()).toEqual(['webhook.failing', 'webhook.failing'])
  })
})

test('a connection that fails its check is told once, until it has been well in between', async () => {
  await subscribe('connection.failing')
  const { id, connectorId } = await world.connection(home.id)
  const check = (status: 'ok' | 'failing', reason = 'The token was refused.') =>
    world.store.write((writer) =>
      writer.connections.update(id, {
        check: { status, reason, checkedAt: world.clock.now() },
      }),
    )
  await observe()
  await check('failing')
  await observe()
  await check('failing')
  await observe()
  expect(await told()).toMatchObject([
    {
      type: 'connection.failing',
      data: {
        organization: organization(),
        connection: { id, connectorId },
        reason: 'The token was refused.',
        checkedAt: new Date(world.clock.now()).toISOString(),
      },
    },
  ])
  await check('ok')
  await observe()
  await check('failing', 'The token was refused. '.repeat(100))
  await observe()
  expect(await typesTold()).toEqual(['connection.failing', 'connection.failing'])
})

describe('the queue', () => {
  test('that stands still is told after a quarter of an hour, once, until it has moved', async () => {
    await subscribe('queue.overdue')
    const dueSince = new Date(world.clock.now()).toISOString()
    await world.deliveries(hook, 2)
    world.clock.advance(15 * minuteMs - 1)
    await observe()
    expect(await told()).toEqual([])
    world.clock.advance(1)
    await observe()
    world.clock.advance(hourMs)
    await observe()
    expect(await told()).toMatchObject([{ type: 'queue.overdue', data: { dueSince, waiting: 2 } }])
  })

  test('may stand still without network, and while sending is switched off', async () => {
    await subscribe('queue.overdue')
    await world.deliveries(hook, 1)
    world.clock.advance(hourMs)
    world.delivery.current = { ...world.delivery.current, online: false }
    await observe()
    world.delivery.current = { ...world.delivery.current, online: true }
    for (const organizationId of [null, home.id]) {
      const off = { name: 'delivery', organizationId, reason: 'r', by: 'Pat', at: 1 } as const
      await world.store.write((writer) => writer.killSwitches.switchOff(off))
      await observe()
      await world.store.write((writer) => writer.killSwitches.switchOn('delivery', organizationId))
    }
    expect(await told()).toEqual([])
    await observe()
    expect(await typesTold()).toEqual(['queue.overdue'])
  })

  test('may stand still where a rate or an order holds it up', async () => {
    await subscribe('queue.overdue')
    const slow = { throttle: { count: 1, seconds: 60 }, ordered: false }
    const inLine = { throttle: null, ordered: true }
    for (const options of [slow, inLine]) {
      const held = await world.webhook(home.id, { options: { ...defaultWebhookOptions, ...options } })
      await world.deliveries(held, 1)
    }
    world.clock.advance(hourMs)
    await observe()
    expect(await told()).toEqual([])
  })
})

test('a disk that fills up is told once, until there is room again', async () => {
  await subscribe('disk.low')
  const totalBytes = 256 * 1024 ** 3
  let freeBytes = 1024 ** 3
  const installation = { ...world.parts.installation, disk: async () => ({ freeBytes, totalBytes }) }
  const { upkeep } = createEngine({ ...world.parts, installation })
  await upkeep.observe()
  expect(await told()).toEqual([])
  for (const free of [1024 ** 3 - 1, 5, 1024 ** 3, 7]) {
    freeBytes = free
    await upkeep.observe()
  }
  expect((await told()).map(({ data }) => data)).toEqual([
    { freeBytes: 1024 ** 3 - 1, totalBytes },
    { freeBytes: 7, totalBytes },
  ])
})

describe('the sweep', () => {
  const statusOf = async ({ id }: { id: string }) => (await world.store.read.webhooks.get(id))?.status

  test('does what follows from what another process changed', async () => {
    const [waiting] = await world.deliveries(hook, 1)
    await world.store.write((writer) => writer.organizations.setPlan(home.id, 'free'))
    await world.engine.upkeep.sweep()
    expect(await statusOf(hook)).toBe('suspended')
    expect(await world.store.read.deliveries.get(waiting?.id ?? '')).toMatchObject({
      heldReason: 'suspended',
    })
  })

  test('at the start of the program ends what was interrupted', async () => {
    await world.store.write((writer) =>
      writer.webhooks.setStatus(hook.id, { status: 'suspended', reason: 'plan', at: 1 }),
    )
    const [left] = await world.deliveries(hook, 1)
    const other = await world.webhook(home.id)
    const [held] = await world.deliveries(other, 1, {
      status: 'held',
      heldReason: 'switched_off',
      dueAt: null,
    })
    await world.engine.start()
    expect(await world.store.read.deliveries.get(left?.id ?? '')).toMatchObject({ heldReason: 'suspended' })
    expect(await world.store.read.deliveries.get(held?.id ?? '')).toMatchObject({ status: 'waiting' })
  })

  test('writes nothing where nothing changed', async () => {
    const away = await world.organization({ plan: 'free' })
    await world.webhook(away.id, { status: 'suspended' })
    await world.deliveries(hook, 1)
    const topics: string[] = []
    world.store.onChange((changed) => topics.push(...changed))
    await world.engine.upkeep.sweep()
    await runDue()
    await observe()
    expect(topics).toEqual([])
  })
})
