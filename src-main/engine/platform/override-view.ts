import type { Override } from '#contract/platform.ts'
import type { CapabilityOverride } from '#main/store/interface.ts'

/** `now` is Unix ms. */
export const toOverride = (
  { organizationId: _organization, ...override }: CapabilityOverride,
  now: number,
): Override => ({ ...override, ended: override.endsAt !== null && override.endsAt <= now })

/** What the audit log tells of an override. */
export const audited = ({ occasionId, capability, effect, endsAt, note }: CapabilityOverride) => ({
  occasionId,
  capability,
  effect,
  endsAt,
  note,
})
