import type { Connection, Connector } from '#contract/connections.ts'
import type { ConnectionRecord, Reader } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import { redactUrl } from '../webhooks/checks.ts'
import { adapterOf } from './adapters.ts'
import { addressesIn } from './values.ts'

/** The connections as people see them. What the catalogue does not have any more is still shown. */
export const viewConnections = async (
  read: Reader,
  connectors: readonly Connector[],
  connections: readonly ConnectionRecord[],
): Promise<Connection[]> => {
  const secrets = Map.groupBy(
    await read.connections.listSecrets(connections.map(({ id }) => id)),
    ({ connectionId }) => connectionId,
  )
  return connections.map(({ organizationId: _organization, ...connection }) => {
    const connector = connectors.find(({ id }) => id === connection.connectorId)
    return {
      ...connection,
      secrets: Object.fromEntries(
        (secrets.get(connection.id) ?? []).map(({ field, tail }) => [
          field,
          { configured: true as const, tail },
        ]),
      ),
      authorization: connector === undefined ? 'not_needed' : adapterOf(connector).authorization,
    }
  })
}

/** One connection, as it is now. */
export const viewConnection = async (
  read: Reader,
  connectors: readonly Connector[],
  id: string,
): Promise<Connection> => {
  const connection = await read.connections.get(id)
  const [view] = connection === null ? [] : await viewConnections(read, connectors, [connection])
  if (view === undefined) throw new PatchbayError('not_found')
  return view
}

/** What the audit log tells of a connection. Of secrets only the names of their fields; addresses without queries. */
export const audited = (
  connector: Connector | undefined,
  { occasionId, connectorId, enabled, configuration, grants }: ConnectionRecord,
  secretNames: Iterable<string>,
) => {
  const values = new Map(Object.entries(configuration))
  const addresses = connector === undefined ? new Map<string, URL>() : addressesIn(connector, values)
  return {
    occasionId,
    connectorId,
    enabled,
    configuration: Object.fromEntries(
      [...values].map(([name, value]) => {
        const address = addresses.get(name)
        return [name, address === undefined ? value : redactUrl(address.href)]
      }),
    ),
    secrets: [...secretNames].sort(),
    grants,
  }
}
