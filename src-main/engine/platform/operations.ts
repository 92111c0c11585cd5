import type { ConsoleContract } from '#contract/console.ts'
import { webhookIdSchema } from '#contract/ids.ts'
import type { PlatformWebhook } from '#contract/platform.ts'
import type { WebhookAnywhere } from '#main/store/interface.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { viewWebhooks } from '../webhooks/view.ts'
import { createOrganizationPages, nameCursorSchema } from './organizations.ts'
import { createOverrides } from './overrides.ts'
import { expiringSoonMs } from './soon.ts'
import { createSwitches } from './switches.ts'

const recentMs = 24 * 3_600_000

/** What platform admins see and decide across organizations. */
export const createPlatform = (toolbox: Toolbox): Operations<ConsoleContract['platform']> => {
  const { store, clock, access } = toolbox

  const viewAnywhere = async (webhooks: WebhookAnywhere[]): Promise<PlatformWebhook[]> => {
    const views = await viewWebhooks(store.read, webhooks, clock.now())
    const byId = new Map(views.map((view) => [view.id, view]))
    return webhooks.flatMap(({ id, organizationId, organizationName, occasionName, ...webhook }) => {
      const view = byId.get(id)
      const { failingSince, consecutiveFailures } = webhook
      if (view === undefined) return []
      return [{ ...view, organizationId, organizationName, occasionName, failingSince, consecutiveFailures }]
    })
  }

  return {
    ...createOrganizationPages(toolbox),
    ...createOverrides(toolbox),
    ...createSwitches(toolbox),

    async integrations(caller, { search, troubled, cursor, limit }) {
      await access.require(caller, 'platform.integrations.view', { organizationId: null })
      const after = readCursor(cursor, nameCursorSchema)
      const { items, nextCursor } = toPage(
        await store.read.platform.pageOrganizations({ search, troubled, after, limit: limit + 1 }),
        limit,
        ({ name, id }) => ({ name, id }),
        (organization) => organization,
      )
      const now = clock.now()
      const health = await store.read.platform.readHealth(
        items.map(({ id }) => id),
        { now, soonAt: now + expiringSoonMs, since: now - recentMs },
      )
      const described = items.map(async ({ id, name, plan }) => {
        const { waiting, held } = await store.read.overview.readStatus({
          organizationId: id,
          occasionId: null,
        })
        const numbers = health.get(id)
        if (numbers === undefined) return []
        return [{ organizationId: id, organizationName: name, plan, ...numbers, waiting, held }]
      })
      return { items: (await Promise.all(described)).flat(), nextCursor }
    },

    async webhooks(caller, { search, organizationId, status, failing, cursor, limit }) {
      await access.require(caller, 'platform.webhooks.view', { organizationId: organizationId ?? null })
      const beforeId = readCursor(cursor, webhookIdSchema)
      const query = { search, organizationId, status, failing, beforeId, limit: limit + 1 }
      const { items, nextCursor } = toPage(
        await store.read.platform.pageWebhooks(query),
        limit,
        ({ id }) => id,
        (webhook) => webhook,
      )
      return { items: await viewAnywhere(items), nextCursor }
    },
  }
}
