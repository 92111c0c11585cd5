import type { ApiKeyScope, HeldReason } from '#contract/vocabulary.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type {
  ApiKeyRecord,
  EventRecord,
  NetworkRuleRecord,
  OccasionRecord,
  OrganizationRecord,
  UserRecord,
  WebhookRecord,
} from '#main/store/interface.ts'
import { newSecret } from '../api-keys/secret.ts'
import { matches } from '../event-types/event-types.ts'
import { eventBody } from '../events/body.ts'
import type { Ids } from '../ids.ts'
import type { Toolbox } from '../parts.ts'
import type { Chance } from './chance.ts'
import type { DemoDefinition, DemoOrganization, DemoWebhook } from './definition.ts'
import { eventData, pickGuest } from './event-data.ts'
import { createPastDeliveries, type PastDelivery, type PastWebhook } from './past-delivery.ts'
import { planTraffic } from './traffic.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** The organizations are a little older than what happened in them. */
const setUpDays = 2
/**
 * Each is younger than the one before: the first of the definition is the first of the installation, whose owner
 * the demo opens with. Ids of one millisecond would leave that to chance.
 */
const foundedEveryMs = hourMs

export interface PastMember {
  readonly user: UserRecord
  readonly plan: DemoOrganization['people'][number]
}

export interface PastApiKey {
  readonly record: ApiKeyRecord & { readonly secretHash: Buffer }
  readonly plan: DemoOrganization['apiKeys'][number]
}

/** An organization of the demo workspace with all that happened in it. */
export interface PastOrganization {
  readonly plan: DemoOrganization
  readonly organization: OrganizationRecord & { readonly createdAt: number }
  readonly occasions: readonly OccasionRecord[]
  readonly members: readonly PastMember[]
  readonly rules: readonly NetworkRuleRecord[]
  readonly apiKeys: readonly PastApiKey[]
  readonly webhooks: readonly PastWebhook[]
  /** In the order of their acceptance. */
  readonly events: readonly EventRecord[]
  readonly deliveries: readonly PastDelivery[]
}

export interface PastWorld {
  readonly definition: DemoDefinition
  /** Secrets come from its chance, all else from `chance`. */
  readonly toolbox: Pick<Toolbox, 'eventTypes' | 'randomBytes'>
  readonly chance: Chance
  readonly ids: Ids
  /** Unix ms. */
  readonly now: number
}

const found = <T>(what: string, name: string, thing: T | undefined): T => {
  if (thing === undefined) throw new RangeError(`The demo has no ${what} called ${name}.`)
  return thing
}

const heldReasonOf = ({ status, reason }: NonNullable<DemoWebhook['ended']>): HeldReason =>
  status === 'disabled' && reason === 'gone' ? 'gone' : status

const installedAt = ({ definition, now }: PastWorld): number => now - (definition.days + setUpDays) * dayMs

interface Person {
  readonly name: string
  readonly email: string
  readonly signedInHoursAgo: number
}

/** When a person came for the first time, and when last. */
const pastUser = (
  { ids, now }: PastWorld,
  { name, email, signedInHoursAgo }: Person,
  { createdAt, platformAdmin }: Pick<UserRecord, 'createdAt' | 'platformAdmin'>,
): UserRecord => ({
  id: ids.next('usr', createdAt),
  name,
  email,
  passwordHash: null,
  status: 'active',
  platformAdmin,
  createdAt,
  lastSignInAt: now - signedInHoursAgo * hourMs,
})

export const pastPlatformAdmin = (world: PastWorld, person: Person): UserRecord =>
  pastUser(world, person, { createdAt: installedAt(world), platformAdmin: true })

const pastApiKey = (
  world: PastWorld,
  organizationId: string,
  plan: DemoOrganization['apiKeys'][number],
  lastUsedAt: number | null,
): PastApiKey => {
  const { ids, now, toolbox } = world
  const createdAt = now - plan.createdDaysAgo * dayMs
  const { prefix, hash } = newSecret(plan.environment, toolbox.randomBytes)
  const scopes: ApiKeyScope[] = [...plan.scopes]
  const record = {
    id: ids.next('key', createdAt),
    organizationId,
    name: plan.name,
    description: plan.description,
    environment: plan.environment,
    scopes,
    prefix,
    secretHash: hash,
    createdAt,
    createdBy: plan.createdBy,
    notBefore: null,
    expiresAt: plan.expiresInDays === undefined ? null : now + plan.expiresInDays * dayMs,
    disabledAt: null,
    revokedAt: plan.revokedDaysAgo === undefined ? null : now - plan.revokedDaysAgo * dayMs,
    allowedAddresses: [],
    rateLimitPerMinute: null,
    replaces: null,
    replacedBy: null,
    lastUsedAt,
    lastUsedAddress: lastUsedAt === null ? null : (plan.address ?? null),
    lastUsedRoute: lastUsedAt === null ? null : 'POST /v1/events',
  }
  return { record, plan }
}

const pastWebhook = (
  world: PastWorld,
  organizationId: string,
  plan: DemoWebhook,
  occasions: readonly OccasionRecord[],
): PastWebhook => {
  const { ids, now, chance, toolbox } = world
  const createdAt = now - plan.createdDaysAgo * dayMs
  const { occasion, ended } = plan
  const isLoopback = new URL(plan.url).hostname === '127.0.0.1'
  const record: WebhookRecord = {
    id: ids.next('whk', createdAt),
    organizationId,
    occasionId:
      occasion === undefined
        ? null
        : found(
            'occasion',
            occasion,
            occasions.find(({ name }) => name === occasion),
          ).id,
    name: plan.name,
    url: plan.url,
    events: plan.events,
    status: ended?.status ?? 'active',
    statusReason: ended?.reason ?? null,
    statusChangedAt: ended === undefined ? null : now - ended.hoursAgo * hourMs,
    timeoutMs: 15_000,
    concurrency: 16,
    scheduleMs: null,
    options: defaultWebhookOptions,
    createdAt,
    createdBy: plan.createdBy,
    lastAttemptAt: null,
    lastSuccessAt: null,
  }
  return {
    record,
    plan,
    secretId: ids.next('whs', createdAt),
    secret: `whsec_${toolbox.randomBytes(32).toString('base64')}`,
    // 203.0.113.0/24 is for documentation (RFC 5737): it belongs to nobody.
    remoteAddress: isLoopback ? '127.0.0.1' : `203.0.113.${10 + chance.below(240)}`,
    certificateEndsAt: now + (20 + chance.below(60)) * dayMs,
    ended:
      ended === undefined ? null : { at: now - ended.hoursAgo * hourMs, heldReason: heldReasonOf(ended) },
    goneAt: null,
  }
}

/** Makes up an organization: who and what is in it, and its events with their deliveries. */
export const pastOrganization = (world: PastWorld, plan: DemoOrganization): PastOrganization => {
  const { definition, toolbox, chance, ids, now } = world
  const createdAt = installedAt(world) + definition.organizations.indexOf(plan) * foundedEveryMs
  const organization = { id: ids.next('org', createdAt), name: plan.name, plan: plan.plan, createdAt }
  const organizationId = organization.id
  const members = plan.people.map((person) => ({
    user: pastUser(world, person, { createdAt, platformAdmin: false }),
    plan: person,
  }))
  const owner = members[0]?.user.name ?? ''
  const rules = definition.networkRules.map(({ target, note }) => {
    const at = createdAt + 5 * minuteMs
    return { id: ids.next('nwr', at), organizationId, target, note, createdAt: at, createdBy: owner }
  })
  const occasions = plan.occasions.map(({ name, venue, startsAt, endsAt }) => ({
    id: ids.next('occ', createdAt + minuteMs),
    organizationId,
    name,
    venue,
    startsAt: Date.parse(startsAt),
    endsAt: Date.parse(endsAt),
    archivedAt: null,
  }))
  const happenings = planTraffic(plan, { days: definition.days, now, chance })
  const apiKeys = plan.apiKeys.map((key) => {
    const sent = happenings.findLast(
      ({ type }) => plan.apiKeys.find(({ sends }) => sends.some((one) => matches(one, type))) === key,
    )
    return pastApiKey(world, organizationId, key, sent?.at ?? null)
  })
  const webhooks = plan.webhooks.map((webhook) => pastWebhook(world, organizationId, webhook, occasions))

  const examples = new Map(toolbox.eventTypes.list().map(({ name, example }) => [name, example]))
  const events = happenings.map(({ type, occasion: occasionName, at }): EventRecord => {
    const occasion = occasions.find(({ name }) => name === occasionName) ?? null
    const occurredAt = at - 20 - chance.below(900)
    const guest = pickGuest(definition.guests, chance)
    const example = found('event type', type, examples.get(type))
    const words = plan.occasions.find(({ name }) => name === occasionName)?.words ?? {}
    const data = eventData(type, example, { at: occurredAt, occasion, words, guest }, chance)
    const [wrong] = toolbox.eventTypes.check(type, data)
    if (wrong !== undefined)
      throw new RangeError(`The demo makes a wrong ${type}: ${wrong.path} ${wrong.message}`)
    const body = eventBody({ type, occurredAt, data, occasion })
    const key = apiKeys.find(({ plan: { sends } }) => sends.some((pattern) => matches(pattern, type)))
    return {
      id: ids.next('evt', at),
      organizationId,
      occasionId: occasion?.id ?? null,
      type,
      body,
      sizeBytes: Buffer.byteLength(body),
      occurredAt,
      acceptedAt: at,
      apiKeyId: key?.record.id ?? null,
      idempotencyKey: null,
      test: false,
    }
  })

  const deliver = createPastDeliveries(world)
  const deliveries = events.flatMap((event) =>
    webhooks
      .filter(({ record }) => {
        if (record.createdAt > event.acceptedAt) return false
        if (record.occasionId !== null && record.occasionId !== event.occasionId) return false
        return record.events.some((pattern) => matches(pattern, event.type))
      })
      .map((webhook) => deliver(webhook, event)),
  )
  return { plan, organization, occasions, members, rules, apiKeys, webhooks, events, deliveries }
}
