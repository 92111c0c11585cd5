import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { AuditActorKind } from '#contract/settings.ts'
import { type ChainCheck, type ChainedRecord, checkChain, linkEntry, sealEnd } from './audit-chain.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { type Found, scanRows } from './scan.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface AuditRecord {
  id: string
  at: number
  organizationId: string | null
  actorKind: AuditActorKind
  actorId: string | null
  actorName: string
  action: string
  targetKind: string
  targetId: string | null
  /** JSON with secrets redacted; null where there is nothing. */
  before: string | null
  after: string | null
  address: string | null
}

/** An entry in its place of the chain. */
export interface ChainedAuditRecord extends AuditRecord {
  seq: number
  hash: Buffer
}

/** Which entries of an organization. Ids are in the order of time: a range of times is a range of ids. */
export interface AuditQuery {
  organizationId: string
  actorKind?: AuditActorKind
  /** Somewhere in the name of the actor. */
  actor?: string
  action?: string
  targetKind?: string
  targetId?: string
  fromId?: string
  beforeId?: string
}

export interface AuditReader {
  /** The latest entries of an organization, newest first. */
  list(query: { organizationId: string; limit: number }): Promise<ChainedAuditRecord[]>
  /** The entries that meet all conditions, newest first. A page may come out short and still have a `nextId`. */
  search(query: AuditQuery & { limit: number }): Promise<Found<ChainedAuditRecord>>
  /** The actions and kinds of targets that there are entries of, by name. */
  listNames(organizationId: string): Promise<{ actions: string[]; targetKinds: string[] }>
  /** Walks the chain of all organizations from its beginning to its sealed end. */
  check(): Promise<ChainCheck>
}
export interface AuditWriter extends AuditReader {
  append(record: AuditRecord): Promise<void>
  /** Seals the end of a log that was written before ends were sealed, and of none else. */
  seal(): Promise<void>
}

const toRecord = (row: Selectable<Tables['audit']>): ChainedAuditRecord => ({
  seq: row.seq,
  hash: row.hash,
  id: row.id,
  at: row.at,
  organizationId: row.organization_id,
  actorKind: row.actor_kind,
  actorId: row.actor_id,
  actorName: row.actor_name,
  action: row.action,
  targetKind: row.target_kind,
  targetId: row.target_id,
  before: row.before,
  after: row.after,
  address: row.address,
})

type Where = ExpressionBuilder<Tables, 'audit'>

/** What an index answers: of several conditions the one that leaves the fewest entries. */
const indexed =
  ({ organizationId, targetId, action, targetKind, fromId }: AuditQuery) =>
  (where: Where): Expression<SqlBool> => {
    const conditions = [where('organization_id', '=', organizationId)]
    if (targetId !== undefined) conditions.push(where('target_id', '=', targetId))
    else if (action !== undefined) conditions.push(where('action', '=', action))
    else if (targetKind !== undefined) conditions.push(where('target_kind', '=', targetKind))
    if (fromId !== undefined) conditions.push(where('id', '>=', fromId))
    return where.and(conditions)
  }

/** The other conditions, asked of each entry that the index found. */
const residual =
  ({ targetId, action, targetKind, actorKind, actor }: AuditQuery) =>
  (where: ExpressionBuilder<Tables, 'audit'>): Expression<SqlBool> => {
    const conditions: Expression<SqlBool>[] = []
    if (targetId !== undefined && action !== undefined) conditions.push(where('audit.action', '=', action))
    if ((targetId ?? action) !== undefined && targetKind !== undefined)
      conditions.push(where('audit.target_kind', '=', targetKind))
    if (actorKind !== undefined) conditions.push(where('audit.actor_kind', '=', actorKind))
    if (actor) conditions.push(sql<SqlBool>`audit.actor_name LIKE ${containing(actor)} ESCAPE '\\'`)
    return where.and(conditions)
  }

/** The different values of a column, jumping from one to the next in the index. */
const namesIn = async (
  { db }: ReadContext,
  column: 'action' | 'target_kind',
  organizationId: string,
): Promise<string[]> => {
  const name = sql.ref(column)
  const next = (after: Expression<SqlBool>) =>
    sql`SELECT min(${name}) FROM audit WHERE organization_id = ${organizationId} AND ${after}`
  const { rows } = await sql<{ name: string }>`
    WITH RECURSIVE names (name) AS (
      ${next(sql<SqlBool>`${name} > ''`)}
      UNION ALL
      SELECT (${next(sql<SqlBool>`${name} > names.name`)}) FROM names WHERE names.name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL`.execute(db)
  return rows.map((row) => row.name)
}

export const auditReader = (context: ReadContext): AuditReader => {
  const { db } = context
  return {
    async list({ organizationId, limit }) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(toRecord)
    },
    search(query) {
      const ids = (beforeId: string | undefined) => {
        const all = db.selectFrom('audit').select('id').where(indexed(query)).orderBy('id', 'desc')
        return beforeId === undefined ? all : all.where('id', '<', beforeId)
      }
      return scanRows({
        beforeId: query.beforeId,
        limit: query.limit,
        async lastId(beforeId, count) {
          const last = ids(beforeId)
            .limit(1)
            .offset(count - 1)
          return (await last.executeTakeFirst())?.id
        },
        async rows(beforeId, count, limit) {
          const rows = await db
            .selectFrom(ids(beforeId).limit(count).as('listed'))
            // Cross: the planner must not turn the join around.
            .crossJoin('audit')
            .whereRef('audit.id', '=', 'listed.id')
            .where(residual(query))
            .selectAll('audit')
            .orderBy('listed.id', 'desc')
            .limit(limit)
            .execute()
          return rows.map(toRecord)
        },
      })
    },
    async listNames(organizationId) {
      return {
        actions: await namesIn(context, 'action', organizationId),
        targetKinds: await namesIn(context, 'target_kind', organizationId),
      }
    },
    check: () =>
      checkChain(context, async (seq, limit): Promise<ChainedRecord[]> => {
        const rows = await db
          .selectFrom('audit')
          .selectAll()
          .where('seq', '>', seq)
          .orderBy('seq')
          .limit(limit)
          .execute()
        return rows.map((row) => ({ ...toRecord(row), previousHash: row.previous_hash }))
      }),
  }
}

export const auditWriter = (context: WriteContext): AuditWriter => ({
  ...auditReader(context),
  async append(record) {
    const { seq, hash, previous } = await linkEntry(context, record)
    await context.db
      .insertInto('audit')
      .values({
        seq,
        id: record.id,
        at: record.at,
        organization_id: record.organizationId,
        actor_kind: record.actorKind,
        actor_id: record.actorId,
        actor_name: record.actorName,
        action: record.action,
        target_kind: record.targetKind,
        target_id: record.targetId,
        before: record.before,
        after: record.after,
        address: record.address,
        previous_hash: previous,
        hash,
      })
      .execute()
    context.changed('audit')
  },
  seal: () => sealEnd(context),
})
