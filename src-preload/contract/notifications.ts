import { z } from 'zod'
import { organizationIdSchema } from './ids.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'

/** Something that happened by itself and that an admin should know: an operational event, kept for the console. */
export const notificationSchema = z.object({
  /** Counts up; a later one is greater. */
  seq: z.int(),
  /** Null when it is about the installation. */
  organizationId: organizationIdSchema.nullable(),
  organizationName: z.string().nullable(),
  /** The name of the operational event. */
  type: z.string(),
  /** What it is about: the id of a webhook, connection or key, or `installation`. */
  subjectId: z.string(),
  data: z.record(z.string(), z.unknown()),
  /** How often it happened: deliveries that are given up count by webhook and hour. */
  count: z.int(),
  at: timeSchema,
})
export type Notification = z.infer<typeof notificationSchema>

/** The newest that one call tells. */
export const notificationsListed = 100

export const notificationsContract = {
  /** Latest first. Those about keys are told to who may see keys. */
  list: procedure('webhooks.view').input(inOrganizationSchema).output(z.array(notificationSchema)),
  /** Those of all organizations and of the installation. */
  listAll: procedure('platform.webhooks.view').output(z.array(notificationSchema)),
}
