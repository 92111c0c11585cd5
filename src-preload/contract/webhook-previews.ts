import { z } from 'zod'
import { eventIdSchema, occasionIdSchema } from './ids.ts'
import { timeSchema } from './procedure.ts'
import { contentTypeSchema } from './webhook-options.ts'

/** A condition is tried on at most so many events. */
export const previewedEventsMax = 100
/** Of each event at most so many of the fields are told that the condition asks for … */
export const previewedFieldsMax = 8
/** … and of each value at most so many characters. */
export const previewedTextMax = 80

export const conditionPreviewSchema = z.object({
  /** Newest first; as many as are quickly read. Tests are not among them. */
  events: z.array(
    z.object({
      id: eventIdSchema,
      type: z.string(),
      occasionId: occasionIdSchema.nullable(),
      acceptedAt: timeSchema,
      matched: z.boolean(),
      /** What the condition read, as JSON; null where the field is missing. */
      fields: z.array(z.object({ path: z.string(), value: z.string().nullable() })),
    }),
  ),
  /** How many of them the webhook would get. */
  matched: z.int(),
})
export type ConditionPreview = z.infer<typeof conditionPreviewSchema>

/** A body with what is said of it. */
export const bodySchema = z.object({
  contentType: contentTypeSchema,
  text: z.string(),
  /** As UTF-8. */
  sizeBytes: z.int(),
})

export const shapePreviewSchema = z.object({
  /** Where the body comes from: an accepted event, or the example of its type where there is none yet. */
  source: z.object({
    kind: z.enum(['event', 'example']),
    type: z.string(),
    eventId: eventIdSchema.nullable(),
    acceptedAt: timeSchema.nullable(),
  }),
  before: bodySchema,
  /** What would be sent; null when nothing could be, for the reason in `problem`. */
  after: bodySchema.nullable(),
  problem: z.string().nullable(),
  /** Places of the steps that change nothing here: what they are about is not there. */
  idleSteps: z.array(z.int()),
  /** As they would be sent, but for those of the moment: host, time and signature. */
  headers: z.record(z.string(), z.string()),
})
export type ShapePreview = z.infer<typeof shapePreviewSchema>
