import type { ConnectionDeed } from '#contract/connections.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { ConnectionRecord, Writer } from '#main/store/interface.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { connectorOf, present, recordDeed, requireManaged } from './manage.ts'
import { checkSettings } from './settings.ts'
import { audited, viewConnection } from './view.ts'

type Lifecycle = Pick<
  Operations<ConsoleContract['connections']>,
  'setEnabled' | 'reset' | 'disconnect' | 'check'
>

/** What happens to a connection after it was made: on and off, reset, check, end. */
export const createLifecycle = (toolbox: Toolbox): Lifecycle => {
  const { store, clock, connectors, networkPolicy, audit } = toolbox

  /** The audit entry of a change; `after` is null when nothing is left. */
  const record = async (
    writer: Writer,
    caller: Caller,
    action: string,
    { before, after }: { before: ConnectionRecord; after: ConnectionRecord | null },
  ): Promise<void> => {
    const connector = connectors.find(({ id }) => id === before.connectorId)
    const names = (await writer.connections.listSecrets([before.id])).map(({ field }) => field)
    const told = (connection: ConnectionRecord) => ({
      ...audited(connector, connection, names),
      connectedAt: connection.connectedAt,
      check: connection.check,
    })
    await audit.record(writer, caller, {
      action,
      organizationId: before.organizationId,
      targetKind: 'connection',
      targetId: before.id,
      before: told(before),
      ...(after !== null && { after: told(after) }),
    })
  }

  return {
    async setEnabled(caller, { organizationId, connectionId, enabled }) {
      await requireManaged(toolbox, caller, { organizationId, connectionId })
      const at = clock.now()
      await store.write(async (writer) => {
        const before = await present(writer, connectionId)
        if (before.enabled === enabled) return
        await writer.connections.update(connectionId, { enabled })
        await recordDeed(writer, caller, before, { deed: enabled ? 'enabled' : 'disabled', at })
        const action = enabled ? 'connections.enable' : 'connections.disable'
        await record(writer, caller, action, { before, after: { ...before, enabled } })
      })
      return viewConnection(store.read, connectors, connectionId)
    },

    async reset(caller, { organizationId, connectionId }) {
      await requireManaged(toolbox, caller, { organizationId, connectionId })
      const at = clock.now()
      await store.write(async (writer) => {
        const before = await present(writer, connectionId)
        await writer.connections.reset(connectionId, at)
        await recordDeed(writer, caller, before, { deed: 'reset', at })
        const after = { ...before, connectedAt: at, check: null }
        await record(writer, caller, 'connections.reset', { before, after })
      })
      return viewConnection(store.read, connectors, connectionId)
    },

    async disconnect(caller, { organizationId, connectionId }) {
      await requireManaged(toolbox, caller, { organizationId, connectionId })
      const at = clock.now()
      await store.write(async (writer) => {
        const before = await present(writer, connectionId)
        await recordDeed(writer, caller, before, { deed: 'disconnected', at })
        await record(writer, caller, 'connections.disconnect', { before, after: null })
        await writer.connections.disconnect(connectionId, at)
      })
      return { done: true }
    },

    async check(caller, { organizationId, connectionId }) {
      const known = await requireManaged(toolbox, caller, { organizationId, connectionId })
      const connector = connectorOf(connectors, known)
      const secrets = await store.read.connections.openSecrets(connectionId)
      const values = new Map([...Object.entries(known.configuration), ...secrets])
      const judging = { read: store.read, networkPolicy, organizationId }
      const check = { ...(await checkSettings(judging, connector, values)), checkedAt: clock.now() }
      await store.write(async (writer) => {
        const before = await present(writer, connectionId)
        await writer.connections.update(connectionId, { check })
        const deed = turn(before.check?.status ?? 'ok', check.status)
        if (deed !== null)
          await recordDeed(writer, caller, before, { deed, at: check.checkedAt, detail: check.reason })
        await record(writer, caller, 'connections.check', { before, after: { ...before, check } })
      })
      return viewConnection(store.read, connectors, connectionId)
    },
  }
}

type Status = 'ok' | 'failing'

/** What the history tells when a check finds something else than the one before. */
const turn = (before: Status, after: Status): ConnectionDeed | null => {
  if (before === after) return null
  return after === 'failing' ? 'failing' : 'recovered'
}
