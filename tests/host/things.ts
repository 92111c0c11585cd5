import type { IdPrefix } from '#contract/ids.ts'
import { newDelivery } from '#main/engine/deliveries/birth.ts'
import { eventBody } from '#main/engine/events/body.ts'
import connectors from '#resources/connectors.json' with { type: 'json' }
import { startMs } from '../support/engine.ts'
import type { SeededHost } from './seeded-host.ts'

/** Makes a thing of each kind that an id can name, in an organization. @returns its id. */
export type Things = Readonly<Partial<Record<IdPrefix, (organizationId: string) => Promise<string>>>>

/** A further session of somebody. @returns its id. */
export const openSession = async (host: SeededHost, userId: string): Promise<string> => {
  const known = new Set(
    (await host.world.store.read.sessions.listOfUser(userId, startMs)).map(({ id }) => id),
  )
  await host.signIn(userId)
  const sessions = await host.world.store.read.sessions.listOfUser(userId, startMs)
  const opened = sessions.find(({ id }) => !known.has(id))
  if (opened === undefined) throw new Error('No session was opened.')
  return opened.id
}

export const createThings = (host: SeededHost): Things => {
  const { world } = host

  const { store, toolbox } = world
  const { ids } = toolbox
  let made = 0
  const number = () => {
    made += 1
    return made
  }
  const by = { createdAt: startMs, createdBy: 'a test' }
  const occasion = async (organizationId: string) => (await world.occasion(organizationId)).id
  const user = async (organizationId: string) => (await world.person(organizationId)).id
  /** Of an event with a large body, which nobody should read in vain. */
  const delivery = async (organizationId: string) => {
    const { id: webhookId } = await world.webhook(organizationId)
    const type = 'attendee.registered'
    const data = { note: 'x'.repeat(200_000) }
    const body = eventBody({ type, occurredAt: startMs, data, occasion: null })
    const eventId = ids.next('evt')
    const names = { id: ids.next('dlv'), organizationId, occasionId: null, eventId, webhookId }
    const made = newDelivery({ ...names, kind: 'event', heldReason: null }, startMs)
    await store.write(async (writer) => {
      await writer.events.insertMany([
        {
          id: eventId,
          organizationId,
          occasionId: null,
          type,
          body,
          sizeBytes: body.length,
          occurredAt: startMs,
          acceptedAt: startMs,
          apiKeyId: null,
          idempotencyKey: null,
          test: false,
        },
      ])
      await writer.deliveries.insertMany([{ ...made, status: 'exhausted', dueAt: null, finishedAt: startMs }])
    })
    return made
  }

  return {
    org: async (organizationId) => organizationId,
    occ: occasion,
    usr: user,
    ses: async (organizationId) => openSession(host, await user(organizationId)),
    key: async (organizationId) => (await world.key(organizationId)).id,
    async con(organizationId) {
      const id = ids.next('con')
      const connection = {
        id,
        organizationId,
        // One for each connector and place: a new place.
        occasionId: await occasion(organizationId),
        connectorId: connectors[0]?.id ?? '',
        enabled: true,
        configuration: {},
        grants: [],
        check: null,
        connectedAt: startMs,
        connectedBy: 'a test',
      }
      await store.write((writer) => writer.connections.insert(connection))
      return id
    },
    whk: async (organizationId) => (await delivery(organizationId)).webhookId,
    evt: async (organizationId) => (await delivery(organizationId)).eventId,
    dlv: async (organizationId) => (await delivery(organizationId)).id,
    async ovr(organizationId) {
      const id = ids.next('ovr')
      const override = {
        id,
        organizationId,
        occasionId: await occasion(organizationId),
        capability: 'webhooks' as const,
        effect: 'grant' as const,
        endsAt: null,
        note: 'a gift',
        ...by,
      }
      await store.write((writer) => writer.capabilities.insertOverride(override))
      return id
    },
    async nwr(organizationId) {
      const id = ids.next('nwr')
      const rule = { id, organizationId, target: `host-${number()}.example`, note: 'known', ...by }
      await store.write((writer) => writer.networkRules.insert(rule))
      return id
    },
    async rls(organizationId) {
      const id = ids.next('rls')
      const { webhookId } = await delivery(organizationId)
      const release = {
        id,
        organizationId,
        webhookId,
        reason: null,
        perSecond: 1,
        total: 1,
        released: 0,
        state: 'paused' as const,
        stateReason: 'paused by a test',
        afterId: null,
        steppedAt: startMs,
        ...by,
        finishedAt: null,
      }
      await store.write((writer) => writer.releases.insert(release))
      return id
    },
    async rcv(organizationId) {
      const id = ids.next('rcv')
      const { webhookId, id: deliveryId } = await delivery(organizationId)
      const recovery = {
        id,
        organizationId,
        webhookId,
        since: startMs,
        until: startMs + 1,
        statuses: ['exhausted' as const],
        eventTypes: null,
        url: null,
        state: 'paused' as const,
        stateReason: 'paused by a test',
        canaryDeliveryId: null,
        total: 1,
        queued: 1,
        afterId: deliveryId,
        beforeId: deliveryId,
        ...by,
        finishedAt: null,
      }
      await store.write(async (writer) => {
        await writer.recoveries.insert(recovery)
        await writer.recoveries.addDeliveries(id, [deliveryId])
      })
      return id
    },
    async ers(organizationId) {
      const id = ids.next('ers')
      const erasure = {
        id,
        organizationId,
        kind: 'anywhere' as const,
        path: null,
        criterion: { kind: 'anywhere' as const, value: 'nobody@nowhere.example' },
        fingerprint: 'salt:hash',
        state: 'running' as const,
        looked: 0,
        erased: 0,
        discarded: 0,
        afterId: '',
        beforeId: '',
        lookedUntil: null,
        ...by,
        finishedAt: null,
      }
      await store.write((writer) => writer.erasures.insert(erasure))
      return id
    },
    async exp(organizationId) {
      const id = ids.next('exp')
      const expectation = {
        id,
        organizationId,
        occasionId: null,
        subjectKind: 'user' as const,
        subjectId: await user(organizationId),
        subjectName: 'somebody',
        action: 'hub.open' as const,
        expected: 'allowed' as const,
        note: '',
        ...by,
        lastRunAt: startMs,
        passed: true,
        decidedBy: null,
        code: null,
        fact: 'allowed',
      }
      await store.write((writer) => writer.expectations.insert(expectation))
      return id
    },
  }
}
