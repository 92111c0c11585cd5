import type { Wish } from '#main/store/interface.ts'
import { maySend, slotsFor } from './fair-share.ts'
import type { Lane } from './lane.ts'

/** Requests under way in all. */
const inFlightMax = 512
/** Webhooks that one turn takes work for. */
const claimsMax = 128

type Lanes = ReadonlyMap<string, Lane>

/** Who has how many of the requests under way, and who gets the next. */
export class Shares {
  readonly #byOrganization = new Map<string, number>()
  #inFlight = 0

  get inFlight(): number {
    return this.#inFlight
  }

  maySend({ inFlight, concurrency, organizationId }: Lane): boolean {
    const ofOrganization = this.#byOrganization.get(organizationId) ?? 0
    return maySend({ inFlight, concurrency, ofOrganization, free: inFlightMax - this.#inFlight })
  }

  leave({ organizationId }: Lane): void {
    this.#inFlight += 1
    this.#byOrganization.set(organizationId, (this.#byOrganization.get(organizationId) ?? 0) + 1)
  }

  land({ organizationId }: Lane): void {
    this.#inFlight -= 1
    const rest = (this.#byOrganization.get(organizationId) ?? 0) - 1
    if (rest > 0) this.#byOrganization.set(organizationId, rest)
    else this.#byOrganization.delete(organizationId)
  }

  /**
   * What the next turn asks for. `lanes` are in the order in which they were served, longest ago first; organizations
   * take turns, so that one with many webhooks gets no more of them than one with a few.
   */
  plan(lanes: Lanes, now: number): Wish['wanted'] {
    const wanted: Wish['wanted'][number][] = []
    const ofOrganizations = new Map(this.#byOrganization)
    let free = inFlightMax - this.#inFlight
    for (const lane of inTurns(lanes, now)) {
      if (free <= 0 || wanted.length >= claimsMax) break
      const ofOrganization = ofOrganizations.get(lane.organizationId) ?? 0
      const { inFlight, concurrency, webhookId } = lane
      const slots = slotsFor({ inFlight, concurrency, ofOrganization, free })
      const work = slots > 0 ? lane.wanted(slots, now) : null
      if (work === null) continue
      wanted.push({ webhookId, ...work })
      free -= slots
      ofOrganizations.set(lane.organizationId, ofOrganization + slots)
    }
    return wanted
  }
}

/** The lanes that are due: one of each organization, then the second of each, and so on. */
function* inTurns(lanes: Lanes, now: number): Generator<Lane> {
  const queues = new Map<string, Lane[]>()
  for (const lane of lanes.values()) {
    if (!lane.isDue(now)) continue
    const queue = queues.get(lane.organizationId)
    if (queue === undefined) queues.set(lane.organizationId, [lane])
    else queue.push(lane)
  }
  for (let round = 0; queues.size > 0; round += 1) {
    for (const [organizationId, queue] of queues) {
      const lane = queue[round]
      if (lane === undefined) queues.delete(organizationId)
      else yield lane
    }
  }
}
