import { z } from 'zod'
import { type Action, actions } from './actions.ts'
import { errorCodeSchema, fieldErrorSchema } from './errors.ts'
import { gateSchema } from './vocabulary.ts'

export const actionSchema = z.enum(actions as readonly [Action, ...Action[]])

/** Who can make the change of a remedy. */
export const remedyBySchema = z.enum([
  'you',
  'owner',
  'organization_admin',
  'workspace_admin',
  'platform_admin',
  'operator',
  'nobody',
])

/** What one gate said. `fact` is what was read, as a sentence without a secret in it. */
export const gateResultSchema = z.object({
  gate: gateSchema,
  passed: z.boolean(),
  code: errorCodeSchema.optional(),
  fact: z.string(),
})
export type GateResult = z.infer<typeof gateResultSchema>

/** The full answer to "may this principal do this, and why?". */
export const decisionSchema = z.object({
  allowed: z.boolean(),
  action: actionSchema,
  principal: z.object({
    kind: z.enum(['anonymous', 'user', 'api_key', 'operator']),
    id: z.string().nullable(),
    name: z.string(),
  }),
  resource: z.object({
    organizationId: z.string().nullable(),
    occasionId: z.string().nullable(),
    kind: z.string().nullable(),
    id: z.string().nullable(),
  }),
  /** The first gate that failed; null when allowed. */
  decidedBy: gateSchema.nullable(),
  gates: z.array(gateResultSchema),
  /** The smallest change that flips the answer, and who may make it. */
  remedy: z.object({ change: z.string(), by: remedyBySchema }).optional(),
})
export type Decision = z.infer<typeof decisionSchema>

/** An RFC 9457 problem: the body of every refused or failed call, on `/v1` and (as error data) on `/rpc`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  code: errorCodeSchema,
  errors: z.array(fieldErrorSchema).optional(),
  decision: decisionSchema.optional(),
  retryAfterSeconds: z.int().optional(),
})
export type Problem = z.infer<typeof problemSchema>
