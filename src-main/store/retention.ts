import { z } from 'zod'
import {
  defaultRetentionDays,
  type Removed,
  type RetentionDays,
  removedSchema,
  retentionDaysSchema,
} from '#contract/retention.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { type PruningReader, type PruningWriter, pruningReader, pruningWriter } from './pruning.ts'

/** What an earlier version stored may lack a kind. */
const jsonObjectSchema = z.record(z.string(), z.unknown())
const marksSchema = z.object({ attempts: z.string(), response_bodies: z.string() })
/** By kind, the delivery after which the next pass begins. */
export type RetentionMarks = z.infer<typeof marksSchema>

export interface RetentionRecord {
  organizationId: string
  days: RetentionDays
  marks: RetentionMarks
  last: { at: number; removed: Removed } | null
}

export interface RetentionReader extends PruningReader {
  /** Null when nothing was ever set or removed. */
  get(organizationId: string): Promise<RetentionRecord | null>
  /** Of all organizations, that of the platform too. */
  listOrganizationIds(): Promise<string[]>
}
export interface RetentionWriter extends PruningWriter, RetentionReader {
  set(record: RetentionRecord): Promise<void>
}

export const retentionReader = (context: ReadContext): RetentionReader => {
  const { db } = context
  return {
    ...pruningReader(context),
    async get(organizationId) {
      const row = await db
        .selectFrom('retention')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .executeTakeFirst()
      if (row === undefined) return null
      const { days, marks, pruned_at: at, removed } = row
      return {
        organizationId,
        days: retentionDaysSchema.parse({
          ...defaultRetentionDays,
          ...jsonObjectSchema.parse(JSON.parse(days)),
        }),
        marks: marksSchema.parse(JSON.parse(marks)),
        last:
          at === null || removed === null ? null : { at, removed: removedSchema.parse(JSON.parse(removed)) },
      }
    },
    async listOrganizationIds() {
      const rows = await db.selectFrom('organizations').select('id').orderBy('id').execute()
      return rows.map(({ id }) => id)
    },
  }
}

export const retentionWriter = (context: WriteContext): RetentionWriter => ({
  ...retentionReader(context),
  ...pruningWriter(context),
  async set({ organizationId, days, marks, last }) {
    const values = {
      days: JSON.stringify(days),
      marks: JSON.stringify(marks),
      pruned_at: last?.at ?? null,
      removed: last === null ? null : JSON.stringify(last.removed),
    }
    await context.db
      .insertInto('retention')
      .values({ organization_id: organizationId, ...values })
      .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(values))
      .execute()
    context.changed('retention')
  },
})
