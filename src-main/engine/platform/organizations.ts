import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import { occasionIdSchema } from '#contract/ids.ts'
import { capabilities } from '#contract/vocabulary.ts'
import { resolveCapability } from '../access/capability.ts'
import type { CapabilityFacts } from '../access/facts.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { capabilityFacts, readGrounds } from '../suspension/powers.ts'
import { toOverride } from './override-view.ts'

/** The last organization of a page by name. */
export const nameCursorSchema = z.object({ name: z.string().max(200), id: z.string().max(64) })
const occasionCursorSchema = z.object({ startsAt: z.int(), id: occasionIdSchema })

const statesOf = (facts: CapabilityFacts) =>
  capabilities.map((capability) => resolveCapability(capability, facts))

/** The capabilities of organizations and occasions, with what they follow from. */
export const createOrganizationPages = (
  toolbox: Toolbox,
): Pick<Operations<ConsoleContract['platform']>, 'organizations' | 'occasions'> => {
  const { store, clock, access } = toolbox
  return {
    async organizations(caller, { search, cursor, limit }) {
      await access.require(caller, 'platform.capabilities.manage', { organizationId: null })
      const after = readCursor(cursor, nameCursorSchema)
      const { items, nextCursor } = toPage(
        await store.read.platform.pageOrganizations({ search, troubled: false, after, limit: limit + 1 }),
        limit,
        ({ name, id }) => ({ name, id }),
        (organization) => organization,
      )
      const counts = await store.read.platform.count(items.map(({ id }) => id))
      const now = clock.now()
      const described = items.map(async (organization) => {
        const overrides = await store.read.capabilities.listOverrides(organization.id)
        return {
          ...organization,
          capabilities: statesOf(capabilityFacts({ organization, overrides }, null, toolbox)),
          overrides: overrides
            .filter(({ occasionId }) => occasionId === null)
            .map((override) => toOverride(override, now)),
          occasions: 0,
          occasionOverrides: 0,
          suspendedWebhooks: 0,
          ...counts.get(organization.id),
        }
      })
      return { items: await Promise.all(described), nextCursor }
    },

    async occasions(caller, { organizationId, search, cursor, limit }) {
      await access.require(caller, 'platform.capabilities.manage', { organizationId })
      const { organization, overrides } = await readGrounds(store.read, organizationId)
      const after = readCursor(cursor, occasionCursorSchema)
      const page = { organizationId, search, archived: 'all' as const, after, limit: limit + 1 }
      const now = clock.now()
      return toPage(
        await store.read.organizations.pageOccasions(page),
        limit,
        ({ startsAt, id }) => ({ startsAt, id }),
        ({ id, name, startsAt, archivedAt }) => ({
          id,
          name,
          startsAt,
          archivedAt,
          capabilities: statesOf(capabilityFacts({ organization, overrides }, id, toolbox)),
          overrides: overrides
            .filter(({ occasionId }) => occasionId === id)
            .map((override) => toOverride(override, now)),
        }),
      )
    },
  }
}
