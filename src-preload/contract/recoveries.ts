import { z } from 'zod'
import { deliveryIdSchema, recoveryIdSchema, webhookIdSchema } from './ids.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'
import { webhookUrlSchema } from './webhooks.ts'

/** Deliveries that ended without being delivered. What is held is released instead. */
export const recoverableStatuses = ['exhausted', 'discarded'] as const
export const recoverableStatusSchema = z.enum(recoverableStatuses)
export type RecoverableStatus = z.infer<typeof recoverableStatusSchema>

const recoveryFilter = {
  webhookId: webhookIdSchema,
  /** Deliveries that were made at or after, and before; ms. */
  since: timeSchema,
  until: timeSchema,
  statuses: z.array(recoverableStatusSchema).min(1).max(recoverableStatuses.length),
  /** Names of event types; all when absent. */
  eventTypes: z.array(z.string().max(128)).min(1).max(50).optional(),
}

/** Where to; to the webhook when it is absent. */
const toAddress = { url: webhookUrlSchema.optional() }

/** What a recovery would send: events whose newest delivery to the webhook ended badly, and that never arrived. */
export const recoveryPlanSchema = z.object({
  /** Counted up to `openCountMax`. */
  count: z.int(),
  /** Of the first and the last delivery; null when there is none. */
  firstAt: timeSchema.nullable(),
  lastAt: timeSchema.nullable(),
  /** How many fit the filter too, and are left out: delivered meanwhile, or sent again already. */
  leftOut: z.int(),
  /** How long it takes about, by the latest attempts at the address; null when there were none. */
  estimatedMs: z.int().nullable(),
})
export type RecoveryPlan = z.infer<typeof recoveryPlanSchema>

/** `canary`: one delivery was sent, and its outcome decides whether the others follow. */
export const recoveryStates = ['canary', 'running', 'paused', 'done', 'cancelled'] as const
export const recoveryStateSchema = z.enum(recoveryStates)
export type RecoveryState = z.infer<typeof recoveryStateSchema>

/**
 * Deliveries of a webhook that are sent again as resends or replays, oldest first. It survives a restart, and waits while
 * there is no network or sending is switched off.
 */
export const recoverySchema = z.object({
  id: recoveryIdSchema,
  webhookId: webhookIdSchema,
  since: timeSchema,
  until: timeSchema,
  statuses: z.array(recoverableStatusSchema),
  eventTypes: z.array(z.string()).nullable(),
  /** Another address that they are replayed to, each tried once; null: they are resent to the webhook. */
  url: z.string().nullable(),
  state: recoveryStateSchema,
  /** Why it is paused, as a sentence; null otherwise. */
  stateReason: z.string().nullable(),
  /** What it waits for although it runs, as a sentence; it goes on by itself. Null otherwise. */
  waitsFor: z.string().nullable(),
  canaryDeliveryId: deliveryIdSchema.nullable(),
  /** As planned at the start, up to `openCountMax`. */
  total: z.int(),
  /** Resends or replays that were made so far. */
  queued: z.int(),
  /** What became of the newest `openCountMax` of them. */
  delivered: z.int(),
  failed: z.int(),
  underWay: z.int(),
  createdAt: timeSchema,
  createdBy: z.string(),
  /** When the last resend was made, or it was cancelled. */
  finishedAt: timeSchema.nullable(),
})
export type Recovery = z.infer<typeof recoverySchema>

/** So many resends are made each second, while fewer than `recoveryWaitingMax` wait for the webhook. */
export const recoveredPerSecond = 100
export const recoveryWaitingMax = 500
export const recoveriesListed = 20

const one = inOrganizationSchema.extend({ recoveryId: recoveryIdSchema })

export const recoveriesContract = {
  /** A dry run: changes nothing. */
  plan: procedure('deliveries.recover')
    .input(inOrganizationSchema.extend(recoveryFilter).extend(toAddress))
    .output(recoveryPlanSchema),
  /**
   * `conflict` while the webhook is not active, while another recovery of it is not over, and when nothing fits;
   * `switched_off` while sending is. To another address it goes whatever the state of the webhook, as far as the
   * network policy lets it; what arrives there does not count as delivered.
   */
  start: procedure('deliveries.recover')
    .input(
      inOrganizationSchema
        .extend(recoveryFilter)
        .extend(toAddress)
        .extend({ canary: z.boolean().default(true) }),
    )
    .output(recoverySchema),
  get: procedure('deliveries.view').input(one).output(recoverySchema),
  list: procedure('deliveries.view')
    .input(inOrganizationSchema.extend({ webhookId: webhookIdSchema }))
    .output(z.array(recoverySchema)),
  pause: procedure('deliveries.recover').input(one).output(recoverySchema),
  /** Goes on where it stopped, without another canary. */
  resume: procedure('deliveries.recover').input(one).output(recoverySchema),
  /** What was sent stays sent. */
  cancel: procedure('deliveries.recover').input(one).output(recoverySchema),
}
