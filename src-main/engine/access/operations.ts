import { actions } from '#contract/actions.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { decide } from './decide.ts'
import { explainedTarget } from './explained.ts'
import type { Principal } from './facts.ts'
import { loadFacts } from './load-facts.ts'
import { readMatrix } from './matrix.ts'
import { placeOf } from './outcome.ts'
import { planRules } from './plan-rules.ts'
import { requireSignedIn } from './signed-in.ts'
import { requireAbout } from './subject.ts'
import { whatIf } from './what-if.ts'

const nobody: Principal = { kind: 'anonymous' }

export const createAccessOperations = (toolbox: Toolbox): Operations<ConsoleContract['access']> => {
  const { store, clock, plans, access } = toolbox

  const factsFor = (principal: Principal, organizationId: string, occasionId: string | null) =>
    loadFacts(store.read, { principal, organizationId, occasionId, now: clock.now(), plans })

  return {
    async mine(caller, { organizationId, occasionId = null }) {
      await requireSignedIn(access, caller, { organizationId, occasionId })
      const { principal } = caller
      const facts = await factsFor(principal, organizationId, occasionId)
      const place = placeOf(organizationId, occasionId)
      return actions.map((action) => decide(principal, action, place, facts))
    },

    async explain(caller, { organizationId, occasionId = null, action, subject, resource }) {
      const place = { organizationId, occasionId }
      const principal = await requireAbout(toolbox, caller, 'access.explain', { ...place, subject })
      return access.decide(principal, action, await explainedTarget(store.read, place, resource))
    },

    async matrix(caller, { organizationId, occasionId = null, ...query }) {
      await access.require(caller, 'access.explain', { organizationId, occasionId })
      return readMatrix(store.read, {
        ...query,
        place: placeOf(organizationId, occasionId),
        facts: await factsFor(nobody, organizationId, occasionId),
      })
    },

    async rules(caller, { organizationId }) {
      await access.require(caller, 'access.explain', { organizationId })
      return planRules(plans)
    },

    async whatIf(caller, { organizationId, occasionId = null, subject, changes, action = null }) {
      const where = { organizationId, occasionId, subject }
      const principal = await requireAbout(toolbox, caller, 'access.explain', where)
      const facts = await factsFor(principal, organizationId, occasionId)
      return whatIf({ principal, place: placeOf(organizationId, occasionId), facts, plans }, changes, action)
    },
  }
}
