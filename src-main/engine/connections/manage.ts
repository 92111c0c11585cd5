import type { ConnectionDeed, Connector } from '#contract/connections.ts'
import type { ConnectionRecord, Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

/**
 * The connection, for somebody who may manage it.
 * @throws PatchbayError as the access decision says; `not_found` for one of another organization too.
 */
export const requireManaged = async (
  { store, access }: Pick<Toolbox, 'store' | 'access'>,
  caller: Caller,
  { organizationId, connectionId }: { organizationId: string; connectionId: string },
): Promise<ConnectionRecord> => {
  const connection = await store.read.connections.get(connectionId)
  const target = named(organizationId, 'connection', connectionId, connection)
  await access.require(caller, 'connections.manage', target)
  if (connection === null) throw new PatchbayError('not_found')
  return connection
}

/** As it is in this transaction. @throws PatchbayError `not_found` when it was disconnected in the meantime. */
export const present = async (writer: Writer, id: string): Promise<ConnectionRecord> => {
  const connection = await writer.connections.get(id)
  if (connection === null) throw new PatchbayError('not_found')
  return connection
}

/** The connector of a connection. @throws PatchbayError `conflict` when the catalogue has it no more. */
export const connectorOf = (
  connectors: readonly Connector[],
  { connectorId }: ConnectionRecord,
): Connector => {
  const connector = connectors.find(({ id }) => id === connectorId)
  if (connector !== undefined) return connector
  throw new PatchbayError('conflict', {
    detail: `The catalogue has no connector ${connectorId} any more. The connection can only be disconnected.`,
  })
}

/** Writes what was done into the history of the connection. */
export const recordDeed = (
  writer: Writer,
  caller: Caller,
  { id, organizationId, occasionId, connectorId }: ConnectionRecord,
  { deed, at, detail = '' }: { deed: ConnectionDeed; at: number; detail?: string },
): Promise<void> =>
  writer.connections.appendHistory({
    connectionId: id,
    organizationId,
    occasionId,
    connectorId,
    deed,
    at,
    by: callerName(caller),
    detail,
  })
