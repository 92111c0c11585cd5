import { createHash } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

export interface AuditRecord {
  id: string
  at: number
  organizationId: string | null
  actorKind: 'user' | 'api_key' | 'operator' | 'program'
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

export interface AuditReader {
  /** Newest first, older than `beforeSeq`. */
  list(query: {
    organizationId: string
    beforeSeq?: number
    limit: number
  }): Promise<(AuditRecord & { seq: number })[]>
  /** Walks the chain. Null when every hash fits, else the first entry that does not. */
  findBreak(): Promise<{ seq: number; reason: string } | null>
}
export interface AuditWriter extends AuditReader {
  append(record: AuditRecord): Promise<void>
}

const genesis = Buffer.alloc(32)

/** SHA-256 over the hash before and the fields in a fixed order, each as JSON so that borders are clear. */
const hashOf = (previous: Buffer, record: AuditRecord): Buffer =>
  createHash('sha256')
    .update(previous)
    .update(
      JSON.stringify([
        record.id,
        record.at,
        record.organizationId,
        record.actorKind,
        record.actorId,
        record.actorName,
        record.action,
        record.targetKind,
        record.targetId,
        record.before,
        record.after,
        record.address,
      ]),
    )
    .digest()

const toRecord = (row: Selectable<Tables['audit']>): AuditRecord & { seq: number } => ({
  seq: row.seq,
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

const walkBatch = 1_000

export const auditReader = ({ db }: ReadContext): AuditReader => ({
  async list({ organizationId, beforeSeq, limit }) {
    let query = db
      .selectFrom('audit')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .orderBy('seq', 'desc')
      .limit(limit)
    if (beforeSeq !== undefined) query = query.where('seq', '<', beforeSeq)
    return (await query.execute()).map(toRecord)
  },
  async findBreak() {
    let previous: Buffer = genesis
    let lastSeq = 0
    for (;;) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('seq', '>', lastSeq)
        .orderBy('seq')
        .limit(walkBatch)
        .execute()
      for (const row of rows) {
        if (row.seq !== lastSeq + 1) return { seq: row.seq, reason: `entry ${lastSeq + 1} is missing` }
        if (!previous.equals(row.previous_hash))
          return { seq: row.seq, reason: 'does not follow the entry before' }
        if (!hashOf(previous, toRecord(row)).equals(row.hash)) return { seq: row.seq, reason: 'was altered' }
        previous = row.hash
        lastSeq = row.seq
      }
      if (rows.length < walkBatch) return null
    }
  },
})

export const auditWriter = (context: WriteContext): AuditWriter => ({
  ...auditReader(context),
  async append(record) {
    const last = await context.db
      .selectFrom('audit')
      .select('hash')
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    const previous = last?.hash ?? genesis
    await context.db
      .insertInto('audit')
      .values({
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
        hash: hashOf(previous, record),
      })
      .execute()
    context.changed('audit')
  },
})
