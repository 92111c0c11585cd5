import { z } from 'zod'
import { apiKeyIdSchema } from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, procedure, timeSchema } from './procedure.ts'
import { apiKeyScopeSchema, apiKeyStatusSchema, environmentSchema } from './vocabulary.ts'

export const apiKeyNameSchema = z.string().trim().min(1, 'Give the key a name').max(80)

/** A key as everybody but its creator sees it. `prefix` is the visible start of the secret. */
export const apiKeySchema = z.object({
  id: apiKeyIdSchema,
  name: z.string(),
  description: z.string(),
  environment: environmentSchema,
  scopes: z.array(apiKeyScopeSchema),
  prefix: z.string(),
  status: apiKeyStatusSchema,
  createdAt: timeSchema,
  createdBy: z.string(),
  expiresAt: timeSchema.nullable(),
  revokedAt: timeSchema.nullable(),
  lastUsedAt: timeSchema.nullable(),
  lastUsedAddress: z.string().nullable(),
})
export type ApiKey = z.infer<typeof apiKeySchema>

export const apiKeyCreateSchema = z.object({
  name: apiKeyNameSchema,
  description: z.string().trim().max(500).default(''),
  environment: environmentSchema,
  scopes: z.array(apiKeyScopeSchema).min(1, 'Choose at least one scope').max(2),
  expiresAt: timeSchema.nullish(),
})

/** The only time that the secret leaves the program. */
export const apiKeyCreatedSchema = z.object({ key: apiKeySchema, secret: z.string() })

export const apiKeyFilterSchema = z.object({
  search: z.string().max(200).optional(),
  status: apiKeyStatusSchema.optional(),
})

export const apiKeysContract = {
  list: procedure('api_keys.view')
    .input(inOrganizationSchema.extend(pageInputSchema.shape).extend(apiKeyFilterSchema.shape))
    .output(pageOf(apiKeySchema)),
  get: procedure('api_keys.view')
    .input(inOrganizationSchema.extend({ apiKeyId: apiKeyIdSchema }))
    .output(apiKeySchema),
  create: procedure('api_keys.manage')
    .input(inOrganizationSchema.extend(apiKeyCreateSchema.shape))
    .output(apiKeyCreatedSchema),
  update: procedure('api_keys.manage')
    .input(
      inOrganizationSchema.extend({
        apiKeyId: apiKeyIdSchema,
        name: apiKeyNameSchema,
        description: z.string().trim().max(500),
        environment: environmentSchema,
        scopes: z.array(apiKeyScopeSchema).min(1).max(2),
      }),
    )
    .output(apiKeySchema),
  revoke: procedure('api_keys.manage')
    .input(inOrganizationSchema.extend({ apiKeyIds: z.array(apiKeyIdSchema).min(1).max(200) }))
    .output(z.object({ revoked: z.int() })),
}
