import type { PlanOffer } from '#contract/organizations.ts'
import type { OccasionRecord, Subscriber, TransactionMark, Writer } from '#main/store/interface.ts'
import type { Facts, Principal } from '../access/facts.ts'
import { loadFacts } from '../access/load-facts.ts'

/** What the events of a group are judged by. Each thing is read once for the group. */
export interface Places {
  facts(principal: Principal, organizationId: string, occasionId: string | null): Promise<Facts>
  occasion(id: string): Promise<OccasionRecord | null>
  subscribers(organizationId: string): Promise<readonly Subscriber[]>
}

/** Reads as `Places` does, in the transaction of a group. */
type Read = (writer: Writer, now: number) => Places

/** Of each kind; when there are more, they are all read anew. */
const rememberedMax = 1_000

/** What was read under each name, or is being read. */
class Memory<Value> {
  readonly #known = new Map<string, Promise<Value>>()

  /** A reading that fails is not remembered. */
  read(name: string, read: () => Promise<Value>): Promise<Value> {
    const found = this.#known.get(name)
    if (found !== undefined) return found
    if (this.#known.size >= rememberedMax) this.#known.clear()
    const reading = read()
    this.#known.set(name, reading)
    reading.catch(() => this.#known.delete(name))
    return reading
  }

  forget(): void {
    this.#known.clear()
  }
}

/**
 * The places as one group after the other finds them. What one has read holds for the next if nobody has written since,
 * but for that group itself, which changes nothing of it: the next transaction can tell (`TransactionMark`). So a webhook
 * that somebody paused, a switch or a plan that another process changed, count from the very next commit.
 */
export const rememberPlaces = (plans: readonly PlanOffer[]): Read => {
  const facts = new Memory<Facts>()
  const occasions = new Memory<OccasionRecord | null>()
  const subscribers = new Memory<readonly Subscriber[]>()
  let last: TransactionMark | null = null

  const follow = (mark: TransactionMark): void => {
    const holds = last !== null && mark.others === last.others && mark.number === last.number + 1
    if (!holds) for (const memory of [facts, occasions, subscribers]) memory.forget()
    last = mark
  }

  return (writer, now) => {
    follow(writer.mark)
    const ofNow = new Map<Facts, Facts>()
    /** Facts that were read for an earlier group are of now but for the time. */
    const atPresent = (read: Facts): Facts => {
      const known = ofNow.get(read) ?? { ...read, now }
      ofNow.set(read, known)
      return known
    }
    return {
      async facts(principal, organizationId, occasionId) {
        const who = principal.kind === 'user' ? principal.id : ''
        const name = `${organizationId} ${occasionId} ${who}`
        return atPresent(
          await facts.read(name, () =>
            loadFacts(writer, { principal, organizationId, occasionId, now, plans }),
          ),
        )
      },
      occasion: (id) => occasions.read(id, () => writer.organizations.getOccasion(id)),
      subscribers: (id) => subscribers.read(id, () => writer.deliveries.listSubscribers(id)),
    }
  }
}
