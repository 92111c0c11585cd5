import { z } from 'zod'
import { deliveryDetailSchema, deliveryListItemSchema, eventTypeSchema } from './events.ts'
import {
  deliveryIdSchema,
  networkRuleIdSchema,
  occasionIdSchema,
  organizationIdSchema,
  overrideIdSchema,
  webhookIdSchema,
} from './ids.ts'
import { capabilityEffectSchema, capabilityStateSchema } from './organizations.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { doneSchema, inOrganizationSchema, procedure, timeSchema } from './procedure.ts'
import { networkRuleSchema, networkRuleTargetSchema } from './settings.ts'
import {
  capabilitySchema,
  deliveryStatusesSchema,
  killSwitchSchema,
  overrideEffectSchema,
  planSchema,
  webhookStatusSchema,
} from './vocabulary.ts'
import { conditionPreviewSchema, shapePreviewSchema } from './webhook-previews.ts'
import {
  conditionPreviewInputSchema,
  shapePreviewInputSchema,
  webhookCreatedSchema,
  webhookCreateSchema,
  webhookSchema,
  webhookUpdateSchema,
} from './webhooks.ts'

const searchedPage = z.object(pageInputSchema.shape).extend({ search: z.string().trim().max(200).optional() })
const reasonSchema = z.string().trim().min(1, 'Say why').max(300)

/** A grant or denial above the plan. One whose end has come stays listed and speaks no more. */
export const overrideSchema = z.object({
  id: overrideIdSchema,
  occasionId: occasionIdSchema.nullable(),
  capability: capabilitySchema,
  effect: overrideEffectSchema,
  /** End of a trial; null has none. */
  endsAt: timeSchema.nullable(),
  ended: z.boolean(),
  note: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
})
export type Override = z.infer<typeof overrideSchema>

export const platformOrganizationSchema = z.object({
  id: organizationIdSchema,
  name: z.string(),
  plan: planSchema,
  /** Of the organization itself. */
  capabilities: z.array(capabilityStateSchema),
  /** On the organization itself. */
  overrides: z.array(overrideSchema),
  occasions: z.int(),
  /** On its occasions: `platform.occasions` shows them. */
  occasionOverrides: z.int(),
  suspendedWebhooks: z.int(),
})
export type PlatformOrganization = z.infer<typeof platformOrganizationSchema>

export const platformOccasionSchema = z.object({
  id: occasionIdSchema,
  name: z.string(),
  startsAt: timeSchema,
  archivedAt: timeSchema.nullable(),
  capabilities: z.array(capabilityStateSchema),
  overrides: z.array(overrideSchema),
})
export type PlatformOccasion = z.infer<typeof platformOccasionSchema>

/** Who turned a switch off, when and why. */
export const switchedOffSchema = z.object({ reason: z.string(), by: z.string(), at: timeSchema })

export const switchStateSchema = z.object({
  name: killSwitchSchema,
  /** For everybody; null while it is on. */
  platform: switchedOffSchema.nullable(),
  /** The organizations for which it is off, latest first, up to 200 of them. */
  organizations: z.array(
    switchedOffSchema.extend({ organizationId: organizationIdSchema, organizationName: z.string() }),
  ),
  /** For how many organizations it is off. */
  organizationsOff: z.int(),
})
export type SwitchState = z.infer<typeof switchStateSchema>

/** One switch, for an organization or (null) for everybody. */
const oneSwitch = z.object({ name: killSwitchSchema, organizationId: organizationIdSchema.nullable() })

/** How an organization is connected, in numbers. */
export const integrationHealthSchema = z.object({
  organizationId: organizationIdSchema,
  organizationName: z.string(),
  plan: planSchema,
  connections: z.object({
    enabled: z.int(),
    disabled: z.int(),
    /** Enabled ones whose latest check failed. */
    failing: z.int(),
  }),
  apiKeys: z.object({
    active: z.int(),
    /** Of these, expiring within seven days. */
    expiringSoon: z.int(),
    lastUsedAt: timeSchema.nullable(),
  }),
  webhooks: z.object({
    active: z.int(),
    paused: z.int(),
    disabled: z.int(),
    suspended: z.int(),
    /** Active ones whose latest attempts failed. */
    failing: z.int(),
  }),
  /** Counted up to `openCountMax`. */
  waiting: z.int(),
  held: z.int(),
  /** Of the last 24 hours. */
  recent: z.object({ events: z.int(), delivered: z.int(), failedAttempts: z.int() }),
})
export type IntegrationHealth = z.infer<typeof integrationHealthSchema>

/** A webhook of any organization. */
export const platformWebhookSchema = webhookSchema.extend({
  organizationId: organizationIdSchema,
  organizationName: z.string(),
  occasionName: z.string().nullable(),
  /** Start of the present run of nothing but failures. */
  failingSince: timeSchema.nullable(),
  consecutiveFailures: z.int(),
})
export type PlatformWebhook = z.infer<typeof platformWebhookSchema>

export const platformContract = {
  /** By name. */
  organizations: procedure('platform.capabilities.manage')
    .input(searchedPage)
    .output(pageOf(platformOrganizationSchema)),
  /** The occasions of an organization with their capabilities, the latest start first. */
  occasions: procedure('platform.capabilities.manage')
    .input(searchedPage.extend(inOrganizationSchema.shape))
    .output(pageOf(platformOccasionSchema)),
  /** Takes the place of an override of the same capability there. Tells what it did. */
  setOverride: procedure('platform.capabilities.manage')
    .input(
      inOrganizationSchema.extend({
        occasionId: occasionIdSchema.nullable().default(null),
        capability: capabilitySchema,
        effect: overrideEffectSchema,
        endsAt: timeSchema.nullable().default(null),
        note: reasonSchema,
      }),
    )
    .output(z.object({ override: overrideSchema, effect: capabilityEffectSchema })),
  removeOverride: procedure('platform.capabilities.manage')
    .input(inOrganizationSchema.extend({ overrideId: overrideIdSchema }))
    .output(z.object({ effect: capabilityEffectSchema })),

  /** All switches, in the order of the vocabulary. */
  killSwitches: procedure('platform.flags.manage').output(z.array(switchStateSchema)),
  switchOff: procedure('platform.flags.manage')
    .input(oneSwitch.extend({ reason: reasonSchema }))
    .output(doneSchema),
  /** What was held while `delivery` was off is released, oldest first. */
  switchOn: procedure('platform.flags.manage').input(oneSwitch).output(doneSchema),

  /** By name of the organization. */
  integrations: procedure('platform.integrations.view')
    .input(
      searchedPage.extend({
        /** Only organizations with a failing or disabled webhook, or a failing connection. */
        troubled: z.boolean().default(false),
      }),
    )
    .output(pageOf(integrationHealthSchema)),
  /** The webhooks of all organizations, newest first. */
  webhooks: procedure('platform.webhooks.view')
    .input(
      searchedPage.extend({
        organizationId: organizationIdSchema.optional(),
        status: webhookStatusSchema.optional(),
        failing: z.boolean().default(false),
      }),
    )
    .output(pageOf(platformWebhookSchema)),
}

const oneWebhook = z.object({ webhookId: webhookIdSchema })

/** Subscriptions of the platform to its own operational events; no capability is asked for. */
export const operationalWebhooksContract = {
  /** Newest first. */
  list: procedure('platform.webhooks.view').input(searchedPage).output(pageOf(webhookSchema)),
  eventTypes: procedure('platform.webhooks.view').output(z.array(eventTypeSchema)),
  create: procedure('platform.webhooks.manage')
    .input(webhookCreateSchema.omit({ occasionId: true }))
    .output(webhookCreatedSchema),
  update: procedure('platform.webhooks.manage')
    .input(oneWebhook.extend(webhookUpdateSchema.shape))
    .output(webhookSchema),
  pause: procedure('platform.webhooks.manage').input(oneWebhook).output(webhookSchema),
  /** Active again, also one that its receiver called gone. */
  resume: procedure('platform.webhooks.manage').input(oneWebhook).output(webhookSchema),
  delete: procedure('platform.webhooks.manage').input(oneWebhook).output(doneSchema),
  /** A signed example of an operational event, through the real pipeline. */
  sendTest: procedure('platform.webhooks.manage')
    .input(oneWebhook.extend({ eventType: z.string().max(128) }))
    .output(z.object({ deliveryId: deliveryIdSchema })),
  /** Which of the newest operational events a webhook with this condition would get; null asks nothing. */
  previewCondition: procedure('platform.webhooks.view')
    .input(conditionPreviewInputSchema)
    .output(conditionPreviewSchema),
  /** What a webhook with this shape and these headers would send: of the event, of the newest one, or of an example. */
  previewShape: procedure('platform.webhooks.view').input(shapePreviewInputSchema).output(shapePreviewSchema),
  /** Newest first. */
  deliveries: procedure('platform.webhooks.view')
    .input(
      z.object(pageInputSchema.shape).extend({
        webhookId: webhookIdSchema.optional(),
        status: deliveryStatusesSchema.optional(),
      }),
    )
    .output(pageOf(deliveryListItemSchema)),
  delivery: procedure('platform.webhooks.view')
    .input(z.object({ deliveryId: deliveryIdSchema }))
    .output(deliveryDetailSchema),
  /** Addresses of private networks that operational webhooks may reach. */
  networkRules: procedure('platform.webhooks.view').output(z.array(networkRuleSchema)),
  addNetworkRule: procedure('platform.webhooks.manage')
    .input(z.object({ target: networkRuleTargetSchema, note: reasonSchema }))
    .output(networkRuleSchema),
  removeNetworkRule: procedure('platform.webhooks.manage')
    .input(z.object({ networkRuleId: networkRuleIdSchema }))
    .output(doneSchema),
}
