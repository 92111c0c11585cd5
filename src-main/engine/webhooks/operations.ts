import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import { named } from '../access/named.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import type { Backlog } from './backlog.ts'
import { askPolicy, normaliseUrl } from './checks.ts'
import { createLifecycle } from './lifecycle.ts'
import { createPreviews } from './previews.ts'
import { createProbes } from './probes.ts'
import { createRotation } from './rotation.ts'
import { createSave } from './save.ts'
import { createTrials } from './trials.ts'
import { viewWebhook, viewWebhooks } from './view.ts'

const cursorSchema = z.string().max(64)

export const createWebhooks = (
  toolbox: Toolbox,
  backlog: Backlog,
): Operations<ConsoleContract['webhooks']> => {
  const trials = createTrials(toolbox)
  const { store, clock, networkPolicy, access } = toolbox
  return {
    async list(caller, { organizationId, occasionId = null, cursor, limit, search, status, failing }) {
      await access.require(caller, 'webhooks.view', { organizationId, occasionId })
      const beforeId = readCursor(cursor, cursorSchema)
      const query = { organizationId, occasionId, search, status, failing, beforeId, limit: limit + 1 }
      const { items, nextCursor } = toPage(
        await store.read.webhooks.list(query),
        limit,
        ({ id }) => id,
        (webhook) => webhook,
      )
      return { items: await viewWebhooks(store.read, items, clock.now()), nextCursor }
    },

    async get(caller, { organizationId, webhookId }) {
      const webhook = await store.read.webhooks.get(webhookId)
      await access.require(caller, 'webhooks.view', named(organizationId, 'webhook', webhookId, webhook))
      return viewWebhook(store.read, webhookId, clock.now())
    },

    async checkUrl(caller, { organizationId, url }) {
      await access.require(caller, 'webhooks.view', { organizationId })
      return askPolicy(store.read, networkPolicy, organizationId, normaliseUrl(url))
    },

    ...createSave(toolbox),
    ...createLifecycle(toolbox, backlog),
    ...createRotation(toolbox),
    ...createPreviews(toolbox),
    ...trials,
    ...createProbes(toolbox, trials),
  }
}
