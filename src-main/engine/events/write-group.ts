import type { EventAccepted } from '#contract/events.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type { Condition } from '#contract/webhook-options.ts'
import type { DeliveryRecord, EventRecord, IdempotencyRecord, Writer } from '#main/store/interface.ts'
import { decide, decisionCode } from '../access/decide.ts'
import type { Principal } from '../access/facts.ts'
import { refusal } from '../access/refusal.ts'
import { holdingReason, newDelivery } from '../deliveries/birth.ts'
import { invalid, PatchbayError } from '../errors.ts'
import { matches } from '../event-types/event-types.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { type BodyOccasion, type BodyParts, bodyValue, completeBody } from './body.ts'
import { meets } from './condition.ts'
import type { Places } from './places.ts'
import { inBatchAt, type PreparedEvent } from './prepare.ts'

/** How long an idempotency key is remembered. */
export const idempotencyMs = 24 * 3_600_000

/** One request: an event, or a batch that is written as a whole or not at all. */
export interface Submission {
  readonly caller: Caller
  readonly organizationId: string
  readonly isBatch: boolean
  /** Where its events happened; null for the organization itself. */
  readonly occasionIds: readonly (string | null)[]
  /** What is to be written; or what is wrong with it, to be told to those who may send at all. */
  readonly events: readonly PreparedEvent[] | PatchbayError
}

/** What a request is answered: its events in their order, or why nothing of it was accepted. */
export type Outcome = readonly EventAccepted[] | PatchbayError

export interface GroupResult {
  /** In the order of the group. */
  readonly outcomes: readonly Outcome[]
  /** Whether a delivery is due at once. */
  readonly due: boolean
}

interface Target {
  readonly webhookId: string
  /** Asked of each event. */
  readonly condition: Condition | null
  readonly heldReason: HeldReason | null
}

/** Facts that no role of a person goes into. */
const nobody: Principal = { kind: 'anonymous' }

/** Finds the webhooks that an event may go to, once for each kind of event in the group. */
const createRouting = (places: Places) => {
  const find = async (organizationId: string, occasionId: string | null, type: string): Promise<Target[]> => {
    const ofEvent = await places.facts(nobody, organizationId, occasionId)
    const targets: Target[] = []
    for (const subscriber of await places.subscribers(organizationId)) {
      if (subscriber.occasionId !== null && subscriber.occasionId !== occasionId) continue
      if (!subscriber.events.some((pattern) => matches(pattern, type))) continue
      const ofWebhook = await places.facts(nobody, organizationId, subscriber.occasionId)
      targets.push({
        webhookId: subscriber.id,
        condition: subscriber.condition,
        heldReason: holdingReason(subscriber, { ofWebhook, ofEvent }),
      })
    }
    return targets
  }
  const known = new Map<string, Promise<Target[]>>()
  return (organizationId: string, occasionId: string | null, type: string): Promise<Target[]> => {
    const key = `${organizationId} ${occasionId} ${type}`
    const found = known.get(key)
    if (found !== undefined) return found
    const finding = find(organizationId, occasionId, type)
    known.set(key, finding)
    return finding
  }
}

/** Those of the targets whose conditions the event meets. */
const wantedBy = (
  targets: readonly Target[],
  event: BodyParts & { readonly occasion: BodyOccasion | null },
): readonly Target[] => {
  if (targets.every(({ condition }) => condition === null)) return targets
  const body = bodyValue(event)
  return targets.filter(({ condition }) => condition === null || meets(condition, body))
}

/** What is to be written, of a request or of the whole group. */
interface Plan {
  readonly events: EventRecord[]
  readonly deliveries: DeliveryRecord[]
  /** By organization and key. */
  readonly answers: Map<string, IdempotencyRecord>
}

const emptyPlan = (): Plan => ({ events: [], deliveries: [], answers: new Map() })

const answerKey = (organizationId: string, key: string): string => `${organizationId} ${key}`

/** What is remembered of the idempotency keys of the group. */
const findAnswers = async (writer: Writer, group: readonly Submission[]): Promise<IdempotencyRecord[]> => {
  const keys = new Map<string, Set<string>>()
  for (const { organizationId, events } of group) {
    if (events instanceof PatchbayError) continue
    for (const { idempotency } of events) {
      if (idempotency === null) continue
      const ofOrganization = keys.get(organizationId) ?? new Set()
      keys.set(organizationId, ofOrganization.add(idempotency.key))
    }
  }
  const found = [...keys].map(([organizationId, wanted]) =>
    writer.events.findIdempotencyKeys(organizationId, [...wanted]),
  )
  return (await Promise.all(found)).flat()
}

interface GroupParts {
  readonly writer: Writer
  /** As they are in this transaction. */
  readonly places: Places
  /** Unix ms. */
  readonly now: number
}

/**
 * Judges the requests of a group and writes those that may be: events, deliveries and idempotency keys. Whatever
 * can fail for one request is decided before the first row is written, so that none fails the others.
 */
export const writeGroup = async (
  { ids }: Pick<Toolbox, 'ids'>,
  { writer, places, now }: GroupParts,
  group: readonly Submission[],
): Promise<GroupResult> => {
  const findTargets = createRouting(places)
  const remembered = await findAnswers(writer, group)
  const live = new Map(
    remembered
      .filter(({ expiresAt }) => expiresAt > now)
      .map((answer) => [answerKey(answer.organizationId, answer.key), answer]),
  )
  const plan = emptyPlan()

  const refusalOf = async (
    principal: Principal,
    organizationId: string,
    occasionId: string | null,
  ): Promise<PatchbayError | null> => {
    const facts = await places.facts(principal, organizationId, occasionId)
    const resource = { organizationId, occasionId, kind: null, id: null }
    const decision = decide(principal, 'events.send', resource, facts)
    const code = decisionCode(decision)
    return code === null ? null : refusal(code, principal, decision)
  }

  /** Who may send to which places: mostly one caller sends much of a group. */
  const allowed = new Map<Principal, Set<string>>()

  const requireSending = async ({ caller, organizationId, occasionIds }: Submission): Promise<void> => {
    const { principal } = caller
    const known = allowed.get(principal) ?? new Set()
    allowed.set(principal, known)
    for (const occasionId of occasionIds) {
      const place = `${organizationId} ${occasionId}`
      if (known.has(place)) continue
      const refused = await refusalOf(principal, organizationId, occasionId)
      if (refused !== null) throw refused
      known.add(place)
    }
  }

  const findOccasion = async (id: string) => {
    const occasion = await places.occasion(id)
    if (occasion?.archivedAt != null) {
      throw invalid('/occasionId', 'This occasion is archived and takes no more events.')
    }
    return occasion
  }

  const planEvent = async (
    submission: Submission,
    event: PreparedEvent,
    own: Plan,
  ): Promise<EventAccepted> => {
    const { caller, organizationId } = submission
    const { type, occasionId, idempotency } = event
    const key = idempotency === null ? null : answerKey(organizationId, idempotency.key)
    const answered =
      key === null ? undefined : (own.answers.get(key) ?? plan.answers.get(key) ?? live.get(key))
    if (answered !== undefined) {
      if (idempotency?.hash.equals(answered.requestHash) !== true)
        throw new PatchbayError('idempotency_conflict')
      return { id: answered.eventId, deliveries: answered.deliveries }
    }
    const occasion = occasionId === null ? null : await findOccasion(occasionId)
    const body = completeBody(event.openBody, occasion)
    const targets = wantedBy(await findTargets(organizationId, occasionId, type), { ...event, occasion })
    const eventId = ids.next('evt', now)
    own.events.push({
      id: eventId,
      organizationId,
      occasionId,
      type,
      body,
      sizeBytes: occasion === null ? event.sizeBytes : Buffer.byteLength(body),
      occurredAt: event.occurredAt,
      acceptedAt: now,
      apiKeyId: caller.principal.kind === 'api_key' ? caller.principal.id : null,
      idempotencyKey: idempotency?.key ?? null,
      test: false,
    })
    for (const { webhookId, heldReason } of targets) {
      const id = ids.next('dlv', now)
      own.deliveries.push(
        newDelivery({ id, organizationId, occasionId, eventId, webhookId, kind: 'event', heldReason }, now),
      )
    }
    if (idempotency !== null && key !== null) {
      own.answers.set(key, {
        organizationId,
        key: idempotency.key,
        requestHash: idempotency.hash,
        eventId,
        deliveries: targets.length,
        expiresAt: now + idempotencyMs,
      })
    }
    return { id: eventId, deliveries: targets.length }
  }

  const settle = async (submission: Submission): Promise<EventAccepted[]> => {
    await requireSending(submission)
    const { events, isBatch } = submission
    if (events instanceof PatchbayError) throw events
    const own = emptyPlan()
    const accepted: EventAccepted[] = []
    for (const [index, event] of events.entries()) {
      try {
        accepted.push(await planEvent(submission, event, own))
      } catch (error) {
        throw isBatch && error instanceof PatchbayError ? inBatchAt(index, error) : error
      }
    }
    plan.events.push(...own.events)
    plan.deliveries.push(...own.deliveries)
    for (const [key, answer] of own.answers) plan.answers.set(key, answer)
    return accepted
  }

  const outcomes: Outcome[] = []
  for (const submission of group) {
    try {
      outcomes.push(await settle(submission))
    } catch (error) {
      outcomes.push(error instanceof PatchbayError ? error : new PatchbayError('internal', { cause: error }))
    }
  }

  for (const { organizationId, key, expiresAt } of remembered) {
    if (expiresAt <= now) await writer.events.deleteIdempotencyKeys(organizationId, [key])
  }
  if (plan.events.length > 0) await writer.events.insertMany(plan.events)
  if (plan.deliveries.length > 0) await writer.deliveries.insertMany(plan.deliveries)
  if (plan.answers.size > 0) await writer.events.insertIdempotencyKeys([...plan.answers.values()])
  return { outcomes, due: plan.deliveries.some(({ status }) => status === 'waiting') }
}
