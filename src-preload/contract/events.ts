import { z } from 'zod'
import {
  apiKeyIdSchema,
  attemptIdSchema,
  deliveryIdSchema,
  eventIdSchema,
  occasionIdSchema,
  recoveryIdSchema,
  webhookIdSchema,
  webhookSecretIdSchema,
} from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'
import { delayCauseSchema, deliveryDelaySchema, protectionProcedures } from './protection.ts'
import { heldProcedures } from './releases.ts'
import {
  deliveryKindSchema,
  deliveryStatusesSchema,
  deliveryStatusSchema,
  errorClassSchema,
  heldReasonSchema,
} from './vocabulary.ts'
import { contentTypeSchema } from './webhook-options.ts'
import { webhookUrlSchema } from './webhooks.ts'

/** At most this many bytes of JSON for one event (`data` and all around it). */
export const eventBytesMax = 256 * 1024
/** At most this many events in one batch. */
export const batchEventsMax = 500
/** At most this many bytes of JSON for a batch. */
export const batchBytesMax = 8 * 1024 * 1024

export const eventTypeNameSchema = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+$/, 'An event type looks like attendee.registered')

/** What a tenant sends. */
export const eventInputSchema = z.object({
  type: eventTypeNameSchema,
  data: z.record(z.string(), z.unknown()),
  occasionId: occasionIdSchema.optional(),
  /** When it happened, ISO 8601; now when absent. */
  timestamp: z.iso.datetime({ offset: true }).optional(),
  idempotencyKey: z.string().min(1).max(255).optional(),
})
export type EventInput = z.infer<typeof eventInputSchema>

export const eventAcceptedSchema = z.object({ id: eventIdSchema, deliveries: z.int().min(0) })
export type EventAccepted = z.infer<typeof eventAcceptedSchema>

export const eventTypeSchema = z.object({
  name: eventTypeNameSchema,
  group: z.string(),
  description: z.string(),
  schema: z.record(z.string(), z.unknown()),
  example: z.record(z.string(), z.unknown()),
})
export type EventType = z.infer<typeof eventTypeSchema>

/** How many deliveries of an event are in which status. */
export const deliveryCountsSchema = z.object({
  waiting: z.int(),
  sending: z.int(),
  delivered: z.int(),
  exhausted: z.int(),
  held: z.int(),
  discarded: z.int(),
})
export type DeliveryCounts = z.infer<typeof deliveryCountsSchema>

export const eventListItemSchema = z.object({
  id: eventIdSchema,
  type: z.string(),
  occasionId: occasionIdSchema.nullable(),
  /** When it happened. */
  occurredAt: timeSchema,
  acceptedAt: timeSchema,
  apiKeyId: apiKeyIdSchema.nullable(),
  test: z.boolean(),
  sizeBytes: z.int(),
  /** When its body was erased by request; null for all others. */
  erasedAt: timeSchema.nullable(),
  deliveries: deliveryCountsSchema,
})
export type EventListItem = z.infer<typeof eventListItemSchema>

export const eventDetailSchema = eventListItemSchema.extend({
  idempotencyKey: z.string().nullable(),
  apiKeyName: z.string().nullable(),
  /** The exact bytes that are signed and sent, as text. */
  body: z.string(),
})

export const deliveryListItemSchema = z.object({
  id: deliveryIdSchema,
  kind: deliveryKindSchema,
  eventId: eventIdSchema,
  eventType: z.string(),
  webhookId: webhookIdSchema,
  webhookName: z.string(),
  /** Of the webhook; of a replay the address that it went to instead. */
  url: z.string(),
  status: deliveryStatusSchema,
  heldReason: heldReasonSchema.nullable(),
  attempts: z.int(),
  createdAt: timeSchema,
  /** When the next attempt is due; null when there will be none. */
  nextAttemptAt: timeSchema.nullable(),
  /** What keeps it waiting beyond that time; null when nothing does, and while it does not wait. */
  delay: deliveryDelaySchema.nullable(),
  finishedAt: timeSchema.nullable(),
  lastStatusCode: z.int().nullable(),
  lastErrorClass: errorClassSchema.nullable(),
})
export type DeliveryListItem = z.infer<typeof deliveryListItemSchema>

/** Durations in ms; a phase that did not happen (a reused connection has no DNS) is null. */
export const phasesSchema = z.object({
  queueMs: z.number().nullable(),
  dnsMs: z.number().nullable(),
  connectMs: z.number().nullable(),
  tlsMs: z.number().nullable(),
  firstByteMs: z.number().nullable(),
  bodyMs: z.number().nullable(),
})
export type Phases = z.infer<typeof phasesSchema>

export const headersSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

/** A body that was sent in the place of that of the event. */
export const shapedRecordSchema = z.object({
  shapeId: z.string(),
  contentType: contentTypeSchema,
  sizeBytes: z.int(),
  /** Of the bytes that were sent, as hex. */
  sha256: z.string(),
})
export type ShapedRecord = z.infer<typeof shapedRecordSchema>

export const attemptSchema = z.object({
  id: attemptIdSchema,
  number: z.int(),
  startedAt: timeSchema,
  finishedAt: timeSchema,
  url: z.string(),
  statusCode: z.int().nullable(),
  errorClass: errorClassSchema.nullable(),
  /** What went wrong, as a sentence without a secret in it. */
  errorMessage: z.string().nullable(),
  /** Secrets redacted. */
  requestHeaders: headersSchema,
  responseHeaders: headersSchema.nullable(),
  responseBody: z.string().nullable(),
  responseBodyTruncated: z.boolean(),
  remoteAddress: z.string().nullable(),
  tlsVersion: z.string().nullable(),
  tlsCertificateEndsAt: timeSchema.nullable(),
  phases: phasesSchema,
  /** The secrets that signed this attempt. */
  secretIds: z.array(webhookSecretIdSchema),
  /** Absent when the body of the event was sent as it is. */
  shaped: shapedRecordSchema.optional(),
  /** When the next attempt is and why: schedule, jitter, Retry-After. Null when there is none. */
  nextAttemptAt: timeSchema.nullable(),
  nextAttemptReason: z.string().nullable(),
  /** What kept this attempt beyond its time; null when nothing did. */
  delayedBy: delayCauseSchema.nullable(),
})
export type Attempt = z.infer<typeof attemptSchema>

export const deliveryDetailSchema = deliveryListItemSchema.extend({
  occasionId: occasionIdSchema.nullable(),
  /** Of the event. */
  body: z.string(),
  /**
   * The other bodies that attempts have sent, by their SHA-256: made once more from the event and the shape of then.
   * One that does not come out as it was (the event has been erased) is not there.
   */
  shapedBodies: z.record(z.string(), z.string()),
  /** When the body of its event was erased by request; null for all others. */
  erasedAt: timeSchema.nullable(),
  attemptList: z.array(attemptSchema),
})
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>

export const eventFilterSchema = z.object({
  type: z.string().max(128).optional(),
  search: z.string().max(200).optional(),
  /** Only events accepted at or after, and before; ms. */
  since: z.coerce.number().int().min(0).optional(),
  until: z.coerce.number().int().min(0).optional(),
})
export const deliveryFilterSchema = z.object({
  status: deliveryStatusesSchema.optional(),
  /** What is held for this reason. */
  heldReason: heldReasonSchema.optional(),
  webhookId: webhookIdSchema.optional(),
  eventId: eventIdSchema.optional(),
  /** The resends and replays that it made. */
  recoveryId: recoveryIdSchema.optional(),
  /** Only deliveries made at or after, and before; ms. */
  since: z.coerce.number().int().min(0).optional(),
  until: z.coerce.number().int().min(0).optional(),
})

const inOccasion = inScopeSchema.extend(pageInputSchema.shape)

export const eventTypesContract = {
  list: procedure('signed_in').output(z.array(eventTypeSchema)),
}

export const eventsContract = {
  list: procedure('events.view')
    .input(inOccasion.extend(eventFilterSchema.shape))
    .output(pageOf(eventListItemSchema)),
  get: procedure('events.view')
    .input(inOrganizationSchema.extend({ eventId: eventIdSchema }))
    .output(eventDetailSchema),
}

export const deliveriesContract = {
  list: procedure('deliveries.view')
    .input(inOccasion.extend(deliveryFilterSchema.shape))
    .output(pageOf(deliveryListItemSchema)),
  get: procedure('deliveries.view')
    .input(inOrganizationSchema.extend({ deliveryId: deliveryIdSchema }))
    .output(deliveryDetailSchema),
  /** Queues a new delivery of the same event to the same webhook; it carries the same `webhook-id`. */
  resend: procedure('deliveries.resend')
    .input(inOrganizationSchema.extend({ deliveryId: deliveryIdSchema }))
    .output(z.object({ deliveryId: deliveryIdSchema })),
  /**
   * Sends the same body with the same `webhook-id` to another address, signed by the secrets of the webhook. It is
   * tried once, whatever the state of the webhook, and counts for nothing. `conflict` for a connectivity check and
   * when the webhook is deleted; `destination_blocked` by the network policy; `switched_off` while sending is.
   */
  replay: procedure('deliveries.resend')
    .input(inOrganizationSchema.extend({ deliveryId: deliveryIdSchema, url: webhookUrlSchema }))
    .output(z.object({ deliveryId: deliveryIdSchema })),
  ...heldProcedures,
  ...protectionProcedures,
}
