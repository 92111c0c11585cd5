import type { PlanOffer } from '#contract/organizations.ts'
import type { OccasionRecord, Reader, Subscriber } from '#main/store/interface.ts'
import type { Facts, Principal } from '../access/facts.ts'
import { loadFacts } from '../access/load-facts.ts'

/** What the events of a group are judged by. Each thing is read once for the group. */
export interface Places {
  facts(principal: Principal, organizationId: string, occasionId: string | null): Promise<Facts>
  occasion(id: string): Promise<OccasionRecord | null>
  subscribers(organizationId: string): Promise<readonly Subscriber[]>
}

const remembered = <Key, Value>(read: (key: Key) => Promise<Value>) => {
  const known = new Map<Key, Promise<Value>>()
  return (key: Key): Promise<Value> => {
    const found = known.get(key)
    if (found !== undefined) return found
    const reading = read(key)
    known.set(key, reading)
    return reading
  }
}

/**
 * `reader` is the transaction that writes the group, and nothing outlives it. So a webhook that the command
 * line paused, a switch or a plan that another process changed, count from the very next commit: no cache
 * could be stale, because there is none. A group shares the reading, which keeps it cheap.
 */
export const readPlaces = (reader: Reader, now: number, plans: readonly PlanOffer[]): Places => {
  const facts = new Map<string, Promise<Facts>>()
  return {
    facts(principal, organizationId, occasionId) {
      const who = principal.kind === 'user' ? principal.id : ''
      const key = `${organizationId} ${occasionId} ${who}`
      const known = facts.get(key)
      if (known !== undefined) return known
      const reading = loadFacts(reader, { principal, organizationId, occasionId, now, plans })
      facts.set(key, reading)
      return reading
    },
    occasion: remembered((id: string) => reader.organizations.getOccasion(id)),
    subscribers: remembered((organizationId: string) => reader.deliveries.listSubscribers(organizationId)),
  }
}
