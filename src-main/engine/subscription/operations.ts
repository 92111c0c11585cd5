import type { ConsoleContract } from '#contract/console.ts'
import type { PlanChange } from '#contract/organizations.ts'
import { capabilities, type Plan } from '#contract/vocabulary.ts'
import type { Reader } from '#main/store/interface.ts'
import { resolveCapability } from '../access/capability.ts'
import { loadFacts } from '../access/load-facts.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { readEffect } from '../suspension/effect.ts'
import { readGrounds } from '../suspension/powers.ts'
import { holdWaiting, suspendWebhooks } from '../suspension/suspension.ts'

export const createSubscription = (toolbox: Toolbox): Operations<ConsoleContract['subscription']> => {
  const { store, clock, plans, access, audit } = toolbox

  const readChange = async (read: Reader, organizationId: string, plan: Plan): Promise<PlanChange> => {
    if (!plans.some((offer) => offer.plan === plan)) throw invalid('/plan', 'This plan is not offered.')
    const from = await readGrounds(read, organizationId)
    const to = { ...from, organization: { ...from.organization, plan } }
    const effect = await readEffect(read, toolbox, { from, to })
    return { from: from.organization.plan, to: plan, ...effect }
  }

  return {
    async get(caller, { organizationId, occasionId = null }) {
      await access.require(caller, 'subscription.view', { organizationId, occasionId })
      const { principal } = caller
      const facts = await loadFacts(store.read, {
        principal,
        organizationId,
        occasionId,
        now: clock.now(),
        plans,
      })
      if (facts.organization === null) throw new PatchbayError('not_found')
      return {
        plan: facts.organization.plan,
        offers: [...plans],
        capabilities: capabilities.map((capability) => resolveCapability(capability, facts)),
      }
    },

    async preview(caller, { organizationId, plan }) {
      await access.require(caller, 'subscription.view', { organizationId })
      return readChange(store.read, organizationId, plan)
    },

    async change(caller, { organizationId, plan }) {
      await access.require(caller, 'subscription.change', { organizationId })
      const change = await store.write(async (writer) => {
        const told = await readChange(writer, organizationId, plan)
        if (told.from === plan) return told
        await writer.organizations.setPlan(organizationId, plan)
        await audit.record(writer, caller, {
          action: 'subscription.change',
          organizationId,
          targetKind: 'organization',
          targetId: organizationId,
          before: { plan: told.from },
          after: {
            plan,
            gained: told.gained,
            lost: told.lost,
            suspendedWebhooks: told.suspendedWebhooks.total,
            heldDeliveries: told.heldDeliveries,
            affectedApiKeys: told.affectedApiKeys,
          },
        })
        await suspendWebhooks(toolbox, writer, { caller, organizationId })
        return told
      })
      await holdWaiting(toolbox, organizationId)
      return change
    },
  }
}
