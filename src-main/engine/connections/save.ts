import type { Connector } from '#contract/connections.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { ConnectionRecord, Writer } from '#main/store/interface.ts'
import { callerName } from '../caller-name.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { connectorOf, present, recordDeed, requireManaged } from './manage.ts'
import { carriedAway, readGrants, refuseInvalid, requireGood, split } from './settings.ts'
import { readValues, secretFields, type Values } from './values.ts'
import { audited, viewConnection } from './view.ts'

/** Of a secret shorter than this, the tail would tell too much. */
const tailedLengthMin = 16
const tailLength = 4

const tailOf = (secret: string): string => (secret.length < tailedLengthMin ? '' : secret.slice(-tailLength))

const keepSecrets = async (
  writer: Writer,
  connectionId: string,
  secrets: ReadonlyMap<string, string>,
): Promise<void> => {
  for (const [field, secret] of secrets) {
    await writer.connections.setSecret({ connectionId, field, secret, tail: tailOf(secret) })
  }
}

interface Change {
  readonly configuration: Record<string, string>
  readonly grants: string[]
  /** The secrets that were given anew, by field. */
  readonly given: ReadonlyMap<string, string>
  /** The fields whose secrets go. */
  readonly removed: readonly string[]
}

/** What a change comes to, as people say it: the labels of the changed fields. Empty when nothing changes. */
const changedLabels = (
  { fields }: Connector,
  before: ConnectionRecord,
  { configuration, grants, given, removed }: Change,
): string[] => {
  const labels = fields
    .filter(
      ({ name }) =>
        configuration[name] !== before.configuration[name] || given.has(name) || removed.includes(name),
    )
    .map(({ label }) => label)
  return grants.join() === before.grants.join() ? labels : [...labels, 'grants']
}

/** The secrets that a person wants to be rid of: null, and not just left empty. */
const removedSecrets = (
  connector: Connector,
  given: Readonly<Record<string, string | null>>,
  stored: Values,
): string[] =>
  secretFields(connector)
    .map(({ name }) => name)
    .filter((name) => given[name] === null && stored.has(name))

/** Connecting and configuring: what a person saves. */
export const createSave = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['connections']>, 'connect' | 'configure'> => {
  const { store, clock, ids, connectors, networkPolicy, access, audit } = toolbox
  return {
    async connect(caller, { organizationId, occasionId = null, connectorId, ...input }) {
      await access.require(caller, 'connections.manage', { organizationId, occasionId, kind: 'connection' })
      const connector = connectors.find(({ id }) => id === connectorId)
      if (connector === undefined) throw invalid('/connectorId', 'The catalogue has no such connector')
      const { values, errors } = readValues(connector, input.configuration)
      refuseInvalid(errors)
      const grants = readGrants(connector, input.grants)
      const found = await requireGood({ read: store.read, networkPolicy, organizationId }, connector, values)
      const { configuration, secrets } = split(connector, values)
      const now = clock.now()
      const connection: ConnectionRecord = {
        id: ids.next('con'),
        organizationId,
        occasionId,
        connectorId,
        enabled: true,
        configuration,
        grants,
        check: { ...found, checkedAt: now },
        connectedAt: now,
        connectedBy: callerName(caller),
      }
      await store.write(async (writer) => {
        if ((await writer.connections.findAt(connection)) !== null) {
          throw new PatchbayError('conflict', { detail: `${connector.name} is connected here already.` })
        }
        await writer.connections.insert(connection)
        await keepSecrets(writer, connection.id, secrets)
        await recordDeed(writer, caller, connection, { deed: 'connected', at: now })
        await audit.record(writer, caller, {
          action: 'connections.connect',
          organizationId,
          targetKind: 'connection',
          targetId: connection.id,
          after: audited(connector, connection, secrets.keys()),
        })
      })
      return viewConnection(store.read, connectors, connection.id)
    },

    async configure(caller, { organizationId, connectionId, ...input }) {
      const known = await requireManaged(toolbox, caller, { organizationId, connectionId })
      const connector = connectorOf(connectors, known)
      const { values: given, errors } = readValues(connector, input.configuration)
      refuseInvalid(errors)
      const stored = await store.read.connections.openSecrets(connectionId)
      const removed = removedSecrets(connector, input.configuration, stored)
      const kept = [...stored].filter(([name]) => !removed.includes(name))
      const before = new Map([...Object.entries(known.configuration), ...stored])
      const after = new Map([...kept, ...given])
      const grants = input.grants === undefined ? known.grants : readGrants(connector, input.grants)
      const judging = { read: store.read, networkPolicy, organizationId }
      const found = await requireGood(judging, connector, after)
      refuseInvalid(carriedAway(connector, { before, after, given }))
      const { configuration } = split(connector, after)
      const change = { configuration, grants, given: split(connector, given).secrets, removed }
      const now = clock.now()
      await store.write(async (writer) => {
        const current = await present(writer, connectionId)
        const labels = changedLabels(connector, current, change)
        const names = (await writer.connections.listSecrets([connectionId])).map(({ field }) => field)
        await writer.connections.update(connectionId, {
          configuration,
          grants,
          check: { ...found, checkedAt: now },
        })
        await keepSecrets(writer, connectionId, change.given)
        for (const field of removed) await writer.connections.deleteSecret(connectionId, field)
        if (labels.length === 0) return
        await recordDeed(writer, caller, current, { deed: 'configured', at: now, detail: labels.join(', ') })
        const namesAfter = [...new Set([...names, ...change.given.keys()])].filter(
          (name) => !removed.includes(name),
        )
        await audit.record(writer, caller, {
          action: 'connections.configure',
          organizationId,
          targetKind: 'connection',
          targetId: connectionId,
          before: audited(connector, current, names),
          after: {
            ...audited(connector, { ...current, configuration, grants }, namesAfter),
            changedSecrets: [...change.given.keys()].sort(),
          },
        })
      })
      return viewConnection(store.read, connectors, connectionId)
    },
  }
}
