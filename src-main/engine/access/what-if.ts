import type { TrialChange, WhatIf } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import type { PlanOffer } from '#contract/organizations.ts'
import { invalid } from '../errors.ts'
import { decide } from './decide.ts'
import type { Facts, Principal, Resource, SwitchFact } from './facts.ts'
import { grantsOf } from './load-facts.ts'
import { outcomeOf } from './outcome.ts'

type ChangeOf<Kind extends TrialChange['kind']> = Extract<TrialChange, { kind: Kind }>

const setPlan = (facts: Facts, plan: ChangeOf<'set_plan'>['plan'], plans: readonly PlanOffer[]): Facts => ({
  ...facts,
  organization: facts.organization && { ...facts.organization, plan },
  planGrants: grantsOf(plan, plans),
})

/** Of the roles that count: a membership speaks alone. */
const setRole = (facts: Facts, role: Partial<NonNullable<Facts['membership']>>): Facts =>
  facts.membership === null
    ? { ...facts, claim: facts.claim && { ...facts.claim, ...role } }
    : { ...facts, membership: { ...facts.membership, ...role } }

const fieldOf = { membership: 'membership', metadata: 'claim' } as const

const addMembership = (
  facts: Facts,
  { source, workspaceRole, organizationRole }: ChangeOf<'add_membership'>,
): Facts => ({ ...facts, [fieldOf[source]]: { workspaceRole, organizationRole } })

const changeOverride = (facts: Facts, change: ChangeOf<'set_override' | 'remove_override'>): Facts => {
  const field = change.level === 'occasion' ? 'occasionOverride' : 'organizationOverride'
  const override =
    change.kind === 'remove_override'
      ? null
      : { effect: change.effect, endsAt: change.ended ? facts.now : null, note: 'tried here' }
  return { ...facts, [field]: { ...facts[field], [change.capability]: override } }
}

const switchedOn: SwitchFact = { on: true, reason: null, by: null, at: null }
const switchedOff: SwitchFact = { on: false, reason: 'tried here', by: null, at: null }

/** A switch that is off already keeps who switched it off and why. */
const setSwitch = (facts: Facts, { level, name, on }: ChangeOf<'set_switch'>): Facts => {
  const { [name]: levels } = facts.switches
  if (levels[level].on === on) return facts
  const changed = { ...levels, [level]: on ? switchedOn : switchedOff }
  return { ...facts, switches: { ...facts.switches, [name]: changed } }
}

/** Who is asked about, where, and what is true there before any change. */
export interface Sandbox {
  readonly principal: Principal
  readonly place: Resource
  readonly facts: Facts
  readonly plans: readonly PlanOffer[]
}

/** Why a change cannot be tried here; null when it can. */
const obstacle = (change: TrialChange, { principal, place, facts }: Sandbox): string | null => {
  switch (change.kind) {
    case 'set_workspace_role':
    case 'set_organization_role':
      if (principal.kind !== 'user') return 'An API key has scopes instead of roles.'
      return facts.membership === null && facts.claim === null
        ? 'This person has no role here: add a membership first.'
        : null
    case 'add_membership':
    case 'remove_membership':
      return principal.kind === 'user' ? null : 'An API key has scopes instead of a membership.'
    case 'set_override':
    case 'remove_override':
      return change.level === 'occasion' && place.occasionId === null
        ? 'No occasion is named, so there is no override on it.'
        : null
    case 'set_plan':
    case 'set_switch':
      return null
  }
}

const applyChange = (change: TrialChange, { facts, plans }: Sandbox): Facts => {
  switch (change.kind) {
    case 'set_plan':
      return setPlan(facts, change.plan, plans)
    case 'set_workspace_role':
      return setRole(facts, { workspaceRole: change.workspaceRole })
    case 'set_organization_role':
      return setRole(facts, { organizationRole: change.organizationRole })
    case 'add_membership':
      return addMembership(facts, change)
    case 'remove_membership':
      return { ...facts, [fieldOf[change.source]]: null }
    case 'set_override':
    case 'remove_override':
      return changeOverride(facts, change)
    case 'set_switch':
      return setSwitch(facts, change)
  }
}

/**
 * The facts with the changes made in their order. Pure: the facts that were given stay as they are.
 * @throws PatchbayError `invalid` for a change that has nothing to change here.
 */
export const applyChanges = (sandbox: Sandbox, changes: readonly TrialChange[]): Facts =>
  changes.reduce((facts, change, index) => {
    const now = { ...sandbox, facts }
    const why = obstacle(change, now)
    if (why !== null) throw invalid(`/changes/${index}`, why)
    return applyChange(change, now)
  }, sandbox.facts)

/** Decides every action before and after the changes, and the named one in full. */
export const whatIf = (sandbox: Sandbox, changes: readonly TrialChange[], named: Action | null): WhatIf => {
  const { principal, place, facts } = sandbox
  const changed = applyChanges(sandbox, changes)
  const decideBoth = (action: Action) => ({
    before: decide(principal, action, place, facts),
    after: decide(principal, action, place, changed),
  })
  return {
    outcomes: actions.map((action) => {
      const { before, after } = decideBoth(action)
      const flipped = before.allowed !== after.allowed
      return { action, before: outcomeOf(before), after: outcomeOf(after), flipped }
    }),
    decisions: named === null ? null : decideBoth(named),
  }
}
