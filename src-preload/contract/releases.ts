import { z } from 'zod'
import { deliveryIdSchema, releaseIdSchema, webhookIdSchema } from './ids.ts'
import { inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'
import { heldReasonSchema, webhookStatusSchema } from './vocabulary.ts'

export const releaseStates = ['running', 'paused', 'done', 'cancelled'] as const
export const releaseStateSchema = z.enum(releaseStates)
export type ReleaseState = z.infer<typeof releaseStateSchema>

/**
 * Held deliveries of a webhook that are let go at a rate, oldest first. It survives a restart, and waits while there is
 * no network or sending is switched off.
 */
export const releaseSchema = z.object({
  id: releaseIdSchema,
  webhookId: webhookIdSchema,
  /** Null: whatever they are held for. */
  reason: heldReasonSchema.nullable(),
  perSecond: z.int(),
  /** How many were held when it began. */
  total: z.int(),
  released: z.int(),
  state: releaseStateSchema,
  /** Why it is paused, as a sentence; null otherwise. */
  stateReason: z.string().nullable(),
  /** What it waits for although it runs, as a sentence; it goes on by itself. Null otherwise. */
  waitsFor: z.string().nullable(),
  createdAt: timeSchema,
  createdBy: z.string(),
  finishedAt: timeSchema.nullable(),
})
export type Release = z.infer<typeof releaseSchema>

/** What is held for one webhook for one reason. */
export const heldGroupSchema = z.object({
  webhookId: webhookIdSchema,
  webhookName: z.string(),
  webhookStatus: webhookStatusSchema,
  reason: heldReasonSchema,
  /** Counted up to `openCountMax`. */
  count: z.int(),
  /** So many of them are replays, counted up to `openCountMax`. */
  replays: z.int(),
  /** When the oldest and the newest of them were made. */
  oldestAt: timeSchema,
  newestAt: timeSchema,
  /** The release of the webhook that is not over; null when there is none. */
  release: releaseSchema.nullable(),
})
export type HeldGroup = z.infer<typeof heldGroupSchema>

export const releasesPerSecondMax = 1_000
/** So many releases of a webhook are told, newest first. */
export const releasesListed = 20

export const releaseOptionsSchema = z.object({
  /** Only what is held for it; whatever it is held for when it is left out. */
  reason: heldReasonSchema.optional(),
  perSecond: z.int().min(1).max(releasesPerSecondMax).default(50),
  resume: z.boolean().optional(),
})

export const replaysReleasedSchema = z.object({ released: z.int() })

export const discardOptionsSchema = z.object({
  /** Only these; all that the webhook holds when they are left out. */
  deliveryIds: z.array(deliveryIdSchema).min(1).max(200).optional(),
  reason: heldReasonSchema.optional(),
  note: z.string().trim().min(1, 'Say why').max(500),
})
export const discardedSchema = z.object({ discarded: z.int() })

const oneRelease = inOrganizationSchema.extend({ releaseId: releaseIdSchema })
const ofWebhook = inOrganizationSchema.extend({ webhookId: webhookIdSchema })

/** The procedures of the held ledger. They are part of the noun `deliveries`. */
export const heldProcedures = {
  /** Everything that is held in an organization or occasion, by webhook and reason. */
  held: procedure('deliveries.view')
    .input(inScopeSchema.extend({ webhookId: webhookIdSchema.optional() }))
    .output(z.array(heldGroupSchema)),
  releases: procedure('deliveries.view').input(ofWebhook).output(z.array(releaseSchema)),
  /**
   * Lets go what is held, oldest first, so many per second. `conflict` while the webhook is not active, while another
   * release of it is not over, and when nothing is held; `switched_off` while sending is. `resume`: a webhook that is
   * not active is resumed in the same moment, so that in an ordered webhook nothing newer comes in between; that asks
   * for the right to manage it, too.
   */
  release: procedure('deliveries.release')
    .input(ofWebhook.extend(releaseOptionsSchema.shape))
    .output(releaseSchema),
  /** In an ordered webhook, what is newer than what it has not released waits, until it is over or cancelled. */
  pauseRelease: procedure('deliveries.release').input(oneRelease).output(releaseSchema),
  /** Goes on where it stopped. Refused as `release` is while its condition does not hold. */
  resumeRelease: procedure('deliveries.release').input(oneRelease).output(releaseSchema),
  /** What was not released stays held. */
  cancelRelease: procedure('deliveries.release').input(oneRelease).output(releaseSchema),
  /**
   * Lets the held replays of a webhook go on to where they were to go, whatever the state of the webhook.
   * `switched_off` and `capability_missing` while nothing may be sent.
   */
  releaseReplays: procedure('deliveries.release').input(ofWebhook).output(replaysReleasedSchema),
  /**
   * Ends held deliveries without sending them: those that are named, or all that the webhook holds at the moment.
   * For good: an event can be sent again by a resend only.
   */
  discard: procedure('deliveries.release')
    .input(ofWebhook.extend(discardOptionsSchema.shape))
    .output(discardedSchema),
}
