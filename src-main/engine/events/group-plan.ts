import type { EventAccepted } from '#contract/events.ts'
import type { DeliveryRecord, EventRecord, IdempotencyRecord } from '#main/store/interface.ts'
import { newDelivery } from '../deliveries/birth.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'
import { withOccasion } from './body.ts'
import { inBatchAt, type PreparedEvent } from './prepare.ts'
import { type Routing, wantedBy } from './routing.ts'
import type { Sending } from './senders.ts'

/** How long an idempotency key is remembered. */
export const idempotencyMs = 24 * 3_600_000

/** One request: an event, or a batch that is written as a whole or not at all. */
export interface Submission extends Sending {
  readonly isBatch: boolean
  /** What is to be written; or what is wrong with it, to be told to those who may send at all. */
  readonly events: readonly PreparedEvent[] | PatchbayError
}

interface PlanParts {
  readonly ids: Toolbox['ids']
  /** Knows the kinds of all events that are added. */
  readonly routing: Routing
  /** What was answered to idempotency keys before this group. */
  readonly remembered: readonly IdempotencyRecord[]
  /** Unix ms. */
  readonly now: number
}

const answerKey = (organizationId: string, key: string): string => `${organizationId} ${key}`

/** What is to be written for a group. Nothing here waits: what it needs to know was asked for before. */
export class GroupPlan {
  readonly events: EventRecord[] = []
  readonly deliveries: DeliveryRecord[] = []
  /** By organization and key. */
  readonly #answers = new Map<string, IdempotencyRecord>()
  readonly #earlier: ReadonlyMap<string, IdempotencyRecord>
  readonly #parts: PlanParts

  constructor(parts: PlanParts) {
    const live = parts.remembered.filter(({ expiresAt }) => expiresAt > parts.now)
    this.#earlier = new Map(live.map((answer) => [answerKey(answer.organizationId, answer.key), answer]))
    this.#parts = parts
  }

  /** What has to be remembered of the idempotency keys of this group. */
  get answers(): IdempotencyRecord[] {
    return [...this.#answers.values()]
  }

  /**
   * Adds all events of a request or, when it throws, none.
   * @throws PatchbayError `invalid`, `idempotency_conflict`; of a batch it names the event.
   */
  add(submission: Submission, events: readonly PreparedEvent[]): EventAccepted[] {
    const before = {
      events: this.events.length,
      deliveries: this.deliveries.length,
      answers: this.#answers.size,
    }
    try {
      return events.map((event, index) => this.#addAt(submission, event, index))
    } catch (error) {
      this.events.length = before.events
      this.deliveries.length = before.deliveries
      for (const key of [...this.#answers.keys()].slice(before.answers)) this.#answers.delete(key)
      throw error
    }
  }

  #addAt(submission: Submission, event: PreparedEvent, index: number): EventAccepted {
    try {
      return this.#addEvent(submission, event)
    } catch (error) {
      throw submission.isBatch && error instanceof PatchbayError ? inBatchAt(index, error) : error
    }
  }

  #addEvent({ principal, organizationId }: Submission, event: PreparedEvent): EventAccepted {
    const { ids, now } = this.#parts
    const { type, occasionId, idempotency } = event
    const key = idempotency === null ? null : answerKey(organizationId, idempotency.key)
    const earlier = this.#earlierAnswer(event, key)
    if (earlier !== null) return earlier
    const { occasion, targets } = this.#routeOf(organizationId, event)
    const body = withOccasion(event.plainBody, occasion)
    const wanted = wantedBy(targets, { ...event, occasion })
    const eventId = ids.next('evt', now)
    this.events.push({
      id: eventId,
      organizationId,
      occasionId,
      type,
      body,
      sizeBytes: occasion === null ? event.sizeBytes : Buffer.byteLength(body),
      occurredAt: event.occurredAt,
      acceptedAt: now,
      apiKeyId: principal.kind === 'api_key' ? principal.id : null,
      idempotencyKey: idempotency?.key ?? null,
      test: false,
    })
    for (const { webhookId, heldReason } of wanted) {
      const id = ids.next('dlv', now)
      this.deliveries.push(
        newDelivery({ id, organizationId, occasionId, eventId, webhookId, kind: 'event', heldReason }, now),
      )
    }
    const deliveries = wanted.length
    if (idempotency !== null && key !== null) {
      const expiresAt = now + idempotencyMs
      const answer = { key: idempotency.key, requestHash: idempotency.hash, eventId, deliveries, expiresAt }
      this.#answers.set(key, { organizationId, ...answer })
    }
    return { id: eventId, deliveries }
  }

  /** What was answered to the same request before; null for a new one. */
  #earlierAnswer({ idempotency }: PreparedEvent, key: string | null): EventAccepted | null {
    if (idempotency === null || key === null) return null
    const answered = this.#answers.get(key) ?? this.#earlier.get(key)
    if (answered === undefined) return null
    if (!idempotency.hash.equals(answered.requestHash)) throw new PatchbayError('idempotency_conflict')
    return { id: answered.eventId, deliveries: answered.deliveries }
  }

  #routeOf(organizationId: string, { occasionId, type }: PreparedEvent) {
    const route = this.#parts.routing.known(organizationId, occasionId, type)
    if (route === undefined) throw new Error(`Nobody has asked where events like ${type} go.`)
    if (route.occasion?.archivedAt != null) {
      throw invalid('/occasionId', 'This occasion is archived and takes no more events.')
    }
    return route
  }
}
