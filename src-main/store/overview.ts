import { type NotNull, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { DeliveryCounts } from '#contract/events.ts'
import { openCountMax } from '#contract/settings.ts'
import type { ErrorClass } from '#contract/vocabulary.ts'
import type { ReadContext } from './context.ts'
import { endedBadlyCondition, openCondition } from './index-conditions.ts'
import { addLatency, latencyPercentile, noLatency } from './latency.ts'
import type { Tables } from './schema.ts'

/** An organization with all its occasions, or one occasion of it. */
export interface Scope {
  organizationId: string
  occasionId: string | null
}

/** What was attempted for one webhook in one bucket of time. */
export interface AttemptSum {
  webhookId: string
  startsAt: number
  delivered: number
  failed: number
}

export interface LastError {
  errorClass: ErrorClass
  statusCode: number | null
}

/** Sums over what the delivery worker and the intake count by the hour; no list of events or attempts is read. */
export interface OverviewReader {
  /** By webhook and bucket of `bucketMs`, of the hours that started at `since` or later; only where there were any. */
  sumAttempts(query: Scope & { since: number; bucketMs: number }): Promise<AttemptSum[]>
  countEvents(query: Scope & { since: number }): Promise<number>
  /**
   * Deliveries that are not delivered, by status, each counted up to `openCountMax`: what is open or held as it is
   * now; what ended otherwise, from the delivery id `sinceId` on.
   */
  countDeliveries(query: Scope & { sinceId: string }): Promise<Omit<DeliveryCounts, 'delivered'>>
  countActiveWebhooks(scope: Scope): Promise<number>
  /** Keys of the organization that can be used at `now`. */
  countActiveApiKeys(organizationId: string, now: number): Promise<number>
  /** Durations of attempts in ms; null without attempts. */
  readLatency(query: Scope & { since: number }): Promise<{ p50: number; p95: number } | null>
  /** Of the latest of the webhook's last deliveries that had one. */
  readLastError(webhookId: string): Promise<LastError | null>
  /** For the status bar: open deliveries, counted up to `openCountMax`, and active webhooks that fail. */
  readStatus(
    scope: Scope,
  ): Promise<{ waiting: number; held: number; heldOffline: number; failingWebhooks: number }>
}

/** So many of the last deliveries of a webhook are searched for an error. */
const searchedForError = 200

const open = sql.raw<SqlBool>(openCondition())
const ended = sql.raw<SqlBool>(endedBadlyCondition())

export const overviewReader = ({ db }: ReadContext): OverviewReader => {
  const attemptHours = ({ organizationId, occasionId, since }: Scope & { since: number }) => {
    const query = db
      .selectFrom('attempt_hours')
      .where('organization_id', '=', organizationId)
      .where('hour', '>=', since)
    return occasionId === null ? query : query.where('occasion_id', '=', occasionId)
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
  const countOf = async (
    rows: SelectQueryBuilder<Tables, 'deliveries' | 'webhooks', { id: string }>,
  ): Promise<number> => {
    const { count } = await db
      .selectFrom(rows.limit(openCountMax).as('counted'))
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return count
  }
  // The words of the partial indexes must stand in the query as they stand there.
  const countOpen = (scope: Scope, status: 'waiting' | 'sending') =>
    countOf(deliveries(scope).where(open).where('status', '=', status))
  const countEnded = (scope: Scope, status: 'exhausted' | 'held' | 'discarded', sinceId: string) =>
    countOf(deliveries(scope).where(ended).where('status', '=', status).where('id', '>=', sinceId))

  /** One seek for each webhook, and the count itself. */
  const countHeldOffline = ({ organizationId, occasionId }: Scope) => {
    const query = db
      .selectFrom('webhooks')
      .innerJoin('deliveries', 'deliveries.webhook_id', 'webhooks.id')
      .select('deliveries.id')
      .where('webhooks.organization_id', '=', organizationId)
      .where('webhooks.deleted_at', 'is', null)
      .where(sql<SqlBool>`deliveries.status = 'held' AND deliveries.held_reason = 'offline'`)
    return countOf(occasionId === null ? query : query.where('deliveries.occasion_id', '=', occasionId))
  }

  return {
    async sumAttempts({ bucketMs, ...query }) {
      return attemptHours(query)
        .select((select) => [
          'webhook_id as webhookId',
          sql<number>`hour - hour % ${bucketMs}`.as('startsAt'),
          select.fn.sum<number>('delivered').as('delivered'),
          select.fn.sum<number>('failed').as('failed'),
        ])
        .groupBy(['webhookId', 'startsAt'])
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
    async countDeliveries({ sinceId, ...scope }) {
      return {
        waiting: await countOpen(scope, 'waiting'),
        sending: await countOpen(scope, 'sending'),
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
    async readLastError(webhookId) {
      const last = db
        .selectFrom('deliveries')
        .select(['last_error_class as errorClass', 'last_status_code as statusCode'])
        .where('webhook_id', '=', webhookId)
        .orderBy('id', 'desc')
        .limit(searchedForError)
      const error = await db
        .selectFrom(last.as('last'))
        .selectAll()
        .where('errorClass', 'is not', null)
        .limit(1)
        .$narrowType<{ errorClass: NotNull }>()
        .executeTakeFirst()
      return error ?? null
    },
    async readStatus(scope) {
      const { count } = await webhooks(scope).where('failing_since', 'is not', null).executeTakeFirstOrThrow()
      const held = await countEnded(scope, 'held', '')
      return {
        waiting: (await countOpen(scope, 'waiting')) + (await countOpen(scope, 'sending')),
        held,
        heldOffline: held === 0 ? 0 : await countHeldOffline(scope),
        failingWebhooks: count,
      }
    },
  }
}
