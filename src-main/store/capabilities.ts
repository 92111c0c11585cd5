import type { Selectable } from 'kysely'
import type { Capability, OverrideEffect } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

/** A grant or a denial of a capability to an organization, or to one occasion of it. */
export interface CapabilityOverride {
  id: string
  organizationId: string
  occasionId: string | null
  capability: Capability
  effect: OverrideEffect
  /** End of a trial. */
  endsAt: number | null
  note: string
  createdAt: number
  createdBy: string
}

export interface CapabilityReader {
  listOverrides(organizationId: string): Promise<CapabilityOverride[]>
  /** On the organization itself and on this one of its occasions, where one is named. */
  listOverridesAt(organizationId: string, occasionId: string | null): Promise<CapabilityOverride[]>
  /** Those whose end has come by `now` and was not recorded, the earliest first. */
  listEnded(now: number, limit: number): Promise<CapabilityOverride[]>
}
export interface CapabilityWriter extends CapabilityReader {
  insertOverride(override: CapabilityOverride): Promise<void>
  deleteOverride(id: string): Promise<void>
  recordEnd(id: string, at: number): Promise<void>
}

type OverrideRow = Selectable<Tables['capability_overrides']>

const toOverride = (row: OverrideRow): CapabilityOverride => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  capability: row.capability,
  effect: row.effect,
  endsAt: row.ends_at,
  note: row.note,
  createdAt: row.created_at,
  createdBy: row.created_by,
})

// In the words of the index.
const overridesAtText = `SELECT * FROM capability_overrides
  WHERE organization_id = ? AND coalesce(occasion_id, '') IN ('', ?)`

export const capabilityReader = ({ db, statements }: ReadContext): CapabilityReader => ({
  async listOverrides(organizationId) {
    const rows = await db
      .selectFrom('capability_overrides')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .execute()
    return rows.map(toOverride)
  },
  async listOverridesAt(organizationId, occasionId) {
    const rows = statements.all<OverrideRow>(overridesAtText, organizationId, occasionId ?? '')
    return rows.map(toOverride)
  },
  async listEnded(now, limit) {
    const rows = await db
      .selectFrom('capability_overrides')
      .selectAll()
      .where('ends_at', '<=', now)
      .where('end_recorded_at', 'is', null)
      .orderBy('ends_at')
      .limit(limit)
      .execute()
    return rows.map(toOverride)
  },
})

export const capabilityWriter = (context: WriteContext): CapabilityWriter => ({
  ...capabilityReader(context),
  async insertOverride(override) {
    await context.db
      .insertInto('capability_overrides')
      .values({
        id: override.id,
        organization_id: override.organizationId,
        occasion_id: override.occasionId,
        capability: override.capability,
        effect: override.effect,
        ends_at: override.endsAt,
        note: override.note,
        created_at: override.createdAt,
        created_by: override.createdBy,
      })
      .execute()
    context.changed('capabilities')
  },
  async recordEnd(id, at) {
    await context.db
      .updateTable('capability_overrides')
      .set({ end_recorded_at: at })
      .where('id', '=', id)
      .execute()
    context.changed('capabilities')
  },
  async deleteOverride(id) {
    await context.db.deleteFrom('capability_overrides').where('id', '=', id).execute()
    context.changed('capabilities')
  },
})
