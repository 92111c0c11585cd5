import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { Action } from './actions.ts'
import { apiKeySchema } from './api-keys.ts'
import { decisionSchema } from './decision.ts'
import {
  attemptSchema,
  batchEventsMax,
  deliveryFilterSchema,
  deliveryListItemSchema,
  eventAcceptedSchema,
  eventDetailSchema,
  eventInputSchema,
} from './events.ts'
import {
  apiKeyIdSchema,
  deliveryIdSchema,
  eventIdSchema,
  organizationIdSchema,
  releaseIdSchema,
  webhookIdSchema,
} from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import {
  discardedSchema,
  discardOptionsSchema,
  releaseOptionsSchema,
  releaseSchema,
  replaysReleasedSchema,
} from './releases.ts'
import { planSchema } from './vocabulary.ts'
import {
  resumeOptionsSchema,
  secretRotationSchema,
  webhookCreatedSchema,
  webhookCreateSchema,
  webhookFilterSchema,
  webhookSchema,
  webhookUpdateSchema,
} from './webhooks.ts'

/** `any_key`: every valid key may ask, whatever its scopes. */
export type TenantAccess = Action | 'any_key'
export interface TenantMeta extends Record<string, unknown> {
  readonly access?: TenantAccess
}

const base = oc.$meta<TenantMeta>({})

/** Starts a route of the tenant API. The access it demands is not optional. */
const route = (access: TenantAccess) => base.meta({ access })

/** The tenant API under `/v1`. The OpenAPI document and the host's routes come from here. */
export const tenantContract = {
  me: route('any_key')
    .route({
      method: 'GET',
      path: '/v1/me',
      summary: 'The key that asks, and what it may do',
      tags: ['Keys'],
    })
    .output(
      z.object({
        key: apiKeySchema,
        organization: z.object({ id: organizationIdSchema, name: z.string(), plan: planSchema }),
        decisions: z.array(decisionSchema),
      }),
    ),
  events: {
    send: route('events.send')
      .route({
        method: 'POST',
        path: '/v1/events',
        successStatus: 202,
        summary: 'Send an event',
        description: 'Answers 202 only when the event and its deliveries are on disk.',
        tags: ['Events'],
      })
      .input(eventInputSchema)
      .output(eventAcceptedSchema),
    sendBatch: route('events.send')
      .route({
        method: 'POST',
        path: '/v1/events/batch',
        successStatus: 202,
        summary: 'Send up to 500 events, all or nothing',
        tags: ['Events'],
      })
      .input(z.object({ events: z.array(eventInputSchema).min(1).max(batchEventsMax) }))
      .output(z.object({ events: z.array(eventAcceptedSchema) })),
    get: route('events.view')
      .route({ method: 'GET', path: '/v1/events/{eventId}', summary: 'Read an event', tags: ['Events'] })
      .input(z.object({ eventId: eventIdSchema }))
      .output(eventDetailSchema),
  },
  deliveries: {
    list: route('deliveries.view')
      .route({ method: 'GET', path: '/v1/deliveries', summary: 'List deliveries', tags: ['Deliveries'] })
      .input(pageInputSchema.extend(deliveryFilterSchema.shape))
      .output(pageOf(deliveryListItemSchema)),
    get: route('deliveries.view')
      .route({
        method: 'GET',
        path: '/v1/deliveries/{deliveryId}',
        summary: 'Read a delivery with its attempts',
        tags: ['Deliveries'],
      })
      .input(z.object({ deliveryId: deliveryIdSchema }))
      .output(deliveryListItemSchema.extend({ attemptList: z.array(attemptSchema) })),
  },
  webhooks: {
    list: route('webhooks.view')
      .route({ method: 'GET', path: '/v1/webhooks', summary: 'List webhooks', tags: ['Webhooks'] })
      .input(pageInputSchema.extend(webhookFilterSchema.shape))
      .output(pageOf(webhookSchema)),
    get: route('webhooks.view')
      .route({
        method: 'GET',
        path: '/v1/webhooks/{webhookId}',
        summary: 'Read a webhook',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }))
      .output(webhookSchema),
    create: route('webhooks.manage')
      .route({
        method: 'POST',
        path: '/v1/webhooks',
        successStatus: 201,
        summary: 'Create a webhook; its signing secret is in this answer only',
        tags: ['Webhooks'],
      })
      .input(webhookCreateSchema)
      .output(webhookCreatedSchema),
    update: route('webhooks.manage')
      .route({
        method: 'PATCH',
        path: '/v1/webhooks/{webhookId}',
        summary: 'Change a webhook',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }).extend(webhookUpdateSchema.shape))
      .output(webhookSchema),
    pause: route('webhooks.manage')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/pause',
        summary: 'Pause a webhook',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }))
      .output(webhookSchema),
    resume: route('webhooks.manage')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/resume',
        summary: 'Resume a webhook; what it holds is sent, oldest first, or kept for a release',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }).extend(resumeOptionsSchema.shape))
      .output(webhookSchema),
    release: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/release',
        summary: 'Let go what a webhook holds, oldest first, so many per second',
        description: '`resume`: a webhook that is not active is resumed in the same moment.',
        tags: ['Releases'],
      })
      .input(z.object({ webhookId: webhookIdSchema }).extend(releaseOptionsSchema.shape))
      .output(releaseSchema),
    releases: route('deliveries.view')
      .route({
        method: 'GET',
        path: '/v1/webhooks/{webhookId}/releases',
        summary: 'Read the latest releases of a webhook, newest first, and how far they are',
        tags: ['Releases'],
      })
      .input(z.object({ webhookId: webhookIdSchema }))
      .output(z.object({ items: z.array(releaseSchema) })),
    releaseReplays: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/release-replays',
        summary: 'Let the held replays of a webhook go on to where they were to go, whatever its state',
        description:
          'A release lets them go, too, but only of an active webhook. Those of an occasion without the capability stay held.',
        tags: ['Releases'],
      })
      .input(z.object({ webhookId: webhookIdSchema }))
      .output(replaysReleasedSchema),
    discard: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/discard',
        summary: 'End what a webhook holds without sending it, for good, with a note that says why',
        description:
          '`deliveryIds`: only these. `reason`: only what is held for it. Without them, all that it holds at the moment.',
        tags: ['Releases'],
      })
      .input(z.object({ webhookId: webhookIdSchema }).extend(discardOptionsSchema.shape))
      .output(discardedSchema),
    rotate: route('webhooks.manage')
      .route({
        method: 'POST',
        path: '/v1/webhooks/{webhookId}/rotate',
        summary: 'Rotate the signing secret of a webhook; the new one is in this answer only',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }).extend(secretRotationSchema.shape))
      .output(webhookCreatedSchema),
    delete: route('webhooks.manage')
      .route({
        method: 'DELETE',
        path: '/v1/webhooks/{webhookId}',
        summary: 'Delete a webhook',
        tags: ['Webhooks'],
      })
      .input(z.object({ webhookId: webhookIdSchema }))
      .output(z.object({ deleted: z.int() })),
  },
  releases: {
    pause: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/releases/{releaseId}/pause',
        summary: 'Pause a release; what it has not released stays held',
        tags: ['Releases'],
      })
      .input(z.object({ releaseId: releaseIdSchema }))
      .output(releaseSchema),
    resume: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/releases/{releaseId}/resume',
        summary: 'Let a paused release go on',
        tags: ['Releases'],
      })
      .input(z.object({ releaseId: releaseIdSchema }))
      .output(releaseSchema),
    cancel: route('deliveries.release')
      .route({
        method: 'POST',
        path: '/v1/releases/{releaseId}/cancel',
        summary: 'End a release; what it has not released stays held',
        tags: ['Releases'],
      })
      .input(z.object({ releaseId: releaseIdSchema }))
      .output(releaseSchema),
  },
  keys: {
    list: route('api_keys.view')
      .route({ method: 'GET', path: '/v1/keys', summary: 'List API keys', tags: ['Keys'] })
      .input(pageInputSchema)
      .output(pageOf(apiKeySchema)),
    revoke: route('api_keys.manage')
      .route({ method: 'DELETE', path: '/v1/keys/{apiKeyId}', summary: 'Revoke an API key', tags: ['Keys'] })
      .input(z.object({ apiKeyId: apiKeyIdSchema }))
      .output(z.object({ revoked: z.int() })),
  },
}
export type TenantContract = typeof tenantContract
