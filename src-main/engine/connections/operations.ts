import { z } from 'zod'
import { connectionsListMax } from '#contract/connections.ts'
import type { ConsoleContract } from '#contract/console.ts'
import { resolveCapability } from '../access/capability.ts'
import { loadFacts } from '../access/load-facts.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { createLifecycle } from './lifecycle.ts'
import { createSave } from './save.ts'
import { viewConnections } from './view.ts'

const cursorSchema = z.int().min(0)

export const createConnections = (toolbox: Toolbox): Operations<ConsoleContract['connections']> => {
  const { store, clock, plans, connectors, access } = toolbox
  return {
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
      const found = await store.read.connections.list({
        organizationId,
        occasionId,
        limit: connectionsListMax + 1,
      })
      return {
        capability: resolveCapability('api_access', facts),
        connectors: [...connectors],
        connections: await viewConnections(store.read, connectors, found.slice(0, connectionsListMax)),
        more: found.length > connectionsListMax,
      }
    },

    async history(caller, { organizationId, occasionId = null, connectorId, cursor, limit }) {
      await access.require(caller, 'connections.view', { organizationId, occasionId })
      const beforeSeq = readCursor(cursor, cursorSchema)
      const query = { organizationId, occasionId, connectorId, beforeSeq, limit: limit + 1 }
      return toPage(
        await store.read.connections.listHistory(query),
        limit,
        ({ seq }) => seq,
        ({ seq: _seq, organizationId: _organization, ...entry }) => entry,
      )
    },

    ...createSave(toolbox),
    ...createLifecycle(toolbox),
  }
}
