import { type Selectable, sql } from 'kysely'
import { type ErasureCriterion, type ErasureState, erasureCriterionSchema } from '#contract/erasures.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface ErasureRecord {
  id: string
  organizationId: string
  kind: ErasureCriterion['kind']
  /** Of a field. */
  path: string | null
  /** Null once it has ended: then nobody knows any more what was looked for. */
  criterion: ErasureCriterion | null
  fingerprint: string
  state: ErasureState
  looked: number
  erased: number
  discarded: number
  /** Events after and before these are still to be looked at. */
  afterId: string
  beforeId: string
  lookedUntil: number | null
  createdAt: number
  createdBy: string
  finishedAt: number | null
}

/** An event whose body may hold what is looked for. */
export interface Suspect {
  id: string
  acceptedAt: number
  body: string
}

/** A part of the events of an organization, oldest first. */
export interface EventPart {
  organizationId: string
  afterId: string
  beforeId: string
  limit: number
}

export interface ErasureReader {
  get(id: string): Promise<ErasureRecord | null>
  /** Newest first. */
  list(organizationId: string, limit: number): Promise<ErasureRecord[]>
  /** Of all organizations, oldest first. */
  listRunning(limit: number): Promise<ErasureRecord[]>
  /**
   * Looks at the next events. `text`: of those with it somewhere in the body, whatever the case of its ASCII letters;
   * all when absent. Those that are erased already are left out.
   */
  look(
    part: EventPart & { text: string | null },
  ): Promise<{ looked: number; lastId: string | null; lookedUntil: number | null; suspects: Suspect[] }>
  /** Events that were erased before `before` while a request may have been under way for them. */
  listLate(before: number, limit: number): Promise<string[]>
  countDeliveries(eventIds: readonly string[]): Promise<{ all: number; open: number }>
}
export interface ErasureWriter extends ErasureReader {
  insert(erasure: ErasureRecord & { criterion: ErasureCriterion }): Promise<void>
  /** Writes what changes while it runs; at its end the criterion is forgotten. */
  update(erasure: ErasureRecord): Promise<void>
  /**
   * Leaves tombstones: the bodies of the events and the recorded responses of their deliveries are overwritten, and
   * deliveries that have not ended are discarded.
   */
  erase(eventIds: readonly string[], at: number): Promise<{ erased: number; discarded: number }>
  /** Overwrites what requests brought that were under way when these events were erased. */
  eraseLate(eventIds: readonly string[]): Promise<void>
}

/** What stands in the place of an erased body. */
const tombstone = '{}'
/** One text for every number of ids, so that the statement stays prepared. */
const listed = (ids: readonly string[]) => sql<string>`(SELECT value FROM json_each(${JSON.stringify(ids)}))`
const contextOf = (id: string): string => `erasure/${id}`

export const erasureReader = ({ db, cipher }: ReadContext): ErasureReader => {
  const toErasure = (row: Selectable<Tables['erasures']>): ErasureRecord => ({
    id: row.id,
    organizationId: row.organization_id,
    kind: row.kind,
    path: row.path,
    criterion:
      row.sealed === null
        ? null
        : erasureCriterionSchema.parse(JSON.parse(cipher.open(row.sealed, contextOf(row.id)))),
    fingerprint: row.fingerprint,
    state: row.state,
    looked: row.looked,
    erased: row.erased,
    discarded: row.discarded,
    afterId: row.after_id,
    beforeId: row.before_id,
    lookedUntil: row.looked_until,
    createdAt: row.created_at,
    createdBy: row.created_by,
    finishedAt: row.finished_at,
  })
  const erasures = db.selectFrom('erasures').selectAll()
  return {
    async get(id) {
      const row = await erasures.where('id', '=', id).executeTakeFirst()
      return row ? toErasure(row) : null
    },
    async list(organizationId, limit) {
      const newest = erasures.where('organization_id', '=', organizationId).orderBy('id', 'desc').limit(limit)
      return (await newest.execute()).map(toErasure)
    },
    async listRunning(limit) {
      const running = erasures.where(sql<boolean>`state = 'running'`).orderBy('id').limit(limit)
      return (await running.execute()).map(toErasure)
    },
    async look({ organizationId, afterId, beforeId, limit, text }) {
      const ids = db
        .selectFrom('events')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('id', '>', afterId)
        .where('id', '<', beforeId)
        .orderBy('id')
        .limit(limit)
      const looked = await ids.execute()
      const lastId = looked.at(-1)?.id ?? null
      if (lastId === null) return { looked: 0, lastId, lookedUntil: null, suspects: [] }
      let suspects = db
        .selectFrom(ids.as('looked'))
        // Cross: the planner must not turn the join around.
        .crossJoin('events')
        .whereRef('events.id', '=', 'looked.id')
        .where('erased_at', 'is', null)
        .select(['events.id', 'events.accepted_at as acceptedAt', 'events.body'])
      if (text !== null) suspects = suspects.where(sql<boolean>`body LIKE ${containing(text)} ESCAPE '\\'`)
      const last = await db
        .selectFrom('events')
        .select('accepted_at')
        .where('id', '=', lastId)
        .executeTakeFirstOrThrow()
      return {
        looked: looked.length,
        lastId: looked.length < limit ? null : lastId,
        lookedUntil: last.accepted_at,
        suspects: await suspects.execute(),
      }
    },
    async listLate(before, limit) {
      const rows = await db
        .selectFrom('erased_in_flight')
        .select('event_id')
        .where('at', '<', before)
        .limit(limit)
        .execute()
      return rows.map(({ event_id: id }) => id)
    },
    async countDeliveries(eventIds) {
      if (eventIds.length === 0) return { all: 0, open: 0 }
      const row = await db
        .selectFrom('deliveries')
        .select((select) => [
          select.fn.countAll<number>().as('all'),
          sql<number>`count(*) FILTER (WHERE status IN ('waiting', 'sending', 'held'))`.as('open'),
        ])
        .where('event_id', 'in', listed(eventIds))
        .executeTakeFirstOrThrow()
      return row
    },
  }
}

export const erasureWriter = (context: WriteContext): ErasureWriter => {
  const { db, cipher, changed } = context
  /** What is freed or overwritten meanwhile is filled with zeros in the file. */
  const secretly = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await sql`PRAGMA secure_delete = ON`.execute(db)
    try {
      return await work()
    } finally {
      await sql`PRAGMA secure_delete = OFF`.execute(db)
    }
  }
  const eraseResponses = (eventIds: readonly string[]) =>
    db
      .updateTable('attempts')
      .set({ response_body: null })
      .where(
        'delivery_id',
        'in',
        db.selectFrom('deliveries').select('id').where('event_id', 'in', listed(eventIds)),
      )
      .where('response_body', 'is not', null)
      .execute()
  const overwrite = async (eventIds: readonly string[], at: number) => {
    await sql`INSERT OR REPLACE INTO erased_in_flight (event_id, at)
      SELECT DISTINCT event_id, ${at} FROM deliveries
        WHERE event_id IN ${listed(eventIds)} AND status IN ('waiting', 'sending')`.execute(db)
    const { numUpdatedRows: discarded } = await db
      .updateTable('deliveries')
      .set({
        status: 'discarded',
        finished_at: at,
        due_at: null,
        held_reason: null,
        lease_owner: null,
        lease_until: null,
      })
      .where('event_id', 'in', listed(eventIds))
      .where('status', 'in', ['waiting', 'sending', 'held'])
      .executeTakeFirst()
    await eraseResponses(eventIds)
    const { numUpdatedRows: erased } = await db
      .updateTable('events')
      .set({ body: tombstone, idempotency_key: null, erased_at: at })
      .where('id', 'in', listed(eventIds))
      .where('erased_at', 'is', null)
      .executeTakeFirst()
    changed('events')
    changed('deliveries')
    return { erased: Number(erased), discarded: Number(discarded) }
  }
  return {
    ...erasureReader(context),
    async insert(erasure) {
      await db
        .insertInto('erasures')
        .values({
          id: erasure.id,
          organization_id: erasure.organizationId,
          kind: erasure.kind,
          path: erasure.path,
          sealed: cipher.seal(JSON.stringify(erasure.criterion), contextOf(erasure.id)),
          fingerprint: erasure.fingerprint,
          state: erasure.state,
          looked: erasure.looked,
          erased: erasure.erased,
          discarded: erasure.discarded,
          after_id: erasure.afterId,
          before_id: erasure.beforeId,
          looked_until: erasure.lookedUntil,
          created_at: erasure.createdAt,
          created_by: erasure.createdBy,
          finished_at: erasure.finishedAt,
        })
        .execute()
      changed('retention')
    },
    async update({ id, state, looked, erased, discarded, afterId, lookedUntil, finishedAt }) {
      await db
        .updateTable('erasures')
        .set({
          state,
          looked,
          erased,
          discarded,
          after_id: afterId,
          looked_until: lookedUntil,
          finished_at: finishedAt,
          ...(state !== 'running' && { sealed: null }),
        })
        .where('id', '=', id)
        .execute()
      changed('retention')
    },
    async erase(eventIds, at) {
      return eventIds.length === 0 ? { erased: 0, discarded: 0 } : secretly(() => overwrite(eventIds, at))
    },
    async eraseLate(eventIds) {
      await secretly(() => eraseResponses(eventIds))
      await db.deleteFrom('erased_in_flight').where('event_id', 'in', listed(eventIds)).execute()
    },
  }
}
