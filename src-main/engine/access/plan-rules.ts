import type { PlanRule } from '#contract/access.ts'
import type { PlanOffer } from '#contract/organizations.ts'
import { type Plan, type WorkspaceRole, workspaceRoles } from '#contract/vocabulary.ts'
import { noOverrides } from './capability.ts'
import type { Facts, SwitchFacts, UserPrincipal } from './facts.ts'
import { grantsOf, plansGranting } from './load-facts.ts'
import { outcomesOf, placeOf } from './outcome.ts'

const somebody: UserPrincipal = {
  kind: 'user',
  id: 'somebody',
  name: 'somebody',
  status: 'active',
  platformAdmin: false,
}
const organizationId = 'somewhere'
const on = { on: true, reason: null, by: null, at: null }
const bothOn: SwitchFacts = { platform: on, organization: on }

/** An owner by membership with this workspace role, in an organization on this plan, and nothing in the way. */
const factsOf = (plan: Plan, workspaceRole: WorkspaceRole, plans: readonly PlanOffer[]): Facts => ({
  now: 0,
  organization: { id: organizationId, name: organizationId, plan },
  planGrants: grantsOf(plan, plans),
  plansGranting: plansGranting(plans),
  organizationOverride: noOverrides,
  occasionOverride: noOverrides,
  occasion: null,
  switches: { integrations: bothOn, api_access: bothOn, webhooks: bothOn, delivery: bothOn },
  membership: { organizationRole: 'owner', workspaceRole },
  claim: null,
})

/** The table plan × workspace role × action, as `decide()` answers. Plans in the order in which they are offered. */
export const planRules = (plans: readonly PlanOffer[]): PlanRule[] =>
  plans.flatMap(({ plan }) =>
    workspaceRoles.flatMap((workspaceRole) =>
      outcomesOf(somebody, placeOf(organizationId, null), factsOf(plan, workspaceRole, plans)).map(
        (outcome) => ({ plan, workspaceRole, ...outcome }),
      ),
    ),
  )
