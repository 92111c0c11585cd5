import { z } from 'zod'
import { deliveryCountsSchema } from './events.ts'
import { auditIdSchema, networkRuleIdSchema, webhookIdSchema } from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { doneSchema, inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'

/** A host name (`erp.local`, `*.lan`) or a CIDR (`192.168.1.0/24`) that webhooks may reach all the same. */
export const networkRuleTargetSchema = z.string().trim().min(1, 'Give a host name or a CIDR').max(253)

export const networkRuleSchema = z.object({
  id: networkRuleIdSchema,
  target: z.string(),
  note: z.string(),
  createdAt: timeSchema,
  createdBy: z.string(),
})
export type NetworkRule = z.infer<typeof networkRuleSchema>

export const backupSchema = z.object({
  path: z.string(),
  createdAt: timeSchema,
  sizeBytes: z.int(),
  /** `daily`, before a `migration`, or by hand. */
  reason: z.enum(['daily', 'migration', 'manual']),
})
export type Backup = z.infer<typeof backupSchema>

export const settingsSchema = z.object({
  idleLockMinutes: z.int(),
  networkRules: z.array(networkRuleSchema),
  dataDirectory: z.string(),
  databaseBytes: z.int(),
  dataKeySource: z.enum(['keychain', 'file', 'environment']),
  backups: z.array(backupSchema),
  address: z.string(),
  version: z.string(),
})
export type Settings = z.infer<typeof settingsSchema>

export const settingsContract = {
  get: procedure('settings.view').input(inOrganizationSchema).output(settingsSchema),
  /** 0 turns the lock off. */
  setIdleLock: procedure('settings.manage')
    .input(inOrganizationSchema.extend({ idleLockMinutes: z.int().min(0).max(480) }))
    .output(doneSchema),
  addNetworkRule: procedure('settings.manage')
    .input(
      inOrganizationSchema.extend({
        target: networkRuleTargetSchema,
        note: z.string().trim().min(1, 'Say why').max(300),
      }),
    )
    .output(networkRuleSchema),
  removeNetworkRule: procedure('settings.manage')
    .input(inOrganizationSchema.extend({ networkRuleId: networkRuleIdSchema }))
    .output(doneSchema),
  backUpNow: procedure('settings.manage').input(inOrganizationSchema).output(backupSchema),
}

export const auditEntrySchema = z.object({
  id: auditIdSchema,
  at: timeSchema,
  actorKind: z.enum(['user', 'api_key', 'operator', 'program']),
  actorName: z.string(),
  action: z.string(),
  targetKind: z.string(),
  targetId: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

export const auditContract = {
  list: procedure('audit.view')
    .input(inOrganizationSchema.extend(pageInputSchema.shape))
    .output(pageOf(auditEntrySchema)),
}

/** One bar of the overview chart. */
export const bucketSchema = z.object({
  startsAt: timeSchema,
  delivered: z.int(),
  failed: z.int(),
})

export const overviewSchema = z.object({
  since: timeSchema,
  bucketMs: z.int(),
  /** Attempts over time. */
  buckets: z.array(bucketSchema),
  eventsAccepted: z.int(),
  deliveries: deliveryCountsSchema,
  activeWebhooks: z.int(),
  activeApiKeys: z.int(),
  /** Of attempts in the range, ms. Null without attempts. */
  latencyMs: z.object({ p50: z.number(), p95: z.number() }).nullable(),
  failing: z.array(
    z.object({
      webhookId: webhookIdSchema,
      name: z.string(),
      url: z.string(),
      attempts: z.int(),
      failed: z.int(),
      lastError: z.string().nullable(),
    }),
  ),
})
export type Overview = z.infer<typeof overviewSchema>

export const overviewContract = {
  get: procedure('events.view')
    .input(inScopeSchema.extend({ range: z.enum(['24h', '7d', '30d']).default('24h') }))
    .output(overviewSchema),
}

/** The open deliveries are counted up to here; this many means this many or more. */
export const openCountMax = 10_000

export const statusSchema = z.object({
  online: z.boolean(),
  /** Of the organization that asks. */
  waiting: z.int(),
  held: z.int(),
  failingWebhooks: z.int(),
  deliverySwitchedOff: z.boolean(),
  worker: z.enum(['running', 'starting', 'stopped']),
})
export type Status = z.infer<typeof statusSchema>

export const statusContract = {
  get: procedure('signed_in').input(inScopeSchema).output(statusSchema),
}
