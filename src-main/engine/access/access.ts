import type { Action } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import type { PlanOffer } from '#contract/organizations.ts'
import type { Reader } from '#main/store/interface.ts'
import type { Clock } from '../clock.ts'
import type { Caller } from '../operation.ts'
import { decide, decisionCode } from './decide.ts'
import type { Principal, Resource } from './facts.ts'
import { loadFacts } from './load-facts.ts'
import { refusal } from './refusal.ts'

/** What an operation is about; what is not named is null. */
export type Target = Partial<Resource> & { readonly organizationId: string | null }

/** The one door to `decide()` for the operations of the engine. */
export interface Access {
  /** The full answer, for explaining. */
  decide(principal: Principal, action: Action, target: Target): Promise<Decision>
  /** @throws PatchbayError with the code of the gate that decided, and the decision. */
  require(caller: Caller, action: Action, target: Target): Promise<void>
}

/** A part that a caller names as undefined counts as not named, too. */
const complete = ({ occasionId = null, kind = null, id = null, ...target }: Target): Resource => ({
  ...target,
  occasionId,
  kind,
  id,
})

export const createAccess = (read: Reader, clock: Clock, plans: readonly PlanOffer[]): Access => {
  const decideOn = async (principal: Principal, action: Action, target: Target): Promise<Decision> => {
    const resource = complete(target)
    const facts = await loadFacts(read, {
      principal,
      organizationId: resource.organizationId,
      occasionId: resource.occasionId,
      now: clock.now(),
      plans,
    })
    return decide(principal, action, resource, facts)
  }
  return {
    decide: decideOn,
    async require(caller, action, target) {
      const decision = await decideOn(caller.principal, action, target)
      const code = decisionCode(decision)
      if (code !== null) throw refusal(code, caller.principal, decision)
    },
  }
}
