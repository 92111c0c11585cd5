import type { ConnectionHistoryRecord, ConnectionRecord, Reader } from '#main/store/interface.ts'
import { checkSettings } from '../connections/settings.ts'
import { audited } from '../connections/view.ts'
import type { Toolbox } from '../parts.ts'
import type { DemoConnection } from './definition.ts'
import type { PastOrganization, PastWorld } from './past-organization.ts'
import { type Deed, memberNamed } from './story.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A connection of the demo workspace, and what was done with it. */
export interface PastConnection {
  readonly record: ConnectionRecord
  /** By field. */
  readonly secrets: Readonly<Record<string, string>>
  /** Oldest first. */
  readonly history: readonly ConnectionHistoryRecord[]
  /** The same for the audit log. */
  readonly deeds: readonly Deed[]
}

const auditActions = {
  connected: 'connections.connect',
  configured: 'connections.configure',
  enabled: 'connections.enable',
  disabled: 'connections.disable',
} as const

const found = <T>(what: string, name: string, thing: T | undefined): T => {
  if (thing === undefined) throw new RangeError(`The demo has no ${what} called ${name}.`)
  return thing
}

const pastConnection = async (
  { ids, now, toolbox }: PastWorld & { readonly toolbox: Pick<Toolbox, 'connectors' | 'networkPolicy'> },
  read: Reader,
  past: PastOrganization,
  plan: DemoConnection,
): Promise<PastConnection> => {
  const { occasion, connectorId, configuration, secrets, grants, connectedBy } = plan
  const connector = found(
    'connector',
    connectorId,
    toolbox.connectors.find(({ id }) => id === connectorId),
  )
  const place = occasion === undefined ? undefined : past.occasions.find(({ name }) => name === occasion)
  const connectedAt = now - plan.connectedDaysAgo * dayMs
  const organizationId = past.organization.id
  const values = new Map([...Object.entries(configuration), ...Object.entries(secrets)])
  const check = await checkSettings(
    { read, networkPolicy: toolbox.networkPolicy, organizationId },
    connector,
    values,
  )
  const done = [
    { deed: 'connected' as const, at: connectedAt, by: connectedBy, detail: '' },
    ...plan.deeds.map(({ hoursAgo, ...deed }) => ({ ...deed, at: now - hoursAgo * hourMs })),
  ].sort((a, b) => a.at - b.at)
  const record: ConnectionRecord = {
    id: ids.next('con', connectedAt),
    organizationId,
    occasionId: occasion === undefined ? null : found('occasion', occasion, place).id,
    connectorId,
    enabled: done.findLast(({ deed }) => deed === 'enabled' || deed === 'disabled')?.deed !== 'disabled',
    configuration,
    grants,
    check: { ...check, checkedAt: done.at(-1)?.at ?? connectedAt },
    connectedAt,
    connectedBy,
  }
  const { id: connectionId, occasionId } = record
  const history = done.map((deed) => ({ connectionId, organizationId, occasionId, connectorId, ...deed }))
  const deeds = done.map(({ deed, at, by }): Deed => {
    const after = audited(connector, { ...record, enabled: deed !== 'disabled' }, Object.keys(secrets))
    const target = { organizationId, targetKind: 'connection', targetId: connectionId }
    return { at, caller: memberNamed(past, by), fact: { ...target, action: auditActions[deed], after } }
  })
  return { record, secrets, history, deeds }
}

/** Makes up the connections of an organization. Their settings are judged as when somebody saves them. */
export const pastConnections = (
  world: Parameters<typeof pastConnection>[0],
  read: Reader,
  past: PastOrganization,
): Promise<PastConnection[]> =>
  Promise.all(past.plan.connections.map((plan) => pastConnection(world, read, past, plan)))
