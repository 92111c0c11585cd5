import { z } from 'zod'
import { deliveryIdSchema, releaseIdSchema } from './ids.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'

export const breakerStates = ['closed', 'open', 'probing'] as const
export type BreakerState = (typeof breakerStates)[number]

/**
 * The circuit breaker of an endpoint. Open, nothing is sent to it, and nothing uses up an attempt; one delivery goes as
 * a probe after a while, and decides.
 */
export const breakerSchema = z.object({
  state: z.enum(breakerStates),
  openedAt: timeSchema.nullable(),
  /** When one delivery may go out as a probe; null while none is to come. */
  nextProbeAt: timeSchema.nullable(),
  /** So many of `requests` had failed when it opened; 0 while it is closed. */
  failed: z.int(),
  requests: z.int(),
})
export type Breaker = z.infer<typeof breakerSchema>

/** The delivery of an ordered webhook that failed and keeps those behind it waiting. */
export const blockingDeliverySchema = z.object({
  deliveryId: deliveryIdSchema,
  attempts: z.int(),
  /** Null while it is being sent. */
  nextAttemptAt: timeSchema.nullable(),
  /** How many wait behind it, counted up to `openCountMax`. */
  waiting: z.int(),
})
export type BlockingDelivery = z.infer<typeof blockingDeliverySchema>

/** A paused release of an ordered webhook: what is newer than the oldest that it has not released waits for it. */
export const pausedReleaseSchema = z.object({
  releaseId: releaseIdSchema,
  /** The oldest that it has not released. */
  oldestHeldId: deliveryIdSchema,
  /** Why it is paused, as a sentence. */
  reason: z.string().nullable(),
  /** How many wait for it, counted up to `openCountMax`. */
  waiting: z.int(),
})
export type PausedRelease = z.infer<typeof pausedReleaseSchema>

/** The token endpoint of a webhook has asked to be left alone: nothing is sent meanwhile, and no attempt is used up. */
export const tokenPauseSchema = z.object({
  until: timeSchema,
  /** What the endpoint answered, as a sentence. */
  reason: z.string(),
})
export type TokenPause = z.infer<typeof tokenPauseSchema>

/**
 * What keeps a delivery waiting beyond its time: the token endpoint of its webhook, the open breaker, one before it in
 * the order that failed, a paused release with something older, or the limited rate.
 */
export const waitCauses = ['token', 'breaker', 'order', 'release', 'throttle'] as const
export type WaitCause = (typeof waitCauses)[number]
export const deliveryDelaySchema = z.object({
  cause: z.enum(waitCauses),
  /**
   * When it may go on; of a breaker when the next probe may go out, which may be before the delivery is due. Null when
   * that depends on others: a probe that is under way, or a person.
   */
  until: timeSchema.nullable(),
})
export type DeliveryDelay = z.infer<typeof deliveryDelaySchema>

/**
 * What made an attempt later than it was due: the open breaker, the throttle, one before it in the order, or the token
 * endpoint, which gave no token and is left alone for a while.
 */
export const delayCauses = ['breaker', 'throttle', 'order', 'token'] as const
export const delayCauseSchema = z.enum(delayCauses)
export type DelayCause = z.infer<typeof delayCauseSchema>

/** The procedures of endpoint protection. They are part of the noun `deliveries`. */
export const protectionProcedures = {
  /**
   * Ends the delivery that keeps those behind it waiting, without delivering it. For good: its event can be sent again
   * by a resend only. `conflict` when it blocks nothing: the webhook is not ordered, or the delivery is not its first.
   */
  skip: procedure('deliveries.release')
    .input(
      inOrganizationSchema.extend({
        deliveryId: deliveryIdSchema,
        reason: z.string().trim().min(1, 'Say why').max(500),
      }),
    )
    .output(z.object({ deliveryId: deliveryIdSchema })),
}
