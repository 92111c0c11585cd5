import { z } from 'zod'
import { expiryNoticeDays } from '#contract/api-keys.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { createLifecycle } from './lifecycle.ts'
import { requireKey } from './manage.ts'
import { createSave } from './save.ts'
import { createUsage } from './usage.ts'
import { dayMs } from './uses.ts'
import { toApiKey } from './view.ts'

const cursorSchema = z.string().max(64)
const expiringMax = 50

export const createApiKeys = (toolbox: Toolbox): Operations<ConsoleContract['apiKeys']> => {
  const { store, clock, access } = toolbox
  return {
    async list(caller, { organizationId, cursor, limit, ...filter }) {
      await access.require(caller, 'api_keys.view', { organizationId })
      const now = clock.now()
      const beforeId = readCursor(cursor, cursorSchema)
      const query = { organizationId, ...filter, now, beforeId, limit: limit + 1 }
      return toPage(
        await store.read.apiKeys.list(query),
        limit,
        ({ id }) => id,
        (key) => toApiKey(key, now),
      )
    },

    async get(caller, input) {
      return toApiKey(await requireKey(toolbox, caller, 'api_keys.view', input), clock.now())
    },

    async expiring(caller, { organizationId }) {
      await access.require(caller, 'api_keys.view', { organizationId })
      const now = clock.now()
      const until = now + expiryNoticeDays * dayMs
      const limit = expiringMax + 1
      const keys = await store.read.apiKeys.listExpiring({ organizationId, now, until, limit })
      return {
        items: keys.slice(0, expiringMax).map((key) => toApiKey(key, now)),
        more: keys.length > expiringMax,
      }
    },

    ...createUsage(toolbox),
    ...createSave(toolbox),
    ...createLifecycle(toolbox),
  }
}
