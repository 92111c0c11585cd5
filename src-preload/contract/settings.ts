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

/** A person, an API key, whoever sits at the machine, or Patchbay itself. */
export const auditActorKinds = ['user', 'api_key', 'operator', 'program'] as const
export const auditActorKindSchema = z.enum(auditActorKinds)
export type AuditActorKind = z.infer<typeof auditActorKindSchema>

export const auditEntrySchema = z.object({
  id: auditIdSchema,
  /** The number and the hash (SHA-256, hex) of the entry in the chain, which is one for all organizations. */
  seq: z.int(),
  hash: z.string(),
  at: timeSchema,
  actorKind: auditActorKindSchema,
  actorId: z.string().nullable(),
  actorName: z.string(),
  action: z.string(),
  targetKind: z.string(),
  targetId: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string().nullable(),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>

const auditNameSchema = z.string().min(1).max(100)

export const auditFilterSchema = z.object({
  actorKind: auditActorKindSchema.optional(),
  /** In the name of who did it. */
  actor: z.string().max(200).optional(),
  /** As in `choices`. */
  action: auditNameSchema.optional(),
  targetKind: auditNameSchema.optional(),
  targetId: auditNameSchema.optional(),
  /** Only entries at or after, and before; ms. */
  since: timeSchema.optional(),
  until: timeSchema.optional(),
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

/** The most entries that one call exports; `nextCursor` goes on. */
export const auditExportMax = 10_000

/**
 * What the walk over the whole chain found. It finds what was altered, removed, added or reordered without the data
 * key, at the end too. It cannot find that the whole database was replaced by an earlier copy of itself: an export
 * that was put away elsewhere shows that.
 */
export const auditVerificationSchema = z.object({
  ok: z.boolean(),
  /** Entries of all organizations that fit, from the first one on. */
  entries: z.int(),
  /** The first place that does not fit. `at`: the time of that entry, null where none is left. */
  break: z.object({ seq: z.int(), at: timeSchema.nullable(), reason: z.string() }).nullable(),
})
export type AuditVerification = z.infer<typeof auditVerificationSchema>

export const auditContract = {
  /** A page may come out short, even empty, and still have a `nextCursor`. */
  list: procedure('audit.view')
    .input(inOrganizationSchema.extend(pageInputSchema.shape).extend(auditFilterSchema.shape))
    .output(pageOf(auditEntrySchema)),
  /** What can be chosen in the filter: the actions and kinds of targets that there are entries of, by name. */
  choices: procedure('audit.view')
    .input(inOrganizationSchema)
    .output(z.object({ actions: z.array(z.string()), targetKinds: z.array(z.string()) })),
  verify: procedure('audit.view').input(inOrganizationSchema).output(auditVerificationSchema),
  /**
   * The entries as text, newest first: JSON Lines, or CSV (RFC 4180) with its header where no cursor is given. Texts
   * that a spreadsheet would run as a formula begin with an apostrophe.
   */
  export: procedure('audit.view')
    .input(
      inOrganizationSchema.extend(auditFilterSchema.shape).extend({
        format: z.enum(['jsonl', 'csv']),
        cursor: z.string().max(512).optional(),
      }),
    )
    .output(z.object({ text: z.string(), entries: z.int(), nextCursor: z.string().nullable() })),
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
  /** Of the organization or occasion that is asked for; counted up to `openCountMax`. */
  waiting: z.int(),
  held: z.int(),
  /** How many of them are held because the machine is offline. */
  heldOffline: z.int(),
  failingWebhooks: z.int(),
  deliverySwitchedOff: z.boolean(),
  worker: z.enum(['running', 'starting', 'stopped']),
})
export type Status = z.infer<typeof statusSchema>

export const statusContract = {
  get: procedure('signed_in').input(inScopeSchema).output(statusSchema),
}
