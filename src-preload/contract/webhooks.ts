import { z } from 'zod'
import {
  deliveryIdSchema,
  eventIdSchema,
  occasionIdSchema,
  webhookIdSchema,
  webhookSecretIdSchema,
} from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'
import { blockingDeliverySchema, breakerSchema, pausedReleaseSchema, tokenPauseSchema } from './protection.ts'
import { webhookStatusSchema } from './vocabulary.ts'
import { certificateSchema, credentialChangesSchema, credentialSchema } from './webhook-credentials.ts'
import { conditionSchema, customHeadersSchema, shapeSchema, webhookOptionsSchema } from './webhook-options.ts'
import { conditionPreviewSchema, shapePreviewSchema } from './webhook-previews.ts'
import { webhookFailingSchema, webhookProbeSchema } from './webhook-probes.ts'

/** A name of an event type (`attendee.registered`), a prefix (`attendee.*`), or `*` for all. */
export const eventPatternSchema = z
  .string()
  .regex(
    /^(\*|[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*(\.\*)?)$/,
    'Use an event name like attendee.registered, a prefix like attendee.*, or *',
  )
  .max(128)

export const webhookUrlSchema = z
  .string()
  .trim()
  .max(2048)
  .pipe(z.url({ protocol: /^https?$/, error: 'Give an http or https address' }))

/** At most so many attempts, and none later than this after the one before it. */
export const attemptsMax = 25
export const delayMsMax = 24 * 3_600_000

/** The delay before each attempt, ms; as many attempts as there are delays. The first one is made at once. */
export const scheduleSchema = z
  .array(z.int().min(0).max(delayMsMax, 'At most 24 hours'))
  .min(1, 'Give at least one attempt')
  .max(attemptsMax, `At most ${attemptsMax} attempts`)

/** `hmac`: a secret that both sides know (`whsec_…`). `ed25519`: a private key that never leaves, and a public one. */
export const signatureAlgorithms = ['hmac', 'ed25519'] as const
export const signatureAlgorithmSchema = z.enum(signatureAlgorithms)
export type SignatureAlgorithm = z.infer<typeof signatureAlgorithmSchema>

export const webhookSecretSchema = z.object({
  id: webhookSecretIdSchema,
  algorithm: signatureAlgorithmSchema,
  /** The last four characters of the secret, or of the public key: enough to tell two apart. */
  tail: z.string(),
  /** `whpk_…`, for the receiver and no secret; null for `hmac`. */
  publicKey: z.string().nullable(),
  createdAt: timeSchema,
  /** Set on an older secret that still signs along. */
  expiresAt: timeSchema.nullable(),
})
export type WebhookSecret = z.infer<typeof webhookSecretSchema>

export const webhookSchema = z.object({
  id: webhookIdSchema,
  occasionId: occasionIdSchema.nullable(),
  name: z.string(),
  url: z.string(),
  events: z.array(eventPatternSchema),
  status: webhookStatusSchema,
  statusReason: z.string().nullable(),
  statusChangedAt: timeSchema.nullable(),
  timeoutMs: z.int(),
  concurrency: z.int(),
  scheduleMs: scheduleSchema.nullable(),
  options: webhookOptionsSchema,
  /** Those that are set; their values are never shown. */
  credentials: z.array(credentialSchema),
  /** Of `options`, read for people. */
  certificates: z.object({ ca: z.array(certificateSchema), client: certificateSchema.nullable() }),
  createdAt: timeSchema,
  createdBy: z.string(),
  /** Those that sign at the moment, newest first. */
  secrets: z.array(webhookSecretSchema),
  /** `delivered` and `failedAttempts` of the last 24 hours; `waiting` and `held` of now, up to `openCountMax`. */
  recent: z.object({ delivered: z.int(), failedAttempts: z.int(), waiting: z.int(), held: z.int() }),
  lastAttemptAt: timeSchema.nullable(),
  lastSuccessAt: timeSchema.nullable(),
  /** Null while its latest attempt that counts succeeded, and while it is not active. */
  failing: webhookFailingSchema.nullable(),
  /** The latest probe, whatever came of it. */
  probe: webhookProbeSchema.nullable(),
  breaker: breakerSchema,
  /** Null while a token may be asked for, and for webhooks that need none. */
  tokenPause: tokenPauseSchema.nullable(),
  /** Of an ordered webhook, while its first delivery has failed and is tried again; null otherwise. */
  blockedBy: blockingDeliverySchema.nullable(),
  /** Of an ordered webhook, while deliveries wait for it: until it is resumed and over, or cancelled. Null otherwise. */
  pausedRelease: pausedReleaseSchema.nullable(),
})
export type Webhook = z.infer<typeof webhookSchema>

const webhookFields = {
  name: z.string().trim().min(1, 'Give the webhook a name').max(80),
  url: webhookUrlSchema,
  events: z.array(eventPatternSchema).min(1, 'Choose at least one event').max(50),
  timeoutMs: z.int().min(1_000).max(30_000),
  concurrency: z.int().min(1).max(64),
  /** Null: the standard one. */
  scheduleMs: scheduleSchema
    .refine(([firstMs]) => firstMs === 0, {
      path: [0],
      error: 'The first attempt is made at once: begin with 0',
    })
    .nullable(),
  /** Those that are given change; the others stay as they are. */
  options: webhookOptionsSchema.partial(),
  credentials: credentialChangesSchema,
}

export const webhookCreateSchema = z.object({
  occasionId: occasionIdSchema.nullish(),
  name: webhookFields.name.optional(),
  url: webhookFields.url,
  events: webhookFields.events,
  timeoutMs: webhookFields.timeoutMs.default(15_000),
  concurrency: webhookFields.concurrency.default(16),
  scheduleMs: webhookFields.scheduleMs.default(null),
  options: webhookFields.options.optional(),
  credentials: webhookFields.credentials.optional(),
  /** Of its first secret; `hmac` when it is left out. */
  algorithm: signatureAlgorithmSchema.optional(),
  /** It begins paused: its events are held until it is resumed. */
  startPaused: z.boolean().optional(),
})
export const webhookUpdateSchema = z.object(webhookFields).partial()

/** At most so many secrets of a webhook sign at once. */
export const liveSecretsMax = 5
export const overlapHoursMax = 7 * 24

export const secretRotationSchema = z.object({
  /** The secrets before it sign along for so long; 0: they end at once. */
  overlapHours: z.int().min(0).max(overlapHoursMax).default(24),
  /** Rotate although a secret of an earlier rotation still signs along. */
  force: z.boolean().default(false),
  /** Of the new secret; that of the newest one when it is left out. */
  algorithm: signatureAlgorithmSchema.optional(),
})

/** The only time that a signing secret leaves the program; null for ed25519, whose private key never does. */
export const webhookCreatedSchema = z.object({ webhook: webhookSchema, secret: z.string().nullable() })

export const webhookFilterSchema = z.object({
  search: z.string().max(200).optional(),
  status: webhookStatusSchema.optional(),
})

/** What the network policy says about a URL, and why. */
export const urlVerdictSchema = z.object({
  allowed: z.boolean(),
  /** The sentence for the person: which address, which range or rule decided. */
  reason: z.string(),
  addresses: z.array(z.string()),
})

/** The events that a webhook would get: those that match one of its patterns. Without any: all. */
const previewSchema = z.object({ events: z.array(eventPatternSchema).max(50).default(['*']) })
export const conditionPreviewInputSchema = previewSchema.extend({ condition: conditionSchema.nullable() })
export const shapePreviewInputSchema = previewSchema.extend({
  shape: shapeSchema.nullable(),
  headers: customHeadersSchema.default([]),
  eventId: eventIdSchema.optional(),
})

export const resumeOptionsSchema = z.object({
  /** What is held stays held until it is released. */
  keepHeld: z.boolean().optional(),
})

const oneWebhook = inOrganizationSchema.extend({ webhookId: webhookIdSchema })

export const webhooksContract = {
  list: procedure('webhooks.view')
    .input(
      inScopeSchema
        .extend(pageInputSchema.shape)
        .extend(webhookFilterSchema.shape)
        // Only active ones whose latest attempt has failed.
        .extend({ failing: z.boolean().optional() }),
    )
    .output(pageOf(webhookSchema)),
  get: procedure('webhooks.view').input(oneWebhook).output(webhookSchema),
  create: procedure('webhooks.manage')
    .input(inOrganizationSchema.extend(webhookCreateSchema.shape))
    .output(webhookCreatedSchema),
  update: procedure('webhooks.manage')
    .input(oneWebhook.extend(webhookUpdateSchema.shape))
    .output(webhookSchema),
  pause: procedure('webhooks.manage').input(oneWebhook).output(webhookSchema),
  /** Active again; its held deliveries wait for their turn, oldest first, unless they are kept for a release. */
  resume: procedure('webhooks.manage')
    .input(oneWebhook.extend(resumeOptionsSchema.shape))
    .output(webhookSchema),
  delete: procedure('webhooks.manage')
    .input(inOrganizationSchema.extend({ webhookIds: z.array(webhookIdSchema).min(1).max(200) }))
    .output(z.object({ deleted: z.int() })),
  /**
   * Makes a secret that signs from now on, beside the older ones until their overlap ends. `conflict` while one of an
   * earlier rotation signs along, unless forced; always when `liveSecretsMax` would be exceeded.
   */
  rotateSecret: procedure('webhooks.manage')
    .input(oneWebhook.extend(secretRotationSchema.shape))
    .output(webhookCreatedSchema),
  /** The older secrets sign along for so long from now; none ends earlier than it would have. `conflict` without any. */
  extendOverlap: procedure('webhooks.manage')
    .input(oneWebhook.extend({ overlapHours: z.int().min(1).max(overlapHoursMax) }))
    .output(webhookSchema),
  /** Only the newest secret signs from now on. `conflict` when no older one signs along. */
  endOverlap: procedure('webhooks.manage').input(oneWebhook).output(webhookSchema),
  /** Queues a signed test event through the real pipeline; the attempt appears on the delivery. */
  sendTest: procedure('webhooks.manage')
    .input(
      oneWebhook.extend({
        eventType: z.string().max(128),
        data: z.record(z.string(), z.unknown()).optional(),
        /** Shows during a rotation whether the receiver knows the new secret: the older ones do not sign along. */
        newestSecretOnly: z.boolean().optional(),
      }),
    )
    .output(z.object({ deliveryId: deliveryIdSchema })),
  /** Queues the small unsigned POST that only shows whether the address answers. */
  checkConnectivity: procedure('webhooks.manage')
    .input(oneWebhook)
    .output(z.object({ deliveryId: deliveryIdSchema })),
  /**
   * Queues one real request to a webhook that is not active: the event of its oldest held delivery, or an example. The
   * webhook is resumed when it is answered with 2xx, and what is held for its state goes out. `conflict` while it is
   * active, and while another probe is under way.
   */
  probeAndResume: procedure('webhooks.manage').input(oneWebhook).output(webhookSchema),
  /** What the network policy would say on save, test and delivery. */
  checkUrl: procedure('webhooks.view')
    .input(inOrganizationSchema.extend({ url: webhookUrlSchema }))
    .output(urlVerdictSchema),
  /** Which of the newest events a webhook with this condition would get; null asks nothing. */
  previewCondition: procedure('webhooks.view')
    .input(inScopeSchema.extend(conditionPreviewInputSchema.shape))
    .output(conditionPreviewSchema),
  /** What a webhook with this shape and these headers would send: of the event, of the newest one, or of an example. */
  previewShape: procedure('webhooks.view')
    .input(inScopeSchema.extend(shapePreviewInputSchema.shape))
    .output(shapePreviewSchema),
}
