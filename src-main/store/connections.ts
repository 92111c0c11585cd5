import type { Selectable } from 'kysely'
import type { ConnectionCheck } from '#contract/connections.ts'
import {
  type ConnectionHistoryReader,
  type ConnectionHistoryWriter,
  connectionHistoryReader,
  connectionHistoryWriter,
} from './connection-history.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

/** A configured instance of a connector of the catalogue. */
export interface ConnectionRecord {
  id: string
  organizationId: string
  occasionId: string | null
  connectorId: string
  enabled: boolean
  /** Values by field; the secrets are kept apart. */
  configuration: Record<string, string>
  grants: string[]
  check: ConnectionCheck | null
  connectedAt: number
  connectedBy: string
}

/** What is known of a secret of a connection; never the secret. */
export interface ConnectionSecretRecord {
  connectionId: string
  field: string
  /** The last characters, to tell two apart; empty for a short secret. */
  tail: string
}

type Place = Pick<ConnectionRecord, 'organizationId' | 'occasionId' | 'connectorId'>

/** Connections that were disconnected are not there for any of these; their history is. */
export interface ConnectionReader extends ConnectionHistoryReader {
  get(id: string): Promise<ConnectionRecord | null>
  /** The connection of a connector in exactly this place. */
  findAt(place: Place): Promise<ConnectionRecord | null>
  /** Of the organization and all its occasions, or of one occasion; by connector. */
  list(query: {
    organizationId: string
    occasionId: string | null
    limit: number
  }): Promise<ConnectionRecord[]>
  listSecrets(connectionIds: readonly string[]): Promise<ConnectionSecretRecord[]>
  /** The secrets themselves, by field. @throws StoreError `data_key_wrong`. */
  openSecrets(connectionId: string): Promise<ReadonlyMap<string, string>>
}
export interface ConnectionWriter extends ConnectionReader, ConnectionHistoryWriter {
  insert(connection: ConnectionRecord): Promise<void>
  update(
    id: string,
    changes: Partial<Pick<ConnectionRecord, 'enabled' | 'configuration' | 'grants' | 'check'>>,
  ): Promise<void>
  /** Seals the secret, bound to its connection and field; takes the place of an earlier one. */
  setSecret(secret: ConnectionSecretRecord & { secret: string }): Promise<void>
  deleteSecret(connectionId: string, field: string): Promise<void>
  /** Forgets what the connector stored and found; it counts as connected since `at`. */
  reset(id: string, at: number): Promise<void>
  /** Keeps the row, and deletes what was configured, secrets included. */
  disconnect(id: string, at: number): Promise<void>
}

const textsOf = (json: string): Record<string, string> => {
  const value: unknown = JSON.parse(json)
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}
const namesOf = (json: string): string[] => {
  const value: unknown = JSON.parse(json)
  return Array.isArray(value) ? value.map(String) : []
}

const toConnection = (row: Selectable<Tables['connections']>): ConnectionRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  connectorId: row.connector_id,
  enabled: row.enabled === 1,
  configuration: textsOf(row.configuration),
  grants: namesOf(row.grants),
  check:
    row.check_status === null
      ? null
      : { status: row.check_status, reason: row.check_reason ?? '', checkedAt: row.checked_at ?? 0 },
  connectedAt: row.connected_at,
  connectedBy: row.connected_by,
})

const checkColumns = (check: ConnectionCheck | null) => ({
  check_status: check?.status ?? null,
  check_reason: check?.reason ?? null,
  checked_at: check?.checkedAt ?? null,
})

/** A sealed secret opens only as this field of this connection. */
const cipherContext = (connectionId: string, field: string): string => `${connectionId}/${field}`

const idsAtOnce = 500

export const connectionReader = (context: ReadContext): ConnectionReader => {
  const { db, cipher } = context
  const connections = db.selectFrom('connections').selectAll().where('disconnected_at', 'is', null)
  return {
    ...connectionHistoryReader(context),
    async get(id) {
      const row = await connections.where('id', '=', id).executeTakeFirst()
      return row ? toConnection(row) : null
    },
    async findAt({ organizationId, occasionId, connectorId }) {
      const row = await connections
        .where('organization_id', '=', organizationId)
        .where('connector_id', '=', connectorId)
        .where('occasion_id', 'is', occasionId)
        .executeTakeFirst()
      return row ? toConnection(row) : null
    },
    async list({ organizationId, occasionId, limit }) {
      let query = connections
        .where('organization_id', '=', organizationId)
        .orderBy('connector_id')
        .orderBy('id')
        .limit(limit)
      if (occasionId !== null) query = query.where('occasion_id', '=', occasionId)
      return (await query.execute()).map(toConnection)
    },
    async listSecrets(connectionIds) {
      const secrets: ConnectionSecretRecord[] = []
      for (let start = 0; start < connectionIds.length; start += idsAtOnce) {
        const rows = await db
          .selectFrom('connection_secrets')
          .select(['connection_id as connectionId', 'field', 'tail'])
          .where('connection_id', 'in', connectionIds.slice(start, start + idsAtOnce))
          .execute()
        secrets.push(...rows)
      }
      return secrets
    },
    async openSecrets(connectionId) {
      const rows = await db
        .selectFrom('connection_secrets')
        .select(['field', 'sealed'])
        .where('connection_id', '=', connectionId)
        .execute()
      return new Map(
        rows.map(({ field, sealed }) => [field, cipher.open(sealed, cipherContext(connectionId, field))]),
      )
    },
  }
}

export const connectionWriter = (context: WriteContext): ConnectionWriter => {
  const { db, cipher, changed } = context
  return {
    ...connectionReader(context),
    ...connectionHistoryWriter(context),
    async insert(connection) {
      await db
        .insertInto('connections')
        .values({
          id: connection.id,
          organization_id: connection.organizationId,
          occasion_id: connection.occasionId,
          connector_id: connection.connectorId,
          enabled: connection.enabled ? 1 : 0,
          metadata: '{}',
          configuration: JSON.stringify(connection.configuration),
          grants: JSON.stringify(connection.grants),
          ...checkColumns(connection.check),
          connected_at: connection.connectedAt,
          connected_by: connection.connectedBy,
          disconnected_at: null,
        })
        .execute()
      changed('connections')
    },
    async update(id, { enabled, configuration, grants, check }) {
      await db
        .updateTable('connections')
        .set({
          ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
          ...(configuration !== undefined && { configuration: JSON.stringify(configuration) }),
          ...(grants !== undefined && { grants: JSON.stringify(grants) }),
          ...(check !== undefined && checkColumns(check)),
        })
        .where('id', '=', id)
        .execute()
      changed('connections')
    },
    async setSecret({ connectionId, field, secret, tail }) {
      const sealed = cipher.seal(secret, cipherContext(connectionId, field))
      await db
        .insertInto('connection_secrets')
        .values({ connection_id: connectionId, field, sealed, tail })
        .onConflict((conflict) => conflict.columns(['connection_id', 'field']).doUpdateSet({ sealed, tail }))
        .execute()
      changed('connections')
    },
    async deleteSecret(connectionId, field) {
      await db
        .deleteFrom('connection_secrets')
        .where('connection_id', '=', connectionId)
        .where('field', '=', field)
        .execute()
      changed('connections')
    },
    async reset(id, at) {
      await db
        .updateTable('connections')
        .set({ metadata: '{}', ...checkColumns(null), connected_at: at })
        .where('id', '=', id)
        .execute()
      changed('connections')
    },
    async disconnect(id, at) {
      await db
        .updateTable('connections')
        .set({ configuration: '{}', metadata: '{}', ...checkColumns(null), disconnected_at: at })
        .where('id', '=', id)
        .execute()
      await db.deleteFrom('connection_secrets').where('connection_id', '=', id).execute()
      changed('connections')
    },
  }
}
