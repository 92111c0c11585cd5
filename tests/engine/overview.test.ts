import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeliveryStatus, ErrorClass } from '#contract/vocabulary.ts'
import type { OccasionRecord, OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { latencyBucketOf, noLatency } from '#main/store/latency.ts'
import { openSqlite } from '#main/store/sqlite.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

const hour = 3_600_000
const day = 24 * hour

let file: FileStore
let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let gala: OccasionRecord
let owner: Person

beforeEach(async () => {
  file = await fileStore()
  world = engineFixture({ store: file.connect() })
  home = await world.organization()
  away = await world.organization()
  gala = await world.occasion(home.id)
  owner = await world.person(home.id)
})
afterEach(() => file.remove())

const get = (over = {}) =>
  world.engine.operations.overview.get(owner, { organizationId: home.id, range: '24h', ...over })

/** What the worker writes after attempts: `durations` in ms of all of them. */
const attempts = (
  webhook: WebhookRecord,
  at: number,
  { delivered = 0, failed = 0, durations = [] as number[] },
) => {
  const latency = noLatency()
  for (const ms of durations) latency[latencyBucketOf(ms)] = (latency[latencyBucketOf(ms)] ?? 0) + 1
  const database = openSqlite({ path: file.path })
  database
    .prepare('INSERT INTO attempt_hours VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(
      webhook.id,
      at - (at % hour),
      webhook.organizationId,
      webhook.occasionId,
      delivered,
      failed,
      JSON.stringify(latency),
    )
  database.close()
}

const ended = (lastErrorClass: ErrorClass, lastStatusCode: number | null) => ({
  status: 'exhausted' as const,
  dueAt: null,
  finishedAt: world.clock.now(),
  lastErrorClass,
  lastStatusCode,
})

describe('the chart', () => {
  test.each([
    ['24h', 24, hour],
    ['7d', 28, 6 * hour],
    ['30d', 30, day],
  ] as const)('of %s has %i bars without a gap, the last of which is now', async (range, count, bucketMs) => {
    world.clock.advance(40 * 60_000)
    const { buckets, since, bucketMs: shown } = await get({ range })
    expect(shown).toBe(bucketMs)
    expect(buckets).toHaveLength(count)
    expect(buckets[0]).toEqual({ startsAt: since, delivered: 0, failed: 0 })
    for (const [index, { startsAt }] of buckets.entries()) {
      expect(startsAt).toBe(since + index * bucketMs)
      expect(startsAt % bucketMs).toBe(0)
    }
    const last = buckets.at(-1)?.startsAt ?? 0
    expect(last).toBeLessThanOrEqual(world.clock.now())
    expect(last + bucketMs).toBeGreaterThan(world.clock.now())
  })

  test('adds the webhooks up, and leaves out what is older or of others', async () => {
    const [one, other] = [await world.webhook(home.id), await world.webhook(home.id)]
    attempts(one, startMs, { delivered: 5, failed: 1 })
    attempts(other, startMs, { delivered: 2 })
    attempts(one, startMs - 23 * hour, { delivered: 1 })
    attempts(one, startMs - 24 * hour, { delivered: 100 })
    attempts(await world.webhook(away.id), startMs, { delivered: 1_000 })
    const { buckets, deliveries } = await get()
    expect(buckets.at(-1)).toMatchObject({ delivered: 7, failed: 1 })
    expect(buckets[0]).toMatchObject({ delivered: 1, failed: 0 })
    expect(deliveries.delivered).toBe(8)
    const week = await get({ range: '7d' })
    expect(week.buckets.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(108)
  })
})

describe('the numbers', () => {
  test('count events in the range, deliveries by status, webhooks and keys', async () => {
    const hook = await world.webhook(home.id)
    await world.webhook(home.id, { status: 'paused' })
    await world.key(home.id)
    await world.key(home.id, { revokedAt: 1 })
    await world.key(home.id, { expiresAt: startMs })
    await world.deliveries(hook, 3)
    await world.deliveries(hook, 2, { status: 'held', heldReason: 'offline', dueAt: null })
    await world.deliveries(hook, 1, ended('http', 500))
    const overview = await get()
    expect(overview).toMatchObject({ eventsAccepted: 6, activeWebhooks: 1, activeApiKeys: 1 })
    expect(overview.deliveries).toEqual({
      waiting: 3,
      sending: 0,
      delivered: 0,
      exhausted: 1,
      held: 2,
      discarded: 0,
    })
  })

  test('forget what ended before the range, and never what is still open', async () => {
    const hook = await world.webhook(home.id)
    await world.deliveries(hook, 1)
    await world.deliveries(hook, 1, { status: 'held', heldReason: 'paused', dueAt: null })
    await world.deliveries(hook, 1, ended('timeout', null))
    world.clock.advance(2 * day)
    const { deliveries, eventsAccepted } = await get()
    expect(deliveries).toMatchObject({ waiting: 1, held: 1, exhausted: 0 })
    expect(eventsAccepted).toBe(0)
    expect((await get({ range: '7d' })).deliveries.exhausted).toBe(1)
  })

  test('are as many as the lists tell that they lead to, everywhere and in an occasion', async () => {
    const hook = await world.webhook(home.id)
    const send = (ids: unknown[]) => {
      const database = openSqlite({ path: file.path })
      database
        .prepare(`UPDATE deliveries SET status = 'sending', due_at = NULL, lease_owner = 'worker', lease_until = 1
          WHERE id IN (?, ?)`)
        .run(ids)
      database.close()
    }
    const make = async (occasionId: string | null) => {
      const [first, second] = await world.deliveries(hook, 4, { occasionId })
      send([first?.id, second?.id])
      await world.deliveries(hook, 1, { status: 'held', heldReason: 'paused', dueAt: null, occasionId })
      await world.deliveries(hook, 1, { ...ended('http', 500), occasionId })
    }
    await make(null)
    world.clock.advance(25 * hour + 1)
    await make(gala.id)
    await world.deliveries(hook, 1, ended('http', 500))
    for (const occasionId of [null, gala.id]) {
      const place = { organizationId: home.id, occasionId }
      const { since, deliveries: numbers } = await get({ occasionId })
      const listed = async (filter: { status: DeliveryStatus[]; since?: number }) =>
        (await world.engine.operations.deliveries.list(owner, { ...place, ...filter, limit: 50 })).items
          .length
      expect(await listed({ status: ['waiting', 'sending'] })).toBe(numbers.waiting + numbers.sending)
      expect(await listed({ status: ['held'] })).toBe(numbers.held)
      expect(await listed({ status: ['exhausted'], since })).toBe(numbers.exhausted)
      expect(numbers).toMatchObject({ sending: occasionId === null ? 4 : 2 })
    }
  })

  test('are those of the occasion where one is named', async () => {
    const [ofGala, ofHome] = [
      await world.webhook(home.id, { occasionId: gala.id }),
      await world.webhook(home.id),
    ]
    await world.deliveries(ofGala, 2)
    await world.deliveries(ofHome, 5)
    attempts(ofGala, startMs, { delivered: 1, failed: 1, durations: [10] })
    attempts(ofHome, startMs, { delivered: 9, failed: 9, durations: [5_000] })
    const overview = await get({ occasionId: gala.id })
    expect(overview).toMatchObject({ eventsAccepted: 2, activeWebhooks: 1 })
    expect(overview.deliveries).toMatchObject({ waiting: 2, delivered: 1 })
    expect(overview.failing.map(({ webhookId }) => webhookId)).toEqual([ofGala.id])
    expect(overview.latencyMs?.p95).toBeLessThan(100)
  })
})

describe('the latency', () => {
  test('is unknown without attempts', async () => {
    expect((await get()).latencyMs).toBeNull()
  })

  test('is read from the histograms of all webhooks', async () => {
    const fast = Array.from({ length: 90 }, () => 20)
    const slow = Array.from({ length: 10 }, () => 3_000)
    attempts(await world.webhook(home.id), startMs, { delivered: 90, durations: fast })
    attempts(await world.webhook(home.id), startMs - hour, { delivered: 10, durations: slow })
    const { latencyMs } = await get()
    expect(latencyMs?.p50).toBeGreaterThanOrEqual(16)
    expect(latencyMs?.p50).toBeLessThanOrEqual(32)
    expect(latencyMs?.p95).toBeGreaterThanOrEqual(2_048)
    expect(latencyMs?.p95).toBeLessThanOrEqual(4_096)
  })
})

describe('the failing webhooks', () => {
  test('are told worst first, with the latest error of each', async () => {
    const [bad, worse] = [await world.webhook(home.id), await world.webhook(home.id)]
    const fine = await world.webhook(home.id)
    attempts(bad, startMs, { delivered: 8, failed: 2 })
    attempts(worse, startMs, { failed: 3 })
    attempts(worse, startMs - hour, { failed: 3 })
    attempts(fine, startMs, { delivered: 50 })
    await world.deliveries(bad, 1, ended('timeout', null))
    await world.deliveries(worse, 1, ended('dns', null))
    await world.deliveries(worse, 1, ended('http', 503))
    await world.deliveries(worse, 1)
    expect((await get()).failing).toEqual([
      {
        webhookId: worse.id,
        name: worse.name,
        url: worse.url,
        attempts: 6,
        failed: 6,
        lastError: 'HTTP 503',
      },
      { webhookId: bad.id, name: bad.name, url: bad.url, attempts: 10, failed: 2, lastError: 'timeout' },
    ])
  })

  test('are at most ten, and none that is deleted', async () => {
    const deleted = await world.webhook(home.id)
    attempts(deleted, startMs, { failed: 99 })
    await world.engine.operations.webhooks.delete(owner, {
      organizationId: home.id,
      webhookIds: [deleted.id],
    })
    for (let made = 1; made <= 11; made += 1)
      attempts(await world.webhook(home.id), startMs, { failed: made })
    const { failing } = await get()
    expect(failing.map(({ failed }) => failed)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
  })
})

test('the overview is for those who may see events, here', async () => {
  const { overview } = world.engine.operations
  const staff = await world.person(home.id, { workspaceRole: 'staff' })
  const stranger = await world.person(away.id)
  const foreign = await world.occasion(away.id)
  await refusedWith('role_not_allowed', overview.get(staff, { organizationId: home.id, range: '24h' }))
  await refusedWith('not_found', overview.get(stranger, { organizationId: home.id, range: '24h' }))
  await refusedWith('not_found', get({ occasionId: foreign.id }))
})
