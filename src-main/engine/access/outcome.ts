import type { Outcome } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { decide, decisionCode } from './decide.ts'
import type { Facts, Principal, Resource } from './facts.ts'

/** A decision in short. */
export const outcomeOf = (decision: Decision): Outcome => ({
  allowed: decision.allowed,
  decidedBy: decision.decidedBy,
  code: decisionCode(decision),
})

/** The place itself, with nothing in it named. */
export const placeOf = (
  organizationId: string,
  occasionId: string | null,
): Resource & { readonly organizationId: string } => ({
  organizationId,
  occasionId,
  kind: null,
  id: null,
})

/** What the actions come to for a principal in a place, in their order. */
export const outcomesOf = (
  principal: Principal,
  place: Resource,
  facts: Facts,
  of: readonly Action[] = actions,
) => of.map((action) => ({ action, ...outcomeOf(decide(principal, action, place, facts)) }))
