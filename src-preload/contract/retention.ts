import { z } from 'zod'
import { doneSchema, inOrganizationSchema, procedure, timeSchema } from './procedure.ts'
import { openCountMax } from './settings.ts'

/**
 * What is kept for a time and then removed. `events`: events with their deliveries and attempts, once nothing of them
 * waits, is held or is under way. The audit log is not among them: its chain has no gaps.
 */
export const retentionKinds = [
  'events',
  'attempts',
  'response_bodies',
  'key_calls',
  'hourly_counts',
  'connection_history',
] as const
export const retentionKindSchema = z.enum(retentionKinds)
export type RetentionKind = z.infer<typeof retentionKindSchema>

export const retentionDaysMin = 5
export const retentionDaysMax = 90
const daysSchema = z
  .int('Give a whole number of days')
  .min(retentionDaysMin, `At least ${retentionDaysMin} days`)
  .max(retentionDaysMax, `At most ${retentionDaysMax} days`)

export const retentionDaysSchema = z
  .object({
    events: daysSchema,
    attempts: daysSchema,
    response_bodies: daysSchema,
    key_calls: daysSchema,
    hourly_counts: daysSchema,
    connection_history: daysSchema,
  })
  .superRefine(({ events, attempts, response_bodies: bodies }, context) => {
    const refuse = (path: RetentionKind, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (attempts > events) refuse('attempts', 'Attempts go with their events: not longer than these')
    if (bodies > attempts)
      refuse('response_bodies', 'Response bodies go with their attempts: not longer than these')
  })
export type RetentionDays = z.infer<typeof retentionDaysSchema>
export const defaultRetentionDays: RetentionDays = {
  events: 90,
  attempts: 90,
  response_bodies: 30,
  // A little longer than the longest range that is shown of them.
  key_calls: 32,
  hourly_counts: 90,
  connection_history: 90,
}

/** How many rows of each kind; with the events are their deliveries, with `key_calls` the calls by hour and by caller. */
export const removedSchema = z.object({
  events: z.int(),
  deliveries: z.int(),
  attempts: z.int(),
  response_bodies: z.int(),
  key_calls: z.int(),
  hourly_counts: z.int(),
  connection_history: z.int(),
})
export type Removed = z.infer<typeof removedSchema>

export const databaseSizeSchema = z.object({
  fileBytes: z.int(),
  /** Of the write-ahead log beside it. */
  walBytes: z.int(),
  /** In the file and unused; the next writes use it, or it is given back to the disk. */
  unusedBytes: z.int(),
  /** Whether unused space can be given back while everything goes on. Otherwise `patchbay compact` makes it so. */
  givesBack: z.boolean(),
})
export type DatabaseSize = z.infer<typeof databaseSizeSchema>

export const retentionSchema = z.object({
  days: retentionDaysSchema,
  /** The end of the last pass over this organization, and what it removed; null before the first. */
  last: z.object({ at: timeSchema, removed: removedSchema }).nullable(),
  /** A pass that runs at the moment; null when none does. */
  running: z.object({ startedAt: timeSchema, kind: retentionKindSchema, removed: removedSchema }).nullable(),
  /** Of the installation. */
  database: databaseSizeSchema,
  diskFreeBytes: z.int(),
})
export type Retention = z.infer<typeof retentionSchema>

/** How much a retention would remove now. Counted up to `openCountMax` each. */
export const retentionPreviewSchema = z.record(retentionKindSchema, z.int().max(openCountMax))
export type RetentionPreview = z.infer<typeof retentionPreviewSchema>

export const retentionContract = {
  get: procedure('settings.view').input(inOrganizationSchema).output(retentionSchema),
  /** A dry run: changes nothing. */
  preview: procedure('settings.view')
    .input(inOrganizationSchema.extend({ days: retentionDaysSchema }))
    .output(retentionPreviewSchema),
  set: procedure('settings.manage')
    .input(inOrganizationSchema.extend({ days: retentionDaysSchema }))
    .output(doneSchema),
  /** Begins a pass over the organization, or does nothing when one runs already. `get` tells how far it is. */
  run: procedure('settings.manage').input(inOrganizationSchema).output(doneSchema),
}
