import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attemptSchema, deliveryDetailSchema, eventDetailSchema } from '#contract/events.ts'
import { standardScheduleMs } from '#contract/schedule.ts'
import { createDeliveries } from '#main/engine/deliveries/operations.ts'
import { createEvents } from '#main/engine/events/operations.ts'
import { hourMs, hourOf, latencyBucketOf, noLatency } from '#main/store/latency.ts'
import definition from '#resources/demo.json' with { type: 'json' }
import { startMs } from '../support/engine.ts'
import { operator } from '../support/makers.ts'
import { seededDemo } from './demo-world.ts'

let demo: Awaited<ReturnType<typeof seededDemo>>
beforeAll(async () => {
  demo = await seededDemo()
})
afterAll(() => demo.remove())

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
    const { id: organizationId } =
      (await demo.fixture.store.read.organizations.getByName('Harbour Hall')) ?? expect.fail()
    const deliveries = createDeliveries(demo.fixture.toolbox)
    const { items } = await deliveries.list(operator, { organizationId, status: ['waiting'], limit: 3 })
    for (const { id: deliveryId, eventId } of items) {
      const detail = deliveryDetailSchema.parse(
        await deliveries.get(operator, { organizationId, deliveryId }),
      )
      expect(detail.attemptList.length).toBeGreaterThan(0)
      for (const attempt of detail.attemptList) expect(attemptSchema.parse(attempt)).toEqual(attempt)
      const event = await createEvents(demo.fixture.toolbox).get(operator, { organizationId, eventId })
      expect(eventDetailSchema.parse(event)).toEqual(event)
      expect(event.apiKeyName).toBe('Back office')
    }
  })

  it('holds only events that would be accepted', () => {
    for (const { type, body } of demo.all('SELECT type, body FROM events')) {
      const parsed: { data: unknown } = JSON.parse(String(body))
      expect(demo.fixture.toolbox.eventTypes.check(String(type), parsed.data)).toEqual([])
    }
  })
})
