import { capabilities, organizationRoles, workspaceRoles } from '#contract/vocabulary.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }
import { startMs } from '../support/engine.ts'
import type { SeededHost } from './seeded-host.ts'

/** How large an organization may become without anybody waiting for a list. */
export const large = {
  keys: 10_000,
  users: 2_000,
  occasions: 500,
  webhooks: 300,
  connections: 1_000,
  deliveriesOfWebhook: 20,
  auditEntries: 5_000,
} as const

const dayMs = 86_400_000

const times = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index)

const nameOf = (noun: string, index: number): string => `${noun} ${String(index).padStart(5, '0')}`

/** Every state that a list can be filtered by is there. */
const keyStates = [
  {},
  { expiresAt: startMs + dayMs },
  { revokedAt: startMs - dayMs },
  { disabledAt: startMs - dayMs },
  { notBefore: startMs + dayMs },
  { expiresAt: startMs - dayMs },
]
const environments = ['production', 'staging', 'development'] as const
const webhookStatuses = ['active', 'active', 'paused', 'disabled', 'suspended'] as const
const deliveryStates = [
  { status: 'delivered', dueAt: null, finishedAt: startMs },
  { status: 'exhausted', dueAt: null, finishedAt: startMs },
  { status: 'held', dueAt: null, heldReason: 'paused' },
] as const

/** One of them, again and again in their order. */
const nth = <T>(of: readonly [T, ...T[]] | readonly T[], index: number): T => {
  const found = of[index % of.length]
  if (found === undefined) throw new Error('There is nothing to choose from.')
  return found
}

/** Makes the organization. @returns its id. */
export const makeLargeOrganization = async ({ world, together }: SeededHost): Promise<string> => {
  const { id: organizationId } = await world.organization()
  const occasionIds: string[] = []
  await together(async () => {
    for (const index of times(large.occasions)) {
      const startsAt = startMs + (index - large.occasions / 2) * dayMs
      const archivedAt = index % 4 === 0 ? startMs : null
      const name = nameOf('Occasion', index)
      const made = { name, startsAt, endsAt: startsAt + dayMs, archivedAt }
      occasionIds.push((await world.occasion(organizationId, made)).id)
    }
    for (const index of times(large.users)) {
      await world.person(organizationId, {
        name: nameOf('Person', (index * 7919) % large.users),
        workspaceRole: nth(workspaceRoles, index),
        organizationRole: nth(organizationRoles, index),
        source: index % 5 === 0 ? 'metadata' : 'membership',
      })
    }
    for (const index of times(large.keys)) {
      const name = nameOf('Key', index)
      const environment = nth(environments, index)
      await world.key(organizationId, { name, environment, ...nth(keyStates, index) })
    }
    for (const index of times(large.webhooks)) {
      const occasionId = index % 3 === 0 ? nth(occasionIds, index) : null
      const made = { name: nameOf('Webhook', index), status: nth(webhookStatuses, index), occasionId }
      const webhook = await world.webhook(organizationId, made)
      for (const state of deliveryStates) {
        await world.deliveries(webhook, large.deliveriesOfWebhook / deliveryStates.length, state)
      }
    }
  })
  const { store, toolbox } = world
  await store.write(async (writer) => {
    for (const [index, occasionId] of occasionIds.entries()) {
      for (const capability of capabilities) {
        await writer.capabilities.insertOverride({
          id: toolbox.ids.next('ovr'),
          organizationId,
          occasionId,
          capability,
          effect: index % 3 === 0 ? 'deny' : 'grant',
          endsAt: startMs + dayMs,
          note: 'for the occasion',
          createdAt: startMs,
          createdBy: 'a test',
        })
      }
    }
    for (const index of times(large.connections)) {
      await writer.connections.insert({
        id: toolbox.ids.next('con'),
        organizationId,
        occasionId: nth(occasionIds, index),
        connectorId: nth(connectors, Math.floor(index / large.occasions)).id,
        enabled: index % 2 === 0,
        configuration: { region: 'north' },
        grants: [],
        check: null,
        connectedAt: startMs,
        connectedBy: 'a test',
      })
    }
    for (const index of times(large.auditEntries)) {
      await toolbox.audit.record(writer, 'program', {
        action: index % 2 === 0 ? 'webhooks.update' : 'api_keys.create',
        organizationId,
        targetKind: 'webhook',
        targetId: nameOf('target', index),
        before: { name: nameOf('before', index) },
        after: { name: nameOf('after', index) },
      })
    }
  })
  return organizationId
}
