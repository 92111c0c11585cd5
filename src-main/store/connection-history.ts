import type { ConnectionDeed } from '#contract/connections.ts'
import type { ReadContext, WriteContext } from './context.ts'

/** What somebody did with a connection. It outlives the connection. */
export interface ConnectionHistoryRecord {
  connectionId: string
  organizationId: string
  occasionId: string | null
  connectorId: string
  deed: ConnectionDeed
  at: number
  by: string
  /** What was changed or found, without a secret in it; may be empty. */
  detail: string
}

export interface ConnectionHistoryReader {
  /** Newest first, older than `beforeSeq`: of the organization and all its occasions, or of one occasion. */
  listHistory(query: {
    organizationId: string
    occasionId: string | null
    connectorId?: string
    beforeSeq?: number
    limit: number
  }): Promise<(ConnectionHistoryRecord & { seq: number })[]>
}
export interface ConnectionHistoryWriter extends ConnectionHistoryReader {
  appendHistory(entry: ConnectionHistoryRecord): Promise<void>
}

export const connectionHistoryReader = ({ db }: ReadContext): ConnectionHistoryReader => ({
  async listHistory({ organizationId, occasionId, connectorId, beforeSeq, limit }) {
    let query = db
      .selectFrom('connection_history')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .orderBy('seq', 'desc')
      .limit(limit)
    if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
    if (connectorId !== undefined) query = query.where('connector_id', '=', connectorId)
    if (beforeSeq !== undefined) query = query.where('seq', '<', beforeSeq)
    return (await query.execute()).map((row) => ({
      seq: row.seq,
      connectionId: row.connection_id,
      organizationId: row.organization_id,
      occasionId: row.occasion_id,
      connectorId: row.connector_id,
      deed: row.deed,
      at: row.at,
      by: row.done_by,
      detail: row.detail,
    }))
  },
})

export const connectionHistoryWriter = (context: WriteContext): ConnectionHistoryWriter => ({
  ...connectionHistoryReader(context),
  async appendHistory(entry) {
    await context.db
      .insertInto('connection_history')
      .values({
        connection_id: entry.connectionId,
        organization_id: entry.organizationId,
        occasion_id: entry.occasionId,
        connector_id: entry.connectorId,
        deed: entry.deed,
        at: entry.at,
        done_by: entry.by,
        detail: entry.detail,
      })
      .execute()
    context.changed('connections')
  },
})
