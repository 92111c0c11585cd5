import { z } from 'zod'
import { actionSchema, decisionSchema } from './decision.ts'
import { errorCodeSchema } from './errors.ts'
import { apiKeyIdSchema, userIdSchema } from './ids.ts'
import { userListItemSchema } from './organizations.ts'
import { pageInputSchema, pageOf } from './paging.ts'
import { inOrganizationSchema, inScopeSchema, procedure } from './procedure.ts'
import {
  capabilitySchema,
  gateSchema,
  killSwitchSchema,
  organizationRoleSchema,
  overrideEffectSchema,
  planSchema,
  workspaceRoleSchema,
} from './vocabulary.ts'

/** Whom a question is about: a person of the organization, or one of its keys. */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), userId: userIdSchema }),
  z.object({ kind: z.literal('api_key'), apiKeyId: apiKeyIdSchema }),
])
export type Subject = z.infer<typeof subjectSchema>

/** The things that a question can be about besides its place. */
export const explainedKinds = ['webhook', 'api_key', 'connection', 'event', 'delivery', 'user'] as const
export const explainedResourceSchema = z.object({
  kind: z.enum(explainedKinds),
  id: z.string().min(1).max(64),
})
export type ExplainedResource = z.infer<typeof explainedResourceSchema>

/** A decision in short: the gate that decided and its code, both null when it allows. */
export const outcomeSchema = z.object({
  allowed: z.boolean(),
  decidedBy: gateSchema.nullable(),
  code: errorCodeSchema.nullable(),
})
export type Outcome = z.infer<typeof outcomeSchema>

export const actionOutcomeSchema = outcomeSchema.extend({ action: actionSchema })
export type ActionOutcome = z.infer<typeof actionOutcomeSchema>

/**
 * Narrows the matrix. Roles are those that count: of the membership, else of the claim. `action` leaves one
 * column; `outcome` and `gate` keep the people for whom at least one of the columns comes out like that.
 */
export const matrixFilterSchema = z.object({
  search: z.string().max(200).optional(),
  workspaceRole: workspaceRoleSchema.optional(),
  organizationRole: organizationRoleSchema.optional(),
  action: actionSchema.optional(),
  outcome: z.enum(['allowed', 'refused']).optional(),
  /** The gate that decided. */
  gate: gateSchema.optional(),
})
export type MatrixFilter = z.infer<typeof matrixFilterSchema>

export const matrixRowSchema = z.object({
  user: userListItemSchema.omit({ lastSignInAt: true }),
  /** In the order of the actions. */
  outcomes: z.array(actionOutcomeSchema),
})
export type MatrixRow = z.infer<typeof matrixRowSchema>

/** What one plan, workspace role and action come to for an owner by membership, all switches on, no override. */
export const planRuleSchema = actionOutcomeSchema.extend({
  plan: planSchema,
  workspaceRole: workspaceRoleSchema,
})
export type PlanRule = z.infer<typeof planRuleSchema>

const overrideLevelSchema = z.enum(['organization', 'occasion'])

/** One change to try. Nothing of it is saved. */
export const trialChangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set_plan'), plan: planSchema }),
  /** Of the roles that count: those of the membership, else those of the claim. */
  z.object({ kind: z.literal('set_workspace_role'), workspaceRole: workspaceRoleSchema }),
  z.object({ kind: z.literal('set_organization_role'), organizationRole: organizationRoleSchema }),
  /** Takes the place of a membership, or of a claim, that is there already. */
  z.object({
    kind: z.literal('add_membership'),
    source: z.enum(['membership', 'metadata']),
    workspaceRole: workspaceRoleSchema,
    organizationRole: organizationRoleSchema,
  }),
  z.object({ kind: z.literal('remove_membership'), source: z.enum(['membership', 'metadata']) }),
  /** `ended`: an override whose end has come already, as a trial that is over. */
  z.object({
    kind: z.literal('set_override'),
    level: overrideLevelSchema,
    capability: capabilitySchema,
    effect: overrideEffectSchema,
    ended: z.boolean().default(false),
  }),
  z.object({
    kind: z.literal('remove_override'),
    level: overrideLevelSchema,
    capability: capabilitySchema,
  }),
  z.object({
    kind: z.literal('set_switch'),
    level: z.enum(['platform', 'organization']),
    name: killSwitchSchema,
    on: z.boolean(),
  }),
])
export type TrialChange = z.infer<typeof trialChangeSchema>
export const trialChangesMax = 20

export const whatIfSchema = z.object({
  /** For every action, in their order. `flipped`: what was allowed is refused, or the other way round. */
  outcomes: z.array(
    z.object({
      action: actionSchema,
      before: outcomeSchema,
      after: outcomeSchema,
      flipped: z.boolean(),
    }),
  ),
  /** The full decisions on the action that was named; null when none was. */
  decisions: z.object({ before: decisionSchema, after: decisionSchema }).nullable(),
})
export type WhatIf = z.infer<typeof whatIfSchema>

export const accessContract = {
  /** The decisions on all actions for the signed-in person, here. The console draws by them. */
  mine: procedure('signed_in').input(inScopeSchema).output(z.array(decisionSchema)),
  /**
   * The decision for another person or for a key of the organization. A `resource` is asked about in its own
   * occasion; where an occasion is named too, it must be that one. A resource of elsewhere is one that does
   * not exist: the scope gate of the decision says `not_found`.
   */
  explain: procedure('access.explain')
    .input(
      inScopeSchema.extend({
        action: actionSchema,
        subject: subjectSchema,
        resource: explainedResourceSchema.optional(),
      }),
    )
    .output(decisionSchema),
  /** People × actions: by name, the people of the organization with what every action comes to for them, here. */
  matrix: procedure('access.explain')
    .input(inScopeSchema.extend(pageInputSchema.shape).extend(matrixFilterSchema.shape))
    .output(pageOf(matrixRowSchema)),
  /** Plan × workspace role × action, as `decide()` answers where nothing else stands in the way. */
  rules: procedure('access.explain').input(inOrganizationSchema).output(z.array(planRuleSchema)),
  /** Makes the changes in a sandbox, in their order, and decides every action before and after. */
  whatIf: procedure('access.explain')
    .input(
      inScopeSchema.extend({
        subject: subjectSchema,
        changes: z.array(trialChangeSchema).max(trialChangesMax),
        action: actionSchema.optional(),
      }),
    )
    .output(whatIfSchema),
}
