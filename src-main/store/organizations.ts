import { type Selectable, sql } from 'kysely'
import { platformOrganizationId } from '#contract/ids.ts'
import type { Plan } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface OrganizationRecord {
  id: string
  name: string
  plan: Plan
}
export interface OccasionRecord {
  id: string
  organizationId: string
  name: string
  venue: string
  startsAt: number
  endsAt: number
  archivedAt: number | null
}

/** The platform's own row is no organization for any of these. */
export interface OrganizationReader {
  get(id: string): Promise<OrganizationRecord | null>
  getByName(name: string): Promise<OrganizationRecord | null>
  /** All of them, by name. */
  list(): Promise<OrganizationRecord[]>
  count(): Promise<number>
  getOccasion(id: string): Promise<OccasionRecord | null>
  /** The occasions of the organizations, by start. */
  listOccasions(organizationIds: readonly string[]): Promise<OccasionRecord[]>
  /** The occasions of an organization, the latest start first, after `after` (the last one seen). */
  pageOccasions(query: {
    organizationId: string
    search?: string
    archived: 'no' | 'only' | 'all'
    after?: Pick<OccasionRecord, 'startsAt' | 'id'>
    limit: number
  }): Promise<OccasionRecord[]>
  /** Webhooks by occasion; where there are none, there is no entry. */
  countWebhooks(organizationId: string, occasionIds: readonly string[]): Promise<Map<string, number>>
}
export interface OrganizationWriter extends OrganizationReader {
  insert(organization: OrganizationRecord & { createdAt: number }): Promise<void>
  setPlan(id: string, plan: Plan): Promise<void>
  insertOccasion(occasion: OccasionRecord & { createdAt: number }): Promise<void>
  updateOccasion(
    id: string,
    changes: Pick<OccasionRecord, 'name' | 'venue' | 'startsAt' | 'endsAt' | 'archivedAt'>,
  ): Promise<void>
}

const toOccasion = (row: Selectable<Tables['occasions']>): OccasionRecord => ({
  id: row.id,
  organizationId: row.organization_id,
  name: row.name,
  venue: row.venue,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  archivedAt: row.archived_at,
})

const organizationText = 'SELECT id, name, plan FROM organizations WHERE id = ? AND id <> ?'
const occasionText = 'SELECT * FROM occasions WHERE id = ?'

export const organizationReader = ({ db, statements }: ReadContext): OrganizationReader => {
  const organizations = db
    .selectFrom('organizations')
    .select(['id', 'name', 'plan'])
    .where('id', '!=', platformOrganizationId)
  return {
    async get(id) {
      const [organization = null] = statements.all<OrganizationRecord>(
        organizationText,
        id,
        platformOrganizationId,
      )
      return organization
    },
    getByName: async (name) => (await organizations.where('name', '=', name).executeTakeFirst()) ?? null,
    list: () => organizations.orderBy('name').execute(),
    async count() {
      const row = await db
        .selectFrom('organizations')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('id', '!=', platformOrganizationId)
        .executeTakeFirstOrThrow()
      return row.count
    },
    async getOccasion(id) {
      const [row] = statements.all<Selectable<Tables['occasions']>>(occasionText, id)
      return row ? toOccasion(row) : null
    },
    async listOccasions(organizationIds) {
      if (organizationIds.length === 0) return []
      const rows = await db
        .selectFrom('occasions')
        .selectAll()
        .where('organization_id', 'in', organizationIds)
        .orderBy('organization_id')
        .orderBy('starts_at')
        .execute()
      return rows.map(toOccasion)
    },
    async pageOccasions({ organizationId, search, archived, after, limit }) {
      let query = db
        .selectFrom('occasions')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .orderBy('starts_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
      if (archived !== 'all') query = query.where('archived_at', archived === 'no' ? 'is' : 'is not', null)
      if (search) {
        const pattern = containing(search)
        query = query.where(
          sql<boolean>`(name LIKE ${pattern} ESCAPE '\\' OR venue LIKE ${pattern} ESCAPE '\\')`,
        )
      }
      if (after) query = query.where(sql<boolean>`(starts_at, id) < (${after.startsAt}, ${after.id})`)
      return (await query.execute()).map(toOccasion)
    },
    async countWebhooks(organizationId, occasionIds) {
      if (occasionIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('webhooks')
        .select((select) => ['occasion_id as id', select.fn.countAll<number>().as('count')])
        .where('organization_id', '=', organizationId)
        .where('occasion_id', 'in', occasionIds)
        .where('deleted_at', 'is', null)
        .groupBy('occasion_id')
        .execute()
      return new Map(rows.flatMap(({ id, count }) => (id === null ? [] : [[id, count]])))
    },
  }
}

export const organizationWriter = (context: WriteContext): OrganizationWriter => ({
  ...organizationReader(context),
  async insert({ id, name, plan, createdAt }) {
    await context.db.insertInto('organizations').values({ id, name, plan, created_at: createdAt }).execute()
    context.changed('organizations')
  },
  async setPlan(id, plan) {
    await context.db.updateTable('organizations').set({ plan }).where('id', '=', id).execute()
    context.changed('organizations')
  },
  async insertOccasion(occasion) {
    await context.db
      .insertInto('occasions')
      .values({
        id: occasion.id,
        organization_id: occasion.organizationId,
        name: occasion.name,
        venue: occasion.venue,
        starts_at: occasion.startsAt,
        ends_at: occasion.endsAt,
        archived_at: occasion.archivedAt,
        created_at: occasion.createdAt,
      })
      .execute()
    context.changed('organizations')
  },
  async updateOccasion(id, { name, venue, startsAt, endsAt, archivedAt }) {
    await context.db
      .updateTable('occasions')
      .set({ name, venue, starts_at: startsAt, ends_at: endsAt, archived_at: archivedAt })
      .where('id', '=', id)
      .execute()
    context.changed('organizations')
  },
})
