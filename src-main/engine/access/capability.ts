import type { ErrorCode } from '#contract/errors.ts'
import type { CapabilityState } from '#contract/organizations.ts'
import type { Capability } from '#contract/vocabulary.ts'
import type { CapabilityFacts, OverrideFact } from './facts.ts'
import { timeText } from './wording.ts'

/** Of a place that has no overrides, or whose overrides are not to be read. */
export const noOverrides: Readonly<Record<Capability, OverrideFact | null>> = {
  api_access: null,
  webhooks: null,
}

type Level = 'occasion' | 'organization'

/** The override while it speaks; null when there is none or its end has come. */
const live = (override: OverrideFact | null, now: number): OverrideFact | null =>
  override !== null && (override.endsAt === null || now < override.endsAt) ? override : null

const overridden = (
  capability: Capability,
  level: Level,
  { effect, endsAt, note }: OverrideFact,
): CapabilityState => ({
  capability,
  granted: effect === 'grant',
  source: `${level}_override`,
  fact:
    `an override on the ${level} ${effect === 'grant' ? 'grants' : 'denies'} ${capability}` +
    (endsAt === null ? '' : ` until ${timeText(endsAt)}`),
  override: { effect, endsAt, note },
})

/**
 * Says whether a capability is there and which source spoke: the override on the occasion, else the one on
 * the organization, else the plan. An override whose end has come counts as absent.
 *
 * `override` is the one that spoke. With source `plan` it is null, but for one case: nothing grants the
 * capability any more, and this is the grant that has ended (a trial).
 */
export const resolveCapability = (capability: Capability, facts: CapabilityFacts): CapabilityState => {
  const ofOccasion = facts.occasionOverride[capability]
  const ofOrganization = facts.organizationOverride[capability]
  const onOccasion = live(ofOccasion, facts.now)
  if (onOccasion !== null) return overridden(capability, 'occasion', onOccasion)
  const onOrganization = live(ofOrganization, facts.now)
  if (onOrganization !== null) return overridden(capability, 'organization', onOrganization)

  const granted = facts.planGrants.includes(capability)
  const ended = granted ? undefined : [ofOccasion, ofOrganization].find((one) => one?.effect === 'grant')
  const plan = facts.organization === null ? 'no plan' : `plan ${facts.organization.plan}`
  return {
    capability,
    granted,
    source: 'plan',
    fact:
      `${plan} grants ${granted ? '' : 'no '}${capability}` +
      (ended?.endsAt == null ? '' : `; the trial ended ${timeText(ended.endsAt)}`),
    override: ended ? { effect: ended.effect, endsAt: ended.endsAt, note: ended.note } : null,
  }
}

/** The refusal that a capability state amounts to; null when it is granted. */
export const capabilityCode = (
  state: CapabilityState,
): Extract<ErrorCode, 'capability_denied' | 'trial_ended' | 'capability_missing'> | null => {
  if (state.granted) return null
  if (state.source !== 'plan') return 'capability_denied'
  return state.override === null ? 'capability_missing' : 'trial_ended'
}
