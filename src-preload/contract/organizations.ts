import { z } from 'zod'
import { userIdSchema } from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'
import { membershipSourceSchema } from './session.ts'
import {
  capabilitySchema,
  organizationRoleSchema,
  overrideEffectSchema,
  planSchema,
  workspaceRoleSchema,
} from './vocabulary.ts'

export const userListItemSchema = z.object({
  id: userIdSchema,
  name: z.string(),
  email: z.string(),
  status: z.enum(['active', 'disabled']),
  organizationRole: organizationRoleSchema.nullable(),
  workspaceRole: workspaceRoleSchema.nullable(),
  membershipSource: membershipSourceSchema,
  lastSignInAt: timeSchema.nullable(),
})
export type UserListItem = z.infer<typeof userListItemSchema>

/** Why a capability is there or not: the first of occasion override, organization override, plan that speaks. */
export const capabilityStateSchema = z.object({
  capability: capabilitySchema,
  granted: z.boolean(),
  source: z.enum(['plan', 'organization_override', 'occasion_override']),
  fact: z.string(),
  override: z
    .object({
      effect: overrideEffectSchema,
      endsAt: timeSchema.nullable(),
      note: z.string(),
    })
    .nullable(),
})
export type CapabilityState = z.infer<typeof capabilityStateSchema>

export const planOfferSchema = z.object({
  plan: planSchema,
  name: z.string(),
  description: z.string(),
  capabilities: z.array(capabilitySchema),
})
export type PlanOffer = z.infer<typeof planOfferSchema>

export const usersContract = {
  list: procedure('users.view')
    .input(
      inOrganizationSchema.extend(pageInputSchema.shape).extend({ search: z.string().max(200).optional() }),
    )
    .output(pageOf(userListItemSchema)),
}

export const subscriptionContract = {
  get: procedure('subscription.view')
    .input(inScopeSchema)
    .output(
      z.object({
        plan: planSchema,
        offers: z.array(planOfferSchema),
        capabilities: z.array(capabilityStateSchema),
      }),
    ),
}
