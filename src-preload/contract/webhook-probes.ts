import { z } from 'zod'
import { deliveryIdSchema } from './ids.ts'
import { timeSchema } from './procedure.ts'

/** `timed_out`: nobody sent it in time. `cancelled`: the webhook became active or was deleted meanwhile. */
export const probeStates = ['running', 'passed', 'failed', 'timed_out', 'cancelled'] as const
export const probeStateSchema = z.enum(probeStates)
export type ProbeState = z.infer<typeof probeStateSchema>

/** One real request to a webhook that gets nothing at the moment. It is resumed when the answer is 2xx. */
export const webhookProbeSchema = z.object({
  state: probeStateSchema,
  /** What it sends: a test delivery, with the event of the oldest held delivery where there is one. */
  deliveryId: deliveryIdSchema,
  startedAt: timeSchema,
  startedBy: z.string(),
  finishedAt: timeSchema.nullable(),
})
export type WebhookProbe = z.infer<typeof webhookProbeSchema>

/** A webhook of which every attempt failed lately, on its way to being disabled. */
export const webhookFailingSchema = z.object({
  since: timeSchema,
  consecutiveFailures: z.int(),
  /** How long it has been failing, without the time in which nothing could be sent. */
  failingMs: z.int(),
  /** It is disabled with the first failure after so long. */
  disableAfterMs: z.int(),
  /** When that is, if the machine stays online. */
  disabledAt: timeSchema,
})
export type WebhookFailing = z.infer<typeof webhookFailingSchema>
