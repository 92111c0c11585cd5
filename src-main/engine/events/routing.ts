import type { HeldReason } from '#contract/vocabulary.ts'
import type { Condition } from '#contract/webhook-options.ts'
import type { OccasionRecord } from '#main/store/interface.ts'
import type { Principal } from '../access/facts.ts'
import { holdingReason } from '../deliveries/birth.ts'
import { matches } from '../event-types/event-types.ts'
import { type BodyOccasion, type BodyParts, bodyValue } from './body.ts'
import { meets } from './condition.ts'
import type { Places } from './places.ts'

/** A webhook that wants events of a kind. */
export interface Target {
  readonly webhookId: string
  /** Asked of each event. */
  readonly condition: Condition | null
  readonly heldReason: HeldReason | null
}

/** What all events of one type have in common that happened at one place. */
export interface Route {
  readonly organizationId: string
  readonly occasionId: string | null
  /** Null for events of the organization itself. */
  readonly occasion: OccasionRecord | null
  readonly targets: readonly Target[]
}

/** Facts that no role of a person goes into. */
const nobody: Principal = { kind: 'anonymous' }

/** Those of the targets whose conditions the event meets. */
export const wantedBy = (
  targets: readonly Target[],
  event: BodyParts & { readonly occasion: BodyOccasion | null },
): readonly Target[] => {
  if (targets.every(({ condition }) => condition === null)) return targets
  const body = bodyValue(event)
  return targets.filter(({ condition }) => condition === null || meets(condition, body))
}

interface Kind {
  readonly organizationId: string
  readonly occasionId: string | null
  readonly type: string
}

/** Finds the webhooks that events may go to, once for each kind of event in the group. */
export class Routing {
  readonly #places: Places
  readonly #routes = new Map<string, Route[]>()

  constructor(places: Places) {
    this.#places = places
  }

  /** The route of a kind that was asked for before. */
  known(organizationId: string, occasionId: string | null, type: string): Route | undefined {
    return this.#routes
      .get(type)
      ?.find((route) => route.organizationId === organizationId && route.occasionId === occasionId)
  }

  async ask(kind: Kind): Promise<void> {
    const route = await this.#find(kind)
    const ofType = this.#routes.get(kind.type)
    if (ofType === undefined) this.#routes.set(kind.type, [route])
    else ofType.push(route)
  }

  async #find({ organizationId, occasionId, type }: Kind): Promise<Route> {
    const occasion = occasionId === null ? null : await this.#places.occasion(occasionId)
    const ofEvent = await this.#places.facts(nobody, organizationId, occasionId)
    const targets: Target[] = []
    for (const subscriber of await this.#places.subscribers(organizationId)) {
      if (subscriber.occasionId !== null && subscriber.occasionId !== occasionId) continue
      if (!subscriber.events.some((pattern) => matches(pattern, type))) continue
      const ofWebhook = await this.#places.facts(nobody, organizationId, subscriber.occasionId)
      targets.push({
        webhookId: subscriber.id,
        condition: subscriber.condition,
        heldReason: holdingReason(subscriber, { ofWebhook, ofEvent }),
      })
    }
    return { organizationId, occasionId, occasion, targets }
  }
}
