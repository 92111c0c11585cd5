import { type SqlBool, sql } from 'kysely'
import type { DeliveryCounts } from '#contract/events.ts'
import { openCountMax } from '#contract/settings.ts'
import type { ErrorClass } from '#contract/vocabulary.ts'
import type { ReadContext } from './context.ts'
import { addLatency, latencyPercentile, noLatency } from './latency.ts'

/** An organization with all its occasions, or one occasion of it. */
export interface Scope {
  organizationId: string
  occasionId: string | null
}

export interface FailingWebhook {
  webhookId: string
  name: string
  url: string
  attempts: number
  failed: number
  /** Of the latest of its last deliveries that had one. */
  lastErrorClass: ErrorClass | null
  lastStatusCode: number | null
}

/** Sums over what the delivery worker and the intake count by the hour; no list of events or attempts is read. */
export interface OverviewReader {
  /** Attempts by buckets of `bucketMs` that start at `since` or later; only those with attempts, oldest first. */
  listBuckets(
    query: Scope & { since: number; bucketMs: number },
  ): Promise<{ startsAt: number; delivered: number; failed: number }[]>
  countEvents(query: Scope & { since: number }): Promise<number>
  /**
   * Deliveries by status, each counted up to `openCountMax`. What is open is counted as it is now; what
   * ended, since `since` and from the delivery id `sinceId` on.
   */
  countDeliveries(query: Scope & { since: number; sinceId: string }): Promise<DeliveryCounts>
  countActiveWebhooks(scope: Scope): Promise<number>
  /** Keys of the organization that can be used at `now`. */
  countActiveApiKeys(organizationId: string, now: number): Promise<number>
  /** Durations of attempts in ms; null without attempts. */
  readLatency(query: Scope & { since: number }): Promise<{ p50: number; p95: number } | null>
  /** The webhooks with the most failed attempts, most first. */
  listFailing(query: Scope & { since: number; limit: number }): Promise<FailingWebhook[]>
  /** For the status bar: open deliveries, counted up to `openCountMax`, and active webhooks that fail. */
  readStatus(organizationId: string): Promise<{ waiting: number; held: number; failingWebhooks: number }>
}

/** So many of the last deliveries of a webhook are searched for an error. */
const searchedForError = 200

const open = sql<SqlBool>`status IN ('waiting', 'sending')`
const endedBadly = sql<SqlBool>`status IN ('exhausted', 'held', 'discarded')`

export const overviewReader = ({ db }: ReadContext): OverviewReader => {
  const attemptHours = ({ organizationId, occasionId, since }: Scope & { since: number }) => {
    const query = db
      .selectFrom('attempt_hours')
      .where('attempt_hours.organization_id', '=', organizationId)
      .where('attempt_hours.hour', '>=', since)
    return occasionId === null ? query : query.where('attempt_hours.occasion_id', '=', occasionId)
  }
  const deliveries = ({ organizationId, occasionId }: Scope) => {
    const query = db.selectFrom('deliveries').select('id').where('organization_id', '=', organizationId)
    return occasionId === null ? query : query.where('occasion_id', '=', occasionId)
  }
  const webhooks = ({ organizationId, occasionId }: Scope) => {
    const query = db
      .selectFrom('webhooks')
      .where('organization_id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .where('status', '=', 'active')
      .select((select) => select.fn.countAll<number>().as('count'))
    return occasionId === null ? query : query.where('occasion_id', '=', occasionId)
  }
  const countOf = async (rows: ReturnType<typeof deliveries>): Promise<number> => {
    const { count } = await db
      .selectFrom(rows.limit(openCountMax).as('counted'))
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }
  const countEnded = (scope: Scope, status: 'exhausted' | 'held' | 'discarded', sinceId: string) =>
    countOf(deliveries(scope).where(endedBadly).where('status', '=', status).where('id', '>=', sinceId))
  const countSending = ({ organizationId, occasionId }: Scope): Promise<number> => {
    const leased = db
      .selectFrom('deliveries')
      .select('id')
      .where('status', '=', sql.lit('sending'))
      .where('lease_until', 'is not', null)
      .where('organization_id', '=', organizationId)
    return countOf(occasionId === null ? leased : leased.where('occasion_id', '=', occasionId))
  }

  return {
    async listBuckets({ bucketMs, ...query }) {
      const startsAt = sql<number>`hour - hour % ${bucketMs}`
      return attemptHours(query)
        .select((select) => [
          startsAt.as('startsAt'),
          select.fn.sum<number>('delivered').as('delivered'),
          select.fn.sum<number>('failed').as('failed'),
        ])
        .groupBy(sql`1`)
        .orderBy(sql`1`)
        .execute()
    },
    async countEvents({ organizationId, occasionId, since }) {
      let query = db
        .selectFrom('event_hours')
        .select((select) => select.fn.sum<number | null>('accepted').as('accepted'))
        .where('organization_id', '=', organizationId)
        .where('hour', '>=', since)
      if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
      return (await query.executeTakeFirstOrThrow()).accepted ?? 0
    },
    async countDeliveries({ since, sinceId, ...scope }) {
      const { delivered } = await attemptHours({ ...scope, since })
        .select((select) => select.fn.sum<number | null>('delivered').as('delivered'))
        .executeTakeFirstOrThrow()
      const sending = await countSending(scope)
      const waitingAndSending = await countOf(deliveries(scope).where(open))
      return {
        waiting: Math.max(0, waitingAndSending - sending),
        sending,
        delivered: delivered ?? 0,
        exhausted: await countEnded(scope, 'exhausted', sinceId),
        held: await countEnded(scope, 'held', ''),
        discarded: await countEnded(scope, 'discarded', sinceId),
      }
    },
    async countActiveWebhooks(scope) {
      return (await webhooks(scope).executeTakeFirstOrThrow()).count
    },
    async countActiveApiKeys(organizationId, now) {
      const { count } = await db
        .selectFrom('api_keys')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('organization_id', '=', organizationId)
        .where('revoked_at', 'is', null)
        .where('disabled_at', 'is', null)
        .where((where) => where.or([where('not_before', 'is', null), where('not_before', '<=', now)]))
        .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
        .executeTakeFirstOrThrow()
      return count
    },
    async readLatency(query) {
      const counts = noLatency()
      for (const { latency } of await attemptHours(query).select('latency').execute())
        addLatency(counts, latency)
      const p50 = latencyPercentile(counts, 0.5)
      const p95 = latencyPercentile(counts, 0.95)
      return p50 === null || p95 === null ? null : { p50, p95 }
    },
    async listFailing({ limit, ...query }) {
      const failing = await attemptHours(query)
        .innerJoin('webhooks', 'webhooks.id', 'attempt_hours.webhook_id')
        .where('webhooks.deleted_at', 'is', null)
        .select((select) => [
          'webhooks.id as webhookId',
          'webhooks.name',
          'webhooks.url',
          sql<number>`sum(attempt_hours.delivered + attempt_hours.failed)`.as('attempts'),
          select.fn.sum<number>('attempt_hours.failed').as('failed'),
        ])
        .groupBy('webhooks.id')
        .having((having) => having(having.fn.sum('attempt_hours.failed'), '>', 0))
        .orderBy('failed', 'desc')
        .orderBy('webhooks.id')
        .limit(limit)
        .execute()
      return Promise.all(
        failing.map(async (webhook) => {
          const last = db
            .selectFrom('deliveries')
            .select(['last_error_class', 'last_status_code'])
            .where('webhook_id', '=', webhook.webhookId)
            .orderBy('id', 'desc')
            .limit(searchedForError)
          const error = await db
            .selectFrom(last.as('last'))
            .selectAll()
            .where('last_error_class', 'is not', null)
            .limit(1)
            .executeTakeFirst()
          return {
            ...webhook,
            lastErrorClass: error?.last_error_class ?? null,
            lastStatusCode: error?.last_status_code ?? null,
          }
        }),
      )
    },
    async readStatus(organizationId) {
      const scope = { organizationId, occasionId: null }
      const { count } = await webhooks(scope).where('failing_since', 'is not', null).executeTakeFirstOrThrow()
      return {
        waiting: await countOf(deliveries(scope).where(open)),
        held: await countEnded(scope, 'held', ''),
        failingWebhooks: count,
      }
    },
  }
}
