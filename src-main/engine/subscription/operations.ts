import type { ConsoleContract } from '#contract/console.ts'
import { capabilities } from '#contract/vocabulary.ts'
import { resolveCapability } from '../access/capability.ts'
import { loadFacts } from '../access/load-facts.ts'
import { PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

export const createSubscription = ({
  store,
  clock,
  plans,
  access,
}: Toolbox): Operations<ConsoleContract['subscription']> => ({
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
})
