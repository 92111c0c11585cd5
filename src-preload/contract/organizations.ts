import { z } from 'zod'
import { occasionIdSchema, userIdSchema, webhookIdSchema } from './ids.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { doneSchema, inOrganizationSchema, inScopeSchema, procedure, timeSchema } from './procedure.ts'
import { emailSchema, membershipSourceSchema, nameSchema, occasionSchema } from './session.ts'
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

/** A person of the organization, with the invitation that they have not finished. */
export const listedUserSchema = userListItemSchema.extend({
  /**
   * Invited, and without a password yet; null for everybody else. `expiresAt` is the end of the code that signs them
   * in; null when none is left that could be used: then the invitation is renewed.
   */
  invitation: z.object({ expiresAt: timeSchema.nullable() }).nullable(),
})
export type ListedUser = z.infer<typeof listedUserSchema>

/** The only time that a code leaves the program. */
export const invitationSchema = z.object({
  /** `/sign-in?code=…` on the address of the console. Works once, until `expiresAt`. */
  signInPath: z.string(),
  expiresAt: timeSchema,
})
export type Invitation = z.infer<typeof invitationSchema>

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

const oneUser = inOrganizationSchema.extend({ userId: userIdSchema })
const rolesSchema = z.object({
  organizationRole: organizationRoleSchema,
  workspaceRole: workspaceRoleSchema,
})

export const usersContract = {
  list: procedure('users.view')
    .input(
      inOrganizationSchema.extend(pageInputSchema.shape).extend({ search: z.string().max(200).optional() }),
    )
    .output(pageOf(listedUserSchema)),
  /**
   * Makes the account and the membership. Whoever has an account that is theirs just becomes a member: then there is
   * no invitation, and they sign in as always. Only an owner makes owners.
   */
  invite: procedure('users.manage')
    .input(inOrganizationSchema.extend({ name: nameSchema, email: emailSchema, ...rolesSchema.shape }))
    .output(z.object({ user: listedUserSchema, invitation: invitationSchema.nullable() })),
  /** A new code for somebody who has no password yet; the one before works no more. */
  renewInvitation: procedure('users.manage').input(oneUser).output(invitationSchema),
  /** Makes a member of somebody whose role came from sign-in metadata alone. The last owner stays owner. */
  setRoles: procedure('users.manage').input(oneUser.extend(rolesSchema.shape)).output(listedUserSchema),
  /** Ends the membership and what the sign-in metadata claimed; the account and its sessions stay. */
  remove: procedure('users.manage').input(oneUser).output(doneSchema),
}

/** An occasion with what depends on it. */
export const listedOccasionSchema = occasionSchema.extend({
  /** Webhooks that belong to the occasion. Those of an archived one go on delivering what was accepted. */
  webhooks: z.int(),
})
export type ListedOccasion = z.infer<typeof listedOccasionSchema>

const occasionFields = {
  name: nameSchema,
  /** Empty when it has none. */
  venue: z.string().trim().max(200),
  startsAt: timeSchema,
  /** Not before `startsAt`. */
  endsAt: timeSchema,
}
const oneOccasion = inOrganizationSchema.extend({ occasionId: occasionIdSchema })

export const occasionsContract = {
  /** The latest start first. */
  list: procedure('occasions.view')
    .input(
      inOrganizationSchema.extend(pageInputSchema.shape).extend({
        /** In the name and the venue. */
        search: z.string().max(200).optional(),
        archived: z.enum(['no', 'only', 'all']).default('no'),
      }),
    )
    .output(pageOf(listedOccasionSchema)),
  create: procedure('occasions.manage')
    .input(inOrganizationSchema.extend(occasionFields))
    .output(listedOccasionSchema),
  update: procedure('occasions.manage')
    .input(oneOccasion.extend(z.object(occasionFields).partial().shape))
    .output(listedOccasionSchema),
  /** No new events are accepted for it; what was accepted is delivered. Nothing is deleted. */
  archive: procedure('occasions.manage').input(oneOccasion).output(listedOccasionSchema),
  restore: procedure('occasions.manage').input(oneOccasion).output(listedOccasionSchema),
}

/** A webhook as the consequence of a change of capabilities is told. */
export const concernedWebhookSchema = z.object({
  id: webhookIdSchema,
  name: z.string(),
  url: z.string(),
  occasionId: occasionIdSchema.nullable(),
  occasionName: z.string().nullable(),
})
export type ConcernedWebhook = z.infer<typeof concernedWebhookSchema>

/** Up to this many of the webhooks that a change concerns are named; all are counted. */
export const concernedWebhooksMax = 20
const concernedWebhooksSchema = z.object({ items: z.array(concernedWebhookSchema), total: z.int() })

/** A capability that comes or goes: for the organization itself, and for how many of its occasions. */
export const capabilityTurnSchema = z.object({
  capability: capabilitySchema,
  organization: z.boolean(),
  occasions: z.int(),
})
export type CapabilityTurn = z.infer<typeof capabilityTurnSchema>

/** What a change of plan or override does to an organization. Overrides that stand above the plan are respected. */
export const capabilityEffectSchema = z.object({
  gained: z.array(capabilityTurnSchema),
  lost: z.array(capabilityTurnSchema),
  /** Active webhooks that become suspended. */
  suspendedWebhooks: concernedWebhooksSchema,
  /** Waiting deliveries that become held as `suspended`; `openCountMax` means this many or more. */
  heldDeliveries: z.int(),
  /** Keys that work now and are refused afterwards, in the organization or in an occasion of it. */
  affectedApiKeys: z.int(),
  /** Suspended webhooks that can be resumed by hand afterwards and cannot now. */
  resumableWebhooks: concernedWebhooksSchema,
})
export type CapabilityEffect = z.infer<typeof capabilityEffectSchema>

export const planChangeSchema = capabilityEffectSchema.extend({ from: planSchema, to: planSchema })
export type PlanChange = z.infer<typeof planChangeSchema>

const toPlan = inOrganizationSchema.extend({ plan: planSchema })

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
  /** What `change` would do now. Nothing is changed. */
  preview: procedure('subscription.view').input(toPlan).output(planChangeSchema),
  /** Tells what it did. Suspended webhooks never resume by themselves: `webhooks.resume` when the power is back. */
  change: procedure('subscription.change').input(toPlan).output(planChangeSchema),
}
