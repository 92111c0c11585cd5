import { sql } from 'kysely'
import type { ReadContext, WriteContext } from './context.ts'

/** Which rows of an organization are old: those whose delivery, event or day ended before `before` (Unix ms). */
export interface Old {
  organizationId: string
  before: number
  /** Rows that are looked at, and rows of each table that are removed, at most. */
  limit: number
}

/** Old rows along ids, which sort by time. */
export interface OldAlong extends Old {
  /** After this id and before this one. */
  afterId: string
  beforeId: string
}

/** What a step along ids did. */
export interface PruneStep {
  removed: number
  /** Where the next step goes on; null at the end. */
  nextId: string | null
  /** The last id before the first that must stay, which the next pass looks at again; null when nothing must. */
  markId: string | null
}

export interface EventPruneStep {
  events: number
  deliveries: number
  attempts: number
  nextId: string | null
}

export interface PruningReader {
  /** How many there are, up to `limit`, among as many of the oldest. */
  countOldEvents(old: OldAlong): Promise<number>
  countOldAttempts(old: OldAlong): Promise<number>
  countOldResponseBodies(old: OldAlong): Promise<number>
  countOldKeyCalls(old: Old): Promise<number>
  countOldHourlyCounts(old: Old): Promise<number>
  countOldConnectionHistory(old: Old): Promise<number>
}

/** Each removes a bounded number of rows. Nothing that waits, is held or is under way is ever removed. */
export interface PruningWriter extends PruningReader {
  /** Events of which nothing is left to do, with their deliveries and attempts. */
  pruneEvents(old: OldAlong): Promise<EventPruneStep>
  /** Of deliveries that have ended. */
  pruneAttempts(old: OldAlong): Promise<PruneStep>
  pruneResponseBodies(old: OldAlong): Promise<PruneStep>
  /** @returns how many; fewer than `limit` when none is left. */
  pruneKeyCalls(old: Old): Promise<number>
  pruneHourlyCounts(old: Old): Promise<number>
  pruneConnectionHistory(old: Old): Promise<number>
  /** Recoveries and releases that ended; what a recovery made goes first. */
  pruneRecoveries(old: Old): Promise<number>
}

const openOrLate = (before: number) =>
  sql`(d.status IN ('waiting', 'sending', 'held') OR coalesce(d.finished_at, d.created_at) >= ${before})`

/** Old events of which every delivery has ended long ago. */
const endedEvents = ({ organizationId, before, afterId, beforeId, limit }: OldAlong) => sql`
  SELECT looked.id FROM (SELECT id FROM events
      WHERE organization_id = ${organizationId} AND id > ${afterId} AND id < ${beforeId} ORDER BY id LIMIT ${limit}) looked
    WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = looked.id AND ${openOrLate(before)})`

const lookedDeliveries = ({ organizationId, before, afterId, beforeId, limit }: OldAlong) => sql`
  SELECT d.id, ${openOrLate(before)} AS stays FROM deliveries d
    WHERE d.organization_id = ${organizationId} AND d.id > ${afterId} AND d.id < ${beforeId}
    ORDER BY d.id LIMIT ${limit}`

const ofEndedDeliveries = (old: OldAlong) => sql`
  FROM (${lookedDeliveries(old)}) looked CROSS JOIN attempts a ON a.delivery_id = looked.id WHERE NOT looked.stays`

const keyHours = ({ organizationId, before, limit }: Old) => sql`
  SELECT h.api_key_id, h.hour FROM api_keys k CROSS JOIN api_key_hours h ON h.api_key_id = k.id
    WHERE k.organization_id = ${organizationId} AND h.hour < ${before} LIMIT ${limit}`
const keyCallers = ({ organizationId, before, limit }: Old) => sql`
  SELECT c.api_key_id, c.day, c.route, c.address FROM api_keys k CROSS JOIN api_key_callers c ON c.api_key_id = k.id
    WHERE k.organization_id = ${organizationId} AND c.day < ${before} LIMIT ${limit}`
const attemptHours = ({ organizationId, before, limit }: Old) => sql`
  SELECT webhook_id, hour FROM attempt_hours
    WHERE organization_id = ${organizationId} AND hour < ${before} LIMIT ${limit}`
const eventHours = ({ organizationId, before, limit }: Old) => sql`
  SELECT organization_id, hour, occasion_id FROM event_hours
    WHERE organization_id = ${organizationId} AND hour < ${before} LIMIT ${limit}`
const connectionHistory = ({ organizationId, before, limit }: Old) => sql`
  SELECT seq FROM (SELECT seq, at FROM connection_history
    WHERE organization_id = ${organizationId} ORDER BY seq LIMIT ${limit}) WHERE at < ${before}`

type Rows = ReturnType<typeof sql>

export const pruningReader = ({ db }: ReadContext): PruningReader => {
  const count = async (rows: Rows): Promise<number> => {
    const found = await sql<{ count: number }>`SELECT count(*) AS count FROM (${rows})`.execute(db)
    return found.rows[0]?.count ?? 0
  }
  const countBoth = async (one: Rows, other: Rows, limit: number): Promise<number> =>
    Math.min((await count(one)) + (await count(other)), limit)
  return {
    countOldEvents: (old) => count(endedEvents(old)),
    countOldAttempts: (old) => count(sql`SELECT 1 ${ofEndedDeliveries(old)} LIMIT ${old.limit}`),
    countOldResponseBodies: (old) =>
      count(sql`SELECT 1 ${ofEndedDeliveries(old)} AND a.response_body IS NOT NULL LIMIT ${old.limit}`),
    countOldKeyCalls: (old) => countBoth(keyHours(old), keyCallers(old), old.limit),
    countOldHourlyCounts: (old) => countBoth(attemptHours(old), eventHours(old), old.limit),
    countOldConnectionHistory: (old) => count(connectionHistory(old)),
  }
}

/** One text for every number of ids, so that the statement stays prepared. */
const listed = (ids: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`

export const pruningWriter = (context: WriteContext): PruningWriter => {
  const { db, changed } = context

  const run = async (statement: Rows): Promise<number> =>
    Number((await statement.execute(db)).numAffectedRows ?? 0n)
  const idsOf = async (rows: Rows): Promise<string[]> => {
    const found = await sql<{ id: string }>`${rows}`.execute(db)
    return found.rows.map(({ id }) => id)
  }

  const deleteAttempts = async (deliveryIds: readonly string[], limit: number): Promise<number> => {
    if (deliveryIds.length === 0) return 0
    return run(sql`DELETE FROM attempts WHERE seq IN
      (SELECT seq FROM attempts WHERE delivery_id IN ${listed(deliveryIds)} LIMIT ${limit})`)
  }

  const clearBodies = async (deliveryIds: readonly string[], limit: number): Promise<number> => {
    if (deliveryIds.length === 0) return 0
    return run(sql`UPDATE attempts SET response_body = NULL WHERE seq IN (SELECT seq FROM attempts
      WHERE delivery_id IN ${listed(deliveryIds)} AND response_body IS NOT NULL LIMIT ${limit})`)
  }

  /** Does `work` with what has ended of the next deliveries. A step that reached its limit is taken again. */
  const alongDeliveries = async (
    old: OldAlong,
    work: (deliveryIds: readonly string[], limit: number) => Promise<number>,
  ): Promise<PruneStep> => {
    const found = await sql<{ id: string; stays: number }>`${lookedDeliveries(old)}`.execute(db)
    const looked = found.rows
    const removed = await work(
      looked.filter(({ stays }) => stays === 0).map(({ id }) => id),
      old.limit,
    )
    if (removed > 0) changed('deliveries')
    const firstToStay = looked.findIndex(({ stays }) => stays === 1)
    const markId = firstToStay < 0 ? null : (looked[firstToStay - 1]?.id ?? old.afterId)
    if (removed >= old.limit) return { removed, nextId: old.afterId, markId: null }
    return { removed, nextId: looked.length < old.limit ? null : (looked.at(-1)?.id ?? null), markId }
  }

  return {
    ...pruningReader(context),
    async pruneEvents(old) {
      const { limit, afterId } = old
      const ids = await idsOf(endedEvents(old))
      const last = await idsOf(sql`SELECT id FROM events
        WHERE organization_id = ${old.organizationId} AND id > ${afterId} AND id < ${old.beforeId}
        ORDER BY id LIMIT 1 OFFSET ${limit - 1}`)
      const nextId = last[0] ?? null
      if (ids.length === 0) return { events: 0, deliveries: 0, attempts: 0, nextId }
      const deliveryIds = await idsOf(
        sql`SELECT id FROM deliveries WHERE event_id IN ${listed(ids)} LIMIT ${limit}`,
      )
      const attempts = await deleteAttempts(deliveryIds, limit)
      changed('deliveries')
      // There is more than one step may remove: the same events again.
      if (attempts >= limit) return { events: 0, deliveries: 0, attempts, nextId: afterId }
      const deliveries =
        deliveryIds.length === 0
          ? 0
          : await run(sql`DELETE FROM deliveries WHERE id IN ${listed(deliveryIds)}`)
      if (deliveries >= limit) return { events: 0, deliveries, attempts, nextId: afterId }
      const events = await run(sql`DELETE FROM events WHERE id IN ${listed(ids)}`)
      changed('events')
      return { events, deliveries, attempts, nextId }
    },
    pruneAttempts: (old) => alongDeliveries(old, deleteAttempts),
    pruneResponseBodies: (old) => alongDeliveries(old, clearBodies),
    async pruneKeyCalls(old) {
      const hours = await run(sql`DELETE FROM api_key_hours WHERE (api_key_id, hour) IN (${keyHours(old)})`)
      const rest = { ...old, limit: old.limit - hours }
      if (rest.limit <= 0) return hours
      return (
        hours +
        (await run(
          sql`DELETE FROM api_key_callers WHERE (api_key_id, day, route, address) IN (${keyCallers(rest)})`,
        ))
      )
    },
    async pruneHourlyCounts(old) {
      const attempts = await run(
        sql`DELETE FROM attempt_hours WHERE (webhook_id, hour) IN (${attemptHours(old)})`,
      )
      const rest = { ...old, limit: old.limit - attempts }
      if (rest.limit <= 0) return attempts
      return (
        attempts +
        (await run(
          sql`DELETE FROM event_hours WHERE (organization_id, hour, occasion_id) IN (${eventHours(rest)})`,
        ))
      )
    },
    pruneConnectionHistory: (old) =>
      run(sql`DELETE FROM connection_history WHERE seq IN (${connectionHistory(old)})`),
    async pruneRecoveries({ organizationId, before, limit }) {
      const ended = (table: 'recoveries' | 'releases') => sql`SELECT id FROM ${sql.table(table)}
        WHERE organization_id = ${organizationId} AND finished_at < ${before} LIMIT ${limit}`
      const links = await run(sql`DELETE FROM recovery_deliveries WHERE (recovery_id, delivery_id) IN
        (SELECT l.recovery_id, l.delivery_id FROM (${ended('recoveries')}) old
          CROSS JOIN recovery_deliveries l ON l.recovery_id = old.id LIMIT ${limit})`)
      if (links >= limit) return links
      const recoveries = await run(sql`DELETE FROM recoveries WHERE id IN (${ended('recoveries')})`)
      return links + recoveries + (await run(sql`DELETE FROM releases WHERE id IN (${ended('releases')})`))
    },
  }
}
