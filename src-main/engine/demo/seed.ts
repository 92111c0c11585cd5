import type { Writer } from '#main/store/interface.ts'
import { createAuditTrail } from '../audit/audit.ts'
import { PatchbayError } from '../errors.ts'
import { createIds } from '../ids.ts'
import type { Toolbox } from '../parts.ts'
import { createChance } from './chance.ts'
import { demoDefinitionSchema } from './definition.ts'
import { type PastConnection, pastConnections } from './past-connections.ts'
import { pastKeyCalls } from './past-key-calls.ts'
import { type PastOrganization, pastOrganization, pastPlatformAdmin } from './past-organization.ts'
import { type Deed, tellStory } from './story.ts'

const dayMs = 24 * 3_600_000

const insertPeople = async (writer: Writer, { organization, members }: PastOrganization): Promise<void> => {
  for (const { user, plan } of members) {
    const { organizationRole, workspaceRole, metadataOnly } = plan
    const roles = { organizationRole, workspaceRole }
    await writer.users.insert(user)
    if (metadataOnly) await writer.users.insertClaim(user.id, organization.id, roles)
    else {
      await writer.users.insertMembership(user.id, organization.id, { ...roles, createdAt: user.createdAt })
    }
  }
}

const insertWebhooks = async (writer: Writer, { webhooks }: PastOrganization): Promise<void> => {
  for (const { record, secretId, secret, goneAt } of webhooks) {
    await writer.webhooks.insert(goneAt === null ? record : { ...record, statusChangedAt: goneAt })
    await writer.webhooks.insertSecret({
      id: secretId,
      webhookId: record.id,
      secret,
      tail: secret.slice(-4),
      publicKey: null,
      createdAt: record.createdAt,
      expiresAt: null,
    })
  }
}

const insertOrganization = async (writer: Writer, past: PastOrganization): Promise<void> => {
  const { organization, occasions, rules, apiKeys, events, deliveries } = past
  await writer.organizations.insert(organization)
  for (const occasion of occasions) {
    await writer.organizations.insertOccasion({ ...occasion, createdAt: organization.createdAt })
  }
  await insertPeople(writer, past)
  for (const rule of rules) await writer.networkRules.insert(rule)
  for (const { record } of apiKeys) await writer.apiKeys.insert(record)
  await insertWebhooks(writer, past)
  await writer.events.insertMany(events)
  await writer.deliveries.insertMany(deliveries.map(({ delivery }) => delivery))
  await writer.deliveries.insertPastAttempts(
    deliveries
      .flatMap(({ attempts }) => attempts)
      .sort((a, b) => a.attempt.finishedAt - b.attempt.finishedAt),
  )
}

const insertConnections = async (writer: Writer, connections: readonly PastConnection[]): Promise<void> => {
  for (const { record, secrets, history } of connections) {
    await writer.connections.insert(record)
    for (const [field, secret] of Object.entries(secrets)) {
      await writer.connections.setSecret({ connectionId: record.id, field, secret, tail: secret.slice(-4) })
    }
    for (const entry of history) await writer.connections.appendHistory(entry)
  }
}

/**
 * Fills an empty installation with the demo workspace, in one transaction. With the same clock it is the same
 * each time, but for the secrets, which come from `randomBytes`. The people have no password: one click signs in.
 * @throws PatchbayError `already_set_up` when there is an organization already; ZodError or RangeError when the
 *   definition is not right.
 */
export const seedDemo = async (toolbox: Toolbox, definition: unknown): Promise<void> => {
  const demo = demoDefinitionSchema.parse(definition)
  const now = toolbox.clock.now()
  const chance = createChance(demo.seed)
  /** The time in the story that is being told. */
  let told = now
  const storyClock = { now: () => told }
  const ids = createIds(storyClock, chance.bytes)
  const audit = createAuditTrail(storyClock, ids)
  const world = { definition: demo, toolbox, chance, ids, now }

  await toolbox.store.write(async (writer) => {
    if ((await writer.organizations.count()) > 0) throw new PatchbayError('already_set_up')
    const deeds: Deed[] = []
    const organizations: PastOrganization[] = []
    for (const plan of demo.organizations) {
      const past = pastOrganization(world, plan)
      await insertOrganization(writer, past)
      deeds.push(...tellStory(past, now))
      organizations.push(past)
    }
    for (const past of organizations) {
      const connections = await pastConnections(world, writer, past)
      await insertConnections(writer, connections)
      deeds.push(...connections.flatMap((connection) => connection.deeds))
      const from = now - demo.days * dayMs
      await writer.apiKeys.addCalls(pastKeyCalls(past, chance, { from, now }))
    }
    for (const admin of demo.platformAdmins) await writer.users.insert(pastPlatformAdmin(world, admin))
    for (const { at, caller, fact } of deeds.sort((a, b) => a.at - b.at)) {
      told = at
      await audit.record(writer, caller, fact)
    }
    await writer.installation.set('demo', '1')
  })
}
