import { type Capability, capabilities } from '#contract/vocabulary.ts'
import type { CapabilityOverride, OccasionRecord, OrganizationRecord, Reader } from '#main/store/interface.ts'
import { resolveCapability } from '../access/capability.ts'
import type { CapabilityFacts } from '../access/facts.ts'
import { grantsOf, overridesOn } from '../access/load-facts.ts'
import { PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'

/** What the capabilities of an organization and its occasions follow from. */
export interface Grounds {
  readonly organization: OrganizationRecord
  readonly overrides: readonly CapabilityOverride[]
  readonly occasions: readonly OccasionRecord[]
}

/** Null when there is no such organization; the platform itself is none. */
export const findGrounds = async (read: Reader, organizationId: string): Promise<Grounds | null> => {
  const organization = await read.organizations.get(organizationId)
  if (organization === null) return null
  return {
    organization,
    overrides: await read.capabilities.listOverrides(organizationId),
    occasions: await read.organizations.listOccasions([organizationId]),
  }
}

/** @throws PatchbayError `not_found`. */
export const readGrounds = async (read: Reader, organizationId: string): Promise<Grounds> => {
  const grounds = await findGrounds(read, organizationId)
  if (grounds === null) throw new PatchbayError('not_found')
  return grounds
}

type Rules = Pick<Toolbox, 'plans' | 'clock'>

/** What resolving a capability reads, in the organization itself or in one of its occasions. */
export const capabilityFacts = (
  { organization, overrides }: Pick<Grounds, 'organization' | 'overrides'>,
  occasionId: string | null,
  { plans, clock }: Rules,
): CapabilityFacts => ({
  now: clock.now(),
  organization,
  planGrants: grantsOf(organization.plan, plans),
  organizationOverride: overridesOn(null, overrides),
  occasionOverride: overridesOn(occasionId, occasionId === null ? [] : overrides),
})

/** The capabilities by place: by the id of the occasion, and `null` for the organization itself. */
export type Powers = ReadonlyMap<string | null, ReadonlySet<Capability>>

export const powersOf = (grounds: Grounds, rules: Rules): Powers => {
  const { organization, occasions } = grounds
  const byPlace = Map.groupBy(grounds.overrides, ({ occasionId }) => occasionId)
  const ofOrganization = byPlace.get(null) ?? []
  return new Map(
    [null, ...occasions.map(({ id }) => id)].map((place) => {
      const overrides = place === null ? ofOrganization : [...ofOrganization, ...(byPlace.get(place) ?? [])]
      const facts = capabilityFacts({ organization, overrides }, place, rules)
      const granted = capabilities.filter((capability) => resolveCapability(capability, facts).granted)
      return [place, new Set(granted)]
    }),
  )
}

/** Whether a capability is there. A place that is not known has none. */
export const has = (powers: Powers, place: string | null, capability: Capability): boolean =>
  powers.get(place)?.has(capability) ?? false

/** The occasions whose events may not leave through webhooks, whoever the webhooks belong to. */
export const suspendedOccasions = (powers: Powers): string[] =>
  [...powers.keys()].flatMap((place) => (place !== null && !has(powers, place, 'webhooks') ? [place] : []))
