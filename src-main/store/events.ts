import { type ExpressionBuilder, type Selectable, sql } from 'kysely'
import { bulkInsert } from './bulk.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { hourOf } from './latency.ts'
import { type Found, scanRows } from './scan.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface EventRecord {
  id: string
  organizationId: string
  occasionId: string | null
  type: string
  /** The exact text that is signed and sent. */
  body: string
  /** Of the body as UTF-8. */
  sizeBytes: number
  occurredAt: number
  acceptedAt: number
  apiKeyId: string | null
  idempotencyKey: string | null
  /** Made by a test send, not by the tenant. */
  test: boolean
  /** When its body was erased; null or absent for all others. */
  erasedAt?: number | null
}

/** What was answered to a request with an idempotency key. */
export interface IdempotencyRecord {
  organizationId: string
  key: string
  /** SHA-256 over the canonical form of the request. */
  requestHash: Buffer
  eventId: string
  deliveries: number
  expiresAt: number
}

/** All conditions must hold; absent ones are not asked. */
export interface EventQuery {
  organizationId: string
  occasionId?: string
  type?: string
  /** All types that begin with this. */
  typePrefix?: string
  /** An id, an idempotency key, or a part of the body. */
  search?: string
  /** Whether it was made by a test send. */
  test?: boolean
  /** Whether its body was erased. */
  erased?: boolean
  /** Not before this id, and before this one. Ids sort by the time of acceptance. */
  fromId?: string
  beforeId?: string
  limit: number
  /** So many rows are looked at and no more. */
  scannedMax?: number
}

export interface EventReader {
  /** With an organization: only if it is of that one. A body of elsewhere is not even read. */
  get(id: string, organizationId?: string): Promise<(EventRecord & { apiKeyName: string | null }) | null>
  /** Newest first, without bodies. */
  list(query: EventQuery): Promise<Found<Omit<EventRecord, 'body' | 'idempotencyKey'>>>
  /** By id; what is not there, or was erased, is absent. */
  getBodies(ids: readonly string[]): Promise<Map<string, string>>
  /** What is remembered of these idempotency keys, expired or not. */
  findIdempotencyKeys(organizationId: string, keys: readonly string[]): Promise<IdempotencyRecord[]>
}
export interface EventWriter extends EventReader {
  /** Counts them in their hours too; test sends are not counted as accepted. */
  insertMany(events: readonly EventRecord[]): Promise<void>
  /** The keys must not be there. */
  insertIdempotencyKeys(records: readonly IdempotencyRecord[]): Promise<void>
  deleteIdempotencyKeys(organizationId: string, keys: readonly string[]): Promise<void>
  /** Forgets keys that ended at `now` or before, at most `limit`. @returns how many. */
  deleteExpiredIdempotencyKeys(now: number, limit: number): Promise<number>
}

const listed = [
  'events.id',
  'events.organization_id',
  'events.occasion_id',
  'events.type',
  'events.size_bytes',
  'events.occurred_at',
  'events.accepted_at',
  'events.api_key_id',
  'events.test',
  'events.erased_at',
] as const

const toListed = (row: Omit<Selectable<Tables['events']>, 'seq' | 'body' | 'idempotency_key'>) => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  type: row.type,
  sizeBytes: row.size_bytes,
  occurredAt: row.occurred_at,
  acceptedAt: row.accepted_at,
  apiKeyId: row.api_key_id,
  test: row.test === 1,
  erasedAt: row.erased_at,
})

type EventExpressions = ExpressionBuilder<Tables, 'events'>

/** The conditions that an index answers: by type, else by occasion, else by organization; and the range of ids. */
const indexed = (query: EventQuery) => (where: EventExpressions) =>
  where.and([
    ...(query.type === undefined && query.occasionId !== undefined
      ? [where('occasion_id', '=', query.occasionId)]
      : [where('organization_id', '=', query.organizationId)]),
    ...(query.type === undefined ? [] : [where('type', '=', query.type)]),
    ...(query.fromId === undefined ? [] : [where('id', '>=', query.fromId)]),
  ])

/** The first text after all that begin with `prefix`. */
const after = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

/** The conditions that each row is read for. */
const residual = (query: EventQuery) => (where: EventExpressions) => {
  const { type, typePrefix, occasionId, search, test, erased } = query
  return where.and([
    ...(type !== undefined && occasionId !== undefined ? [where('occasion_id', '=', occasionId)] : []),
    ...(typePrefix === undefined
      ? []
      : [where('type', '>=', typePrefix), where('type', '<', after(typePrefix))]),
    ...(test === undefined ? [] : [where('test', '=', test ? 1 : 0)]),
    ...(erased === undefined ? [] : [where('erased_at', erased ? 'is not' : 'is', null)]),
    ...(search === undefined
      ? []
      : [
          where.or([
            where('events.id', '=', search),
            where('idempotency_key', '=', search),
            sql<boolean>`body LIKE ${containing(search)} ESCAPE '\\'`,
          ]),
        ]),
  ])
}

export const eventReader = ({ db }: ReadContext): EventReader => ({
  async get(id, organizationId) {
    let query = db
      .selectFrom('events')
      .leftJoin('api_keys', 'api_keys.id', 'events.api_key_id')
      .selectAll('events')
      .select('api_keys.name as api_key_name')
      .where('events.id', '=', id)
    if (organizationId !== undefined) query = query.where('events.organization_id', '=', organizationId)
    const row = await query.executeTakeFirst()
    if (row === undefined) return null
    const { body, idempotency_key: idempotencyKey, api_key_name: apiKeyName } = row
    return { ...toListed(row), body, idempotencyKey, apiKeyName }
  },
  list(query) {
    const ids = (beforeId: string | undefined) => {
      const all = db.selectFrom('events').select('id').where(indexed(query)).orderBy('id', 'desc')
      return beforeId === undefined ? all : all.where('id', '<', beforeId)
    }
    return scanRows({
      beforeId: query.beforeId,
      limit: query.limit,
      scannedMax: query.scannedMax,
      lastId: async (beforeId, count) => {
        const last = ids(beforeId)
          .limit(1)
          .offset(count - 1)
        return (await last.executeTakeFirst())?.id
      },
      async rows(beforeId, count, limit) {
        const rows = await db
          .selectFrom(ids(beforeId).limit(count).as('listed'))
          // Cross: the planner must not turn the join around.
          .crossJoin('events')
          .whereRef('events.id', '=', 'listed.id')
          .where(residual(query))
          .select(listed)
          .orderBy('events.id', 'desc')
          .limit(limit)
          .execute()
        return rows.map(toListed)
      },
    })
  },
  async getBodies(ids) {
    if (ids.length === 0) return new Map()
    const rows = await db
      .selectFrom('events')
      .select(['id', 'body'])
      .where('id', 'in', ids)
      .where('erased_at', 'is', null)
      .execute()
    return new Map(rows.map(({ id, body }) => [id, body]))
  },
  async findIdempotencyKeys(organizationId, keys) {
    const rows = await db
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('key', 'in', keys)
      .execute()
    return rows.map((row) => ({
      organizationId: row.organization_id,
      key: row.key,
      requestHash: row.request_hash,
      eventId: row.event_id,
      deliveries: row.deliveries,
      expiresAt: row.expires_at,
    }))
  },
})

const insertedColumns = [
  'id',
  'organization_id',
  'occasion_id',
  'type',
  'body',
  'size_bytes',
  'occurred_at',
  'accepted_at',
  'api_key_id',
  'idempotency_key',
  'test',
] as const

const toRow = (event: EventRecord): unknown[] => [
  event.id,
  event.organizationId,
  event.occasionId,
  event.type,
  event.body,
  event.sizeBytes,
  event.occurredAt,
  event.acceptedAt,
  event.apiKeyId,
  event.idempotencyKey,
  event.test ? 1 : 0,
]

interface HourCount {
  readonly organizationId: string
  readonly occasionId: string | null
  readonly hour: number
  accepted: number
}

/** Neighbours mostly share place and hour: each run of them is counted as one. */
const hoursOf = (events: readonly EventRecord[]): HourCount[] => {
  const hours: HourCount[] = []
  let last: HourCount | undefined
  for (const { organizationId, occasionId, acceptedAt, test } of events) {
    if (test) continue
    const hour = hourOf(acceptedAt)
    if (last?.hour === hour && last.organizationId === organizationId && last.occasionId === occasionId) {
      last.accepted += 1
      continue
    }
    last = { organizationId, occasionId, hour, accepted: 1 }
    hours.push(last)
  }
  return hours
}

const addToHours = ({ statements }: WriteContext, events: readonly EventRecord[]): void => {
  for (const { organizationId, occasionId, hour, accepted } of hoursOf(events)) {
    statements.run(addToHourText, organizationId, occasionId ?? '', hour, accepted)
  }
}

const addToHourText = `INSERT INTO event_hours (organization_id, occasion_id, hour, accepted) VALUES (?, ?, ?, ?)
  ON CONFLICT (organization_id, hour, occasion_id) DO UPDATE SET accepted = accepted + excluded.accepted`

export const eventWriter = (context: WriteContext): EventWriter => {
  const { db, statements, changed } = context
  return {
    ...eventReader(context),
    async insertMany(events) {
      bulkInsert(statements, 'events', insertedColumns, events.map(toRow))
      addToHours(context, events)
      changed('events')
    },
    async insertIdempotencyKeys(records) {
      bulkInsert(
        statements,
        'idempotency_keys',
        ['organization_id', 'key', 'request_hash', 'event_id', 'deliveries', 'expires_at'],
        records.map((one) => [
          one.organizationId,
          one.key,
          one.requestHash,
          one.eventId,
          one.deliveries,
          one.expiresAt,
        ]),
      )
    },
    async deleteIdempotencyKeys(organizationId, keys) {
      await db
        .deleteFrom('idempotency_keys')
        .where('organization_id', '=', organizationId)
        .where('key', 'in', keys)
        .execute()
    },
    async deleteExpiredIdempotencyKeys(now, limit) {
      const expired = db
        .selectFrom('idempotency_keys')
        .select(['organization_id', 'key'])
        .where('expires_at', '<=', now)
        .orderBy('expires_at')
        .limit(limit)
      const { numDeletedRows } = await db
        .deleteFrom('idempotency_keys')
        .where(({ refTuple }) => sql<boolean>`${refTuple('organization_id', 'key')} IN ${expired}`)
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}
