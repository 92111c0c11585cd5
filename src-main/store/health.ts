import { sql } from 'kysely'
import type { ReadContext } from './context.ts'
import { endedBadlyCondition } from './index-conditions.ts'

/** Deliveries that have not ended well, each counted up to a limit. */
export interface OpenCounts {
  waiting: number
  sending: number
  held: number
  exhausted: number
}

/** What the self-check and the metrics read of all organizations. */
export interface HealthReader {
  /** Each up to `limit`. */
  countOpen(limit: number): Promise<OpenCounts>
  /** Webhooks whose circuit breaker is not closed. */
  countOpenBreakers(): Promise<number>
  /** Deliveries under a lease that ended before `before`, up to `limit`. */
  countEndedLeases(before: number, limit: number): Promise<number>
}

export const healthReader = ({ db }: ReadContext): HealthReader => {
  const count = async (rows: ReturnType<typeof sql>): Promise<number> => {
    const found = await sql<{ count: number }>`SELECT count(*) AS count FROM (${rows})`.execute(db)
    return found.rows[0]?.count ?? 0
  }
  return {
    async countOpen(limit) {
      return {
        waiting: await count(sql`SELECT 1 FROM deliveries WHERE status = 'waiting' LIMIT ${limit}`),
        sending: await count(sql`SELECT 1 FROM deliveries WHERE status = 'sending' LIMIT ${limit}`),
        held: await count(sql`SELECT 1 FROM deliveries WHERE status = 'held' LIMIT ${limit}`),
        // The index begins with the organization.
        exhausted: await count(sql`SELECT 1 FROM organizations o CROSS JOIN deliveries d
          ON d.organization_id = o.id AND d.status = 'exhausted'
            AND ${sql.raw(endedBadlyCondition('d.'))} LIMIT ${limit}`),
      }
    },
    countOpenBreakers: () =>
      count(sql`SELECT 1 FROM webhooks WHERE breaker_opened_at IS NOT NULL AND deleted_at IS NULL`),
    countEndedLeases: (before, limit) =>
      count(
        sql`SELECT 1 FROM deliveries WHERE status = 'sending' AND lease_until < ${before} LIMIT ${limit}`,
      ),
  }
}
