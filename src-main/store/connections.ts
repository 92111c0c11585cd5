import type { ReadContext, WriteContext } from './context.ts'

/** A configured instance of a connector of the catalogue. */
export interface ConnectionRecord {
  id: string
  organizationId: string
  occasionId: string | null
  connectorId: string
  enabled: boolean
  connectedAt: number
  connectedBy: string
}

export interface ConnectionReader {
  /** Of the organization and all its occasions, or of one occasion; without those that were disconnected. */
  list(query: { organizationId: string; occasionId: string | null }): Promise<ConnectionRecord[]>
}
export interface ConnectionWriter extends ConnectionReader {
  insert(connection: ConnectionRecord): Promise<void>
}

/** More connections than the catalogue could make sense of. */
const listMax = 1_000

export const connectionReader = ({ db }: ReadContext): ConnectionReader => ({
  async list({ organizationId, occasionId }) {
    let query = db
      .selectFrom('connections')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('disconnected_at', 'is', null)
      .orderBy('connector_id')
      .orderBy('id')
      .limit(listMax)
    if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
    return (await query.execute()).map((row) => ({
      id: row.id,
      organizationId: row.organization_id,
      occasionId: row.occasion_id,
      connectorId: row.connector_id,
      enabled: row.enabled === 1,
      connectedAt: row.connected_at,
      connectedBy: row.connected_by,
    }))
  },
})

export const connectionWriter = (context: WriteContext): ConnectionWriter => ({
  ...connectionReader(context),
  async insert(connection) {
    await context.db
      .insertInto('connections')
      .values({
        id: connection.id,
        organization_id: connection.organizationId,
        occasion_id: connection.occasionId,
        connector_id: connection.connectorId,
        enabled: connection.enabled ? 1 : 0,
        metadata: '{}',
        connected_at: connection.connectedAt,
        connected_by: connection.connectedBy,
        disconnected_at: null,
      })
      .execute()
    context.changed('connections')
  },
})
