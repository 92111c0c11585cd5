import { z } from 'zod'
import { apiKeyNameSchema } from '#contract/api-keys.ts'
import { emailSchema, nameSchema } from '#contract/session.ts'
import {
  apiKeyScopeSchema,
  environmentSchema,
  errorClassSchema,
  organizationRoleSchema,
  planSchema,
  workspaceRoleSchema,
} from '#contract/vocabulary.ts'
import { eventPatternSchema, scheduleSchema, webhookUrlSchema } from '#contract/webhooks.ts'

/** Everything happens so long before the moment at which the workspace is made. */
const agoSchema = z.number().min(0)

const personSchema = z.strictObject({ name: nameSchema, email: emailSchema, signedInHoursAgo: agoSchema })

const memberSchema = personSchema.extend({
  organizationRole: organizationRoleSchema,
  workspaceRole: workspaceRoleSchema,
  /** The roles are claimed by the sign-in metadata; there is no membership. */
  metadataOnly: z.literal(true).optional(),
})

const occasionSchema = z.strictObject({
  name: nameSchema,
  venue: z.string(),
  startsAt: z.iso.datetime({ offset: true }),
  endsAt: z.iso.datetime({ offset: true }),
  /** Words of the examples of event types, with what stands for them here. */
  words: z.record(z.string(), z.string()).default({}),
})

const apiKeySchema = z.strictObject({
  name: apiKeyNameSchema,
  description: z.string(),
  environment: environmentSchema,
  scopes: z.array(apiKeyScopeSchema).min(1),
  createdBy: z.string(),
  createdDaysAgo: agoSchema,
  /** Negative: expired. */
  expiresInDays: z.number().optional(),
  revokedDaysAgo: agoSchema.optional(),
  revokedBy: z.string().optional(),
  /** Where its calls come from. */
  address: z.string().optional(),
  /** The event types that come with this key, by pattern; the first key that fits sends. */
  sends: z.array(eventPatternSchema).default([]),
})

const webhookSchema = z.strictObject({
  name: nameSchema,
  url: webhookUrlSchema,
  events: z.array(eventPatternSchema).min(1),
  occasion: z.string().optional(),
  createdBy: z.string(),
  createdDaysAgo: agoSchema,
  /** How long an answer takes, about. */
  latencyMs: z.number().positive(),
  /** What it answers when it works, and when it now and then does not; names of `answers`. */
  answer: z.string(),
  failureShare: z.number().min(0).max(1),
  failsWith: z.array(z.string()),
  /** Nothing but this answer since then. */
  broken: z.strictObject({ sinceHours: agoSchema, with: z.string() }).optional(),
  /** Nothing was sent any more since then. By the program when nobody is named. */
  ended: z
    .strictObject({
      status: z.enum(['paused', 'disabled', 'suspended']),
      reason: z.string(),
      hoursAgo: agoSchema,
      by: z.string().optional(),
    })
    .optional(),
})
export type DemoWebhook = z.infer<typeof webhookSchema>

const connectionSchema = z.strictObject({
  connectorId: z.string(),
  occasion: z.string().optional(),
  configuration: z.record(z.string(), z.string()),
  /** Made up, like everything here. */
  secrets: z.record(z.string(), z.string()),
  grants: z.array(z.string()),
  connectedBy: z.string(),
  connectedDaysAgo: agoSchema,
  deeds: z
    .array(
      z.strictObject({
        deed: z.enum(['configured', 'enabled', 'disabled']),
        hoursAgo: agoSchema,
        by: z.string(),
        detail: z.string().default(''),
      }),
    )
    .default([]),
})
export type DemoConnection = z.infer<typeof connectionSchema>

const trafficSchema = z.strictObject({
  occasion: z.string().optional(),
  type: z.string(),
  /** On an average day. */
  perDay: z.number().positive(),
  /** Only in the last so many days. */
  sinceDays: agoSchema.optional(),
  /** None in the last so many hours. */
  untilHours: agoSchema.optional(),
})
export type DemoTraffic = z.infer<typeof trafficSchema>

const organizationSchema = z.strictObject({
  name: nameSchema,
  plan: planSchema,
  formerPlan: z.strictObject({ plan: planSchema, changedHoursAgo: agoSchema, by: z.string() }).optional(),
  people: z.array(memberSchema).min(1),
  occasions: z.array(occasionSchema),
  apiKeys: z.array(apiKeySchema),
  webhooks: z.array(webhookSchema),
  connections: z.array(connectionSchema).default([]),
  traffic: z.array(trafficSchema),
})
export type DemoOrganization = z.infer<typeof organizationSchema>

const answerSchema = z.strictObject({
  /** Absent: there was no answer. */
  statusCode: z.int().optional(),
  contentType: z.string().default('text/plain'),
  body: z.string().default(''),
  /** Absent: a good answer. */
  errorClass: errorClassSchema.optional(),
  message: z.string().optional(),
  /** Absent: the latency of the webhook. */
  tookMs: z.number().optional(),
  /** Whether there was a connection all the same. */
  connects: z.literal(true).optional(),
})
export type DemoAnswer = z.infer<typeof answerSchema>

/** The demo workspace (`resources/demo.json`): who and what is in it, and what happened in the last weeks. */
export const demoDefinitionSchema = z.strictObject({
  seed: z.int(),
  /** How far the history goes back. */
  days: z.int().positive(),
  /** The schedule that the history was delivered by: that of the delivery worker. */
  scheduleMs: scheduleSchema,
  /** Of each organization. */
  networkRules: z.array(z.strictObject({ target: z.string(), note: z.string() })),
  platformAdmins: z.array(personSchema),
  organizations: z.array(organizationSchema),
  answers: z.record(z.string(), answerSchema),
  /** Whom the events are about. */
  guests: z.strictObject({
    firstNames: z.array(z.string()).min(1),
    lastNames: z.array(z.string()).min(1),
    companies: z.array(z.string()).min(1),
  }),
})
export type DemoDefinition = z.infer<typeof demoDefinitionSchema>
