import type { ConsoleContract } from '#contract/console.ts'
import type { CapabilityEffect } from '#contract/organizations.ts'
import type { CapabilityOverride, Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { callerName } from '../caller-name.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { readEffect } from '../suspension/effect.ts'
import { readGrounds } from '../suspension/powers.ts'
import { holdWaiting, suspendWebhooks } from '../suspension/suspension.ts'
import { audited, toOverride } from './override-view.ts'

interface Change {
  readonly organizationId: string
  /** What is there so far, and goes. */
  readonly before: CapabilityOverride | undefined
  /** What takes its place. */
  readonly after: CapabilityOverride | undefined
}

/** Granting and denying capabilities above the plan. */
export const createOverrides = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['platform']>, 'setOverride' | 'removeOverride'> => {
  const { store, clock, ids, access, audit } = toolbox

  const replace = async (
    writer: Writer,
    caller: Caller,
    { organizationId, before, after }: Change,
  ): Promise<CapabilityEffect> => {
    const from = await readGrounds(writer, organizationId)
    const others = from.overrides.filter(({ id }) => id !== before?.id)
    const to = { ...from, overrides: after === undefined ? others : [...others, after] }
    const effect = await readEffect(writer, toolbox, { from, to })
    if (before !== undefined) await writer.capabilities.deleteOverride(before.id)
    if (after !== undefined) await writer.capabilities.insertOverride(after)
    await audit.record(writer, caller, {
      action: after === undefined ? 'platform.remove_override' : 'platform.set_override',
      organizationId,
      targetKind: 'override',
      targetId: after?.id ?? before?.id ?? null,
      before: before && audited(before),
      after: after && audited(after),
    })
    await suspendWebhooks(toolbox, writer, { caller, organizationId })
    return effect
  }

  return {
    async setOverride(caller, { organizationId, ...input }) {
      const { occasionId, capability, endsAt } = input
      await access.require(caller, 'platform.capabilities.manage', { organizationId, occasionId })
      const now = clock.now()
      if (endsAt !== null && endsAt <= now) throw invalid('/endsAt', 'must be in the future')
      const created = { id: ids.next('ovr'), createdAt: now, createdBy: callerName(caller) }
      const override: CapabilityOverride = { organizationId, ...input, ...created }
      const effect = await store.write(async (writer) => {
        const known = await writer.capabilities.listOverrides(organizationId)
        const before = known.find((one) => one.occasionId === occasionId && one.capability === capability)
        return replace(writer, caller, { organizationId, before, after: override })
      })
      await holdWaiting(toolbox, organizationId)
      return { override: toOverride(override, now), effect }
    },

    async removeOverride(caller, { organizationId, overrideId }) {
      const find = (overrides: readonly CapabilityOverride[]) => overrides.find(({ id }) => id === overrideId)
      const known = find(await store.read.capabilities.listOverrides(organizationId)) ?? null
      await access.require(
        caller,
        'platform.capabilities.manage',
        named(organizationId, 'override', overrideId, known),
      )
      const effect = await store.write(async (writer) => {
        const before = find(await writer.capabilities.listOverrides(organizationId))
        if (before === undefined) throw new PatchbayError('not_found')
        return replace(writer, caller, { organizationId, before, after: undefined })
      })
      await holdWaiting(toolbox, organizationId)
      return { effect }
    },
  }
}
