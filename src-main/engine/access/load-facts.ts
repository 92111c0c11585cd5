import type { PlanOffer } from '#contract/organizations.ts'
import type { Capability, KillSwitch, Plan } from '#contract/vocabulary.ts'
import type { CapabilityOverride, Reader, SwitchedOff } from '#main/store/interface.ts'
import { noOverrides } from './capability.ts'
import type { Facts, OverrideFact, Principal, SwitchFact } from './facts.ts'

export interface FactsQuery {
  readonly principal: Principal
  readonly organizationId: string | null
  readonly occasionId: string | null
  /** Unix ms. */
  readonly now: number
  readonly plans: readonly PlanOffer[]
}

const perCapability = <T>(value: (capability: Capability) => T): Record<Capability, T> => ({
  api_access: value('api_access'),
  webhooks: value('webhooks'),
})

/** What a plan grants. One that is not offered grants nothing. */
export const grantsOf = (plan: Plan, plans: readonly PlanOffer[]): readonly Capability[] =>
  plans.find((offer) => offer.plan === plan)?.capabilities ?? []

/** The plans that grant each capability. */
export const plansGranting = (plans: readonly PlanOffer[]): Facts['plansGranting'] =>
  perCapability((capability) =>
    plans.filter((offer) => offer.capabilities.includes(capability)).map(({ plan }) => plan),
  )

/** The overrides on the organization itself (`occasionId` null) or on one of its occasions. */
export const overridesOn = (occasionId: string | null, overrides: readonly CapabilityOverride[]) =>
  perCapability((capability): OverrideFact | null => {
    const found = overrides.find((one) => one.occasionId === occasionId && one.capability === capability)
    return found === undefined ? null : { effect: found.effect, endsAt: found.endsAt, note: found.note }
  })

/** The store keeps the switches that are off; a switch without a row is on. */
const switchFacts = (off: readonly SwitchedOff[]): Facts['switches'] => {
  const state = (name: KillSwitch, ofPlatform: boolean): SwitchFact => {
    const found = off.find((one) => one.name === name && (one.organizationId === null) === ofPlatform)
    return found === undefined
      ? { on: true, reason: null, by: null, at: null }
      : { on: false, reason: found.reason, by: found.by, at: found.at }
  }
  const states = (name: KillSwitch) => ({ platform: state(name, true), organization: state(name, false) })
  return {
    integrations: states('integrations'),
    api_access: states('api_access'),
    webhooks: states('webhooks'),
    delivery: states('delivery'),
  }
}

const rolesOf = async (read: Reader, { principal }: FactsQuery, organizationId: string) => {
  if (principal.kind !== 'user') return { membership: null, claim: null }
  const [membership, claim] = await Promise.all([
    read.users.getMembership(principal.id, organizationId),
    read.users.getClaim(principal.id, organizationId),
  ])
  return { membership, claim }
}

/** What is true where no organization is addressed. */
const nowhere = {
  organization: null,
  planGrants: [],
  organizationOverride: noOverrides,
  occasionOverride: noOverrides,
  occasion: null,
  membership: null,
  claim: null,
} as const

const factsIn = async (read: Reader, query: FactsQuery, organizationId: string) => {
  const { occasionId, plans } = query
  // All of it is read for an organization that does not exist, too: how long an answer takes must not tell.
  const [organization, named, overrides, off, roles] = await Promise.all([
    read.organizations.get(organizationId),
    occasionId === null ? null : read.organizations.getOccasion(occasionId),
    read.capabilities.listOverridesAt(organizationId, occasionId),
    read.killSwitches.listOff(organizationId),
    rolesOf(read, query, organizationId),
  ])
  const switches = switchFacts(off)
  if (organization === null) return { ...nowhere, switches }
  const occasion = named?.organizationId === organizationId ? named : null
  return {
    organization,
    planGrants: grantsOf(organization.plan, plans),
    organizationOverride: overridesOn(null, overrides),
    occasionOverride: occasion === null ? noOverrides : overridesOn(occasion.id, overrides),
    occasion,
    switches,
    ...roles,
  }
}

/**
 * Gathers what a decision reads. What the query names and the store does not have comes out as null; an
 * occasion of another organization counts as one that does not exist.
 */
export const loadFacts = async (read: Reader, query: FactsQuery): Promise<Facts> => {
  const { organizationId, now, plans } = query
  const common = { now, plansGranting: plansGranting(plans) }
  if (organizationId !== null) return { ...common, ...(await factsIn(read, query, organizationId)) }
  return { ...common, ...nowhere, switches: switchFacts(await read.killSwitches.listOff(null)) }
}
