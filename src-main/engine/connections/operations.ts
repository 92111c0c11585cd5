import type { ConsoleContract } from '#contract/console.ts'
import { resolveCapability } from '../access/capability.ts'
import { loadFacts } from '../access/load-facts.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

export const createConnections = ({
  store,
  clock,
  plans,
  connectors,
  access,
}: Toolbox): Operations<ConsoleContract['connections']> => ({
  async list(caller, { organizationId, occasionId = null }) {
    await access.require(caller, 'connections.view', { organizationId, occasionId })
    const { principal } = caller
    const facts = await loadFacts(store.read, {
      principal,
      organizationId,
      occasionId,
      now: clock.now(),
      plans,
    })
    const connections = await store.read.connections.list({ organizationId, occasionId })
    return {
      capability: resolveCapability('api_access', facts),
      connectors: [...connectors],
      connections: connections.map(({ organizationId: _organization, ...connection }) => connection),
    }
  },
})
