import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import { occasionIdSchema } from '#contract/ids.ts'
import type { ListedOccasion } from '#contract/organizations.ts'
import type { OccasionRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { invalid, PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'

const cursorSchema = z.object({ startsAt: z.int(), id: occasionIdSchema })

type Fields = Pick<OccasionRecord, 'name' | 'venue' | 'startsAt' | 'endsAt'>

const audited = ({ name, venue, startsAt, endsAt, archivedAt }: OccasionRecord) => ({
  name,
  venue,
  startsAt,
  endsAt,
  archivedAt,
})

const requireOrder = ({ startsAt, endsAt }: Fields): void => {
  if (endsAt < startsAt) throw invalid('/endsAt', 'must not be before the start')
}

/** `changes` over `occasion`; what is undefined stays. */
const changed = (occasion: OccasionRecord, changes: Partial<Fields>): OccasionRecord => ({
  ...occasion,
  name: changes.name ?? occasion.name,
  venue: changes.venue ?? occasion.venue,
  startsAt: changes.startsAt ?? occasion.startsAt,
  endsAt: changes.endsAt ?? occasion.endsAt,
})

export const createOccasions = ({
  store,
  clock,
  ids,
  access,
  audit,
}: Toolbox): Operations<ConsoleContract['occasions']> => {
  const view = async (organizationId: string, occasions: OccasionRecord[]): Promise<ListedOccasion[]> => {
    const ofOccasions = occasions.map(({ id }) => id)
    const webhooks = await store.read.organizations.countWebhooks(organizationId, ofOccasions)
    return occasions.map((occasion) => ({ ...occasion, webhooks: webhooks.get(occasion.id) ?? 0 }))
  }

  const viewOne = async (occasion: OccasionRecord): Promise<ListedOccasion> => {
    const [one] = await view(occasion.organizationId, [occasion])
    if (one === undefined) throw new PatchbayError('internal')
    return one
  }

  /** Changes one, for somebody who may, and tells of it unless nothing changed. */
  const change = async (
    caller: Caller,
    target: { organizationId: string; occasionId: string },
    { action, to }: { action: string; to: (before: OccasionRecord) => OccasionRecord },
  ): Promise<ListedOccasion> => {
    const { organizationId, occasionId } = target
    const known = await store.read.organizations.getOccasion(occasionId)
    const owner = known === null ? null : { organizationId: known.organizationId, occasionId }
    await access.require(caller, 'occasions.manage', named(organizationId, 'occasion', occasionId, owner))
    const occasion = await store.write(async (writer) => {
      const before = await writer.organizations.getOccasion(occasionId)
      if (before === null) throw new PatchbayError('not_found')
      const after = to(before)
      requireOrder(after)
      if (JSON.stringify(after) === JSON.stringify(before)) return before
      await writer.organizations.updateOccasion(occasionId, after)
      await audit.record(writer, caller, {
        action,
        organizationId,
        targetKind: 'occasion',
        targetId: occasionId,
        before: audited(before),
        after: audited(after),
      })
      return after
    })
    return viewOne(occasion)
  }

  return {
    async list(caller, { organizationId, cursor, limit, search, archived }) {
      await access.require(caller, 'occasions.view', { organizationId })
      const after = readCursor(cursor, cursorSchema)
      const query = { organizationId, search, archived, after, limit: limit + 1 }
      const { items, nextCursor } = toPage(
        await store.read.organizations.pageOccasions(query),
        limit,
        ({ startsAt, id }) => ({ startsAt, id }),
        (occasion) => occasion,
      )
      return { items: await view(organizationId, items), nextCursor }
    },

    async create(caller, { organizationId, ...fields }) {
      await access.require(caller, 'occasions.manage', { organizationId, kind: 'occasion' })
      requireOrder(fields)
      const occasion = { id: ids.next('occ'), organizationId, ...fields, archivedAt: null }
      await store.write(async (writer) => {
        await writer.organizations.insertOccasion({ ...occasion, createdAt: clock.now() })
        await audit.record(writer, caller, {
          action: 'occasions.create',
          organizationId,
          targetKind: 'occasion',
          targetId: occasion.id,
          after: audited(occasion),
        })
      })
      return viewOne(occasion)
    },

    update: (caller, { organizationId, occasionId, ...changes }) =>
      change(
        caller,
        { organizationId, occasionId },
        { action: 'occasions.update', to: (before) => changed(before, changes) },
      ),

    archive: (caller, target) =>
      change(caller, target, {
        action: 'occasions.archive',
        to: (before) => ({ ...before, archivedAt: before.archivedAt ?? clock.now() }),
      }),

    restore: (caller, target) =>
      change(caller, target, {
        action: 'occasions.restore',
        to: (before) => ({ ...before, archivedAt: null }),
      }),
  }
}
