import type { OrganizationRole, Plan, WorkspaceRole } from '#contract/vocabulary.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { ApiKeyPrincipal, UserPrincipal } from '#main/engine/access/facts.ts'
import { newSecret } from '#main/engine/api-keys/secret.ts'
import { toPrincipal } from '#main/engine/api-keys/status.ts'
import { newDelivery } from '#main/engine/deliveries/birth.ts'
import { eventBody } from '#main/engine/events/body.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { Toolbox } from '#main/engine/parts.ts'
import type {
  ApiKeyRecord,
  CapabilityOverride,
  ConnectionRecord,
  DeliveryRecord,
  OccasionRecord,
  OrganizationRecord,
  WebhookRecord,
} from '#main/store/interface.ts'

/** A person with what a test calls as. */
export interface Person extends Caller {
  readonly id: string
  readonly principal: UserPrincipal
}

export interface PersonOptions {
  readonly name?: string
  readonly workspaceRole?: WorkspaceRole
  readonly organizationRole?: OrganizationRole
  /** `metadata`: the roles are only claimed by the sign-in metadata. */
  readonly source?: 'membership' | 'metadata'
  readonly platformAdmin?: boolean
  readonly status?: 'active' | 'disabled'
}

/** An API key with what a test calls as, and its secret. */
export interface Key extends Caller {
  readonly id: string
  readonly secret: string
  readonly principal: ApiKeyPrincipal
}

/** Makes what a test needs to exist, through the store, without any access decision. */
export interface World {
  organization(options?: { name?: string; plan?: Plan }): Promise<OrganizationRecord>
  occasion(organizationId: string, options?: Partial<OccasionRecord>): Promise<OccasionRecord>
  /** Owner and workspace admin, by membership, unless the options say otherwise. */
  person(organizationId: string | null, options?: PersonOptions): Promise<Person>
  /** A production key with both scopes, unless the options say otherwise. */
  key(organizationId: string, options?: Partial<ApiKeyRecord>): Promise<Key>
  /** An enabled connection with Slack, not configured, unless the options say otherwise. */
  connection(organizationId: string, options?: Partial<ConnectionRecord>): Promise<ConnectionRecord>
  /** An active webhook for all events, with a secret. */
  /** Grants or denies a capability of the organization, or of one of its occasions, without an end. */
  override(
    organizationId: string,
    options: Pick<CapabilityOverride, 'capability' | 'effect'> & Partial<CapabilityOverride>,
  ): Promise<void>
  webhook(organizationId: string, options?: Partial<WebhookRecord>): Promise<WebhookRecord>
  /** `count` accepted events with a delivery each for the webhook, due now unless the options say otherwise. */
  deliveries(
    webhook: WebhookRecord,
    count: number,
    options?: Partial<DeliveryRecord>,
  ): Promise<DeliveryRecord[]>
}

export const operator: Caller = { principal: { kind: 'operator', name: 'command line' }, address: null }
export const anonymous: Caller = { principal: { kind: 'anonymous' }, address: '127.0.0.1' }

export const makers = ({ store, clock, ids, randomBytes }: Toolbox): World => {
  let made = 0
  const number = () => {
    made += 1
    return made
  }
  return {
    async organization({ name = `Organization ${number()}`, plan = 'enterprise' } = {}) {
      const organization = { id: ids.next('org'), name, plan }
      await store.write((writer) => writer.organizations.insert({ ...organization, createdAt: clock.now() }))
      return organization
    },
    async occasion(organizationId, options = {}) {
      const occasion = {
        id: ids.next('occ'),
        organizationId,
        name: `Occasion ${number()}`,
        venue: 'Main hall',
        startsAt: clock.now(),
        endsAt: clock.now() + 86_400_000,
        archivedAt: null,
        ...options,
      }
      await store.write((writer) =>
        writer.organizations.insertOccasion({ ...occasion, createdAt: clock.now() }),
      )
      return occasion
    },
    async person(organizationId, options = {}) {
      const { source = 'membership', platformAdmin = false, status = 'active' } = options
      const { workspaceRole = 'admin', organizationRole = 'owner' } = options
      const id = ids.next('usr')
      const name = options.name ?? `Person ${number()}`
      const email = `${id}@people.example`
      await store.write(async (writer) => {
        await writer.users.insert({
          id,
          name,
          email,
          passwordHash: null,
          status,
          platformAdmin,
          createdAt: clock.now(),
          lastSignInAt: null,
        })
        if (organizationId === null) return
        const roles = { workspaceRole, organizationRole }
        if (source === 'metadata') await writer.users.insertClaim(id, organizationId, roles)
        else await writer.users.insertMembership(id, organizationId, { ...roles, createdAt: clock.now() })
      })
      return {
        id,
        principal: { kind: 'user', id, name, status, platformAdmin },
        address: '127.0.0.1',
      }
    },
    async key(organizationId, options = {}) {
      const { secret, prefix, hash } = newSecret(options.environment ?? 'production', randomBytes)
      const key: ApiKeyRecord = {
        id: ids.next('key'),
        organizationId,
        name: `key ${number()}`,
        description: '',
        environment: 'production',
        scopes: ['api', 'admin'],
        prefix,
        createdAt: clock.now(),
        createdBy: 'a test',
        notBefore: null,
        expiresAt: null,
        disabledAt: null,
        revokedAt: null,
        allowedAddresses: [],
        rateLimitPerMinute: null,
        replaces: null,
        replacedBy: null,
        lastUsedAt: null,
        lastUsedAddress: null,
        lastUsedRoute: null,
        ...options,
      }
      await store.write((writer) => writer.apiKeys.insert({ ...key, secretHash: hash }))
      return { id: key.id, secret, principal: toPrincipal(key), address: '127.0.0.1' }
    },
    async connection(organizationId, options = {}) {
      const connection: ConnectionRecord = {
        id: ids.next('con'),
        organizationId,
        occasionId: null,
        connectorId: 'slack',
        enabled: true,
        configuration: {},
        grants: [],
        check: null,
        connectedAt: clock.now(),
        connectedBy: 'a test',
        ...options,
      }
      await store.write((writer) => writer.connections.insert(connection))
      return connection
    },
    override: (organizationId, options) =>
      store.write((writer) =>
        writer.capabilities.insertOverride({
          id: ids.next('ovr'),
          organizationId,
          occasionId: null,
          endsAt: null,
          note: 'a trial',
          createdAt: clock.now(),
          createdBy: 'Pat',
          ...options,
        }),
      ),
    async webhook(organizationId, options = {}) {
      const made = number()
      const webhook: WebhookRecord = {
        id: ids.next('whk'),
        organizationId,
        occasionId: null,
        name: `webhook ${made}`,
        url: `https://receiver-${made}.example/hook`,
        events: ['*'],
        status: 'active',
        statusReason: null,
        statusChangedAt: null,
        timeoutMs: 15_000,
        concurrency: 16,
        scheduleMs: null,
        options: defaultWebhookOptions,
        createdAt: clock.now(),
        createdBy: 'a test',
        lastAttemptAt: null,
        lastSuccessAt: null,
        ...options,
      }
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      await store.write(async (writer) => {
        await writer.webhooks.insert(webhook)
        await writer.webhooks.insertSecret({
          id: ids.next('whs'),
          webhookId: webhook.id,
          secret,
          tail: secret.slice(-4),
          publicKey: null,
          createdAt: clock.now(),
          expiresAt: null,
        })
      })
      return webhook
    },
    async deliveries(webhook, count, options = {}) {
      const { organizationId, occasionId } = webhook
      const now = clock.now()
      const body = eventBody({ type: 'attendee.registered', occurredAt: now, data: {}, occasion: null })
      const events = Array.from({ length: count }, () => ({
        id: ids.next('evt'),
        organizationId,
        occasionId,
        type: 'attendee.registered',
        body,
        sizeBytes: body.length,
        occurredAt: now,
        acceptedAt: now,
        apiKeyId: null,
        idempotencyKey: null,
        test: false,
      }))
      const deliveries = events.map(({ id: eventId }) => {
        const names = { id: ids.next('dlv'), organizationId, occasionId, eventId, webhookId: webhook.id }
        const { heldReason = null } = options
        return { ...newDelivery({ ...names, kind: 'event', heldReason }, now), ...options }
      })
      await store.write(async (writer) => {
        await writer.events.insertMany(events)
        await writer.deliveries.insertMany(deliveries)
      })
      return deliveries
    },
  }
}
