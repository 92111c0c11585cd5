import { z } from 'zod'
import { erasureIdSchema, eventIdSchema } from './ids.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'

/** A way into the body of an event: names and numbers of list entries, like `data.guests.0.email`. */
export const fieldPathSchema = z
  .string()
  .trim()
  .min(1, 'Give a path like data.email')
  .max(200)
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'A path looks like data.email')
const valueSchema = z.string().trim().min(3, 'Give at least three characters').max(500)

/**
 * Which events are erased. `field`: the field has the value, in whatever case of its letters; lists on the way are
 * looked through. `anywhere`: some text or number in the body contains it.
 */
export const erasureCriterionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), eventId: eventIdSchema }),
  z.object({ kind: z.literal('field'), path: fieldPathSchema, value: valueSchema }),
  z.object({ kind: z.literal('anywhere'), value: valueSchema }),
])
export type ErasureCriterion = z.infer<typeof erasureCriterionSchema>
export const erasureKindSchema = z.enum(['event', 'field', 'anywhere'])
export type ErasureKind = z.infer<typeof erasureKindSchema>

/** What one call of the dry run found among the events that it looked at. */
export const erasurePlanSchema = z.object({
  looked: z.int(),
  /** Events whose bodies would be erased, and the deliveries of these. */
  events: z.int(),
  deliveries: z.int(),
  /** Of these, what has not ended: it would be discarded, and never arrive. */
  open: z.int(),
  firstAt: timeSchema.nullable(),
  lastAt: timeSchema.nullable(),
  /** Where the next call goes on; null at the end. */
  nextCursor: z.string().nullable(),
})
export type ErasurePlan = z.infer<typeof erasurePlanSchema>

/** So many events one call of the dry run looks at. */
export const erasureLookedMax = 5_000

export const erasureStates = ['running', 'done', 'cancelled'] as const
export const erasureStateSchema = z.enum(erasureStates)
export type ErasureState = z.infer<typeof erasureStateSchema>

/** An erasure that was begun. It goes on after a restart. What it looks for is forgotten when it ends. */
export const erasureSchema = z.object({
  id: erasureIdSchema,
  kind: erasureKindSchema,
  /** Of `field`. */
  path: z.string().nullable(),
  /** `salt:hash`, both hex: SHA-256 of the salt, a line break and the criterion as JSON. Proves it to who knows it. */
  fingerprint: z.string(),
  state: erasureStateSchema,
  looked: z.int(),
  erased: z.int(),
  /** Deliveries that had not ended, and never will arrive. */
  discarded: z.int(),
  /** When the last event that was looked at was accepted; they are looked at oldest first. */
  lookedUntil: timeSchema.nullable(),
  createdAt: timeSchema,
  createdBy: z.string(),
  finishedAt: timeSchema.nullable(),
})
export type Erasure = z.infer<typeof erasureSchema>
export const erasuresListed = 20

const one = inOrganizationSchema.extend({ erasureId: erasureIdSchema })

export const erasuresContract = {
  /** A dry run over a part of the events, oldest first: changes nothing. */
  plan: procedure('settings.manage')
    .input(
      inOrganizationSchema.extend({
        criterion: erasureCriterionSchema,
        cursor: z.string().max(512).optional(),
      }),
    )
    .output(erasurePlanSchema),
  start: procedure('settings.manage')
    .input(inOrganizationSchema.extend({ criterion: erasureCriterionSchema }))
    .output(erasureSchema),
  get: procedure('settings.manage').input(one).output(erasureSchema),
  /** The newest first. */
  list: procedure('settings.manage').input(inOrganizationSchema).output(z.array(erasureSchema)),
  /** What was erased stays erased. */
  cancel: procedure('settings.manage').input(one).output(erasureSchema),
}
