import { z } from 'zod'
import { occasionIdSchema, organizationIdSchema, sessionIdSchema, userIdSchema } from './ids.ts'
import { doneSchema, procedure, timeSchema } from './procedure.ts'
import { organizationRoleSchema, planSchema, workspaceRoleSchema } from './vocabulary.ts'

export const nameSchema = z.string().trim().min(1, 'Give a name').max(120)
export const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email('Give an email address'))
/** NIST SP 800-63B: at least 8 characters, long ones allowed, no composition rules. Ours are at least 10. */
export const passwordSchema = z.string().min(10, 'At least 10 characters').max(256)

export const occasionSchema = z.object({
  id: occasionIdSchema,
  organizationId: organizationIdSchema,
  name: z.string(),
  venue: z.string(),
  startsAt: timeSchema,
  endsAt: timeSchema,
  archivedAt: timeSchema.nullable(),
})
export type Occasion = z.infer<typeof occasionSchema>

/** Where a workspace role comes from: a membership row, sign-in metadata only, support, or nowhere. */
export const membershipSourceSchema = z.enum(['membership', 'metadata', 'support', 'none'])
export type MembershipSource = z.infer<typeof membershipSourceSchema>

/** An organization as the signed-in person sees it. */
export const organizationForUserSchema = z.object({
  id: organizationIdSchema,
  name: z.string(),
  plan: planSchema,
  workspaceRole: workspaceRoleSchema.nullable(),
  organizationRole: organizationRoleSchema.nullable(),
  membershipSource: membershipSourceSchema,
  occasions: z.array(occasionSchema),
})
export type OrganizationForUser = z.infer<typeof organizationForUserSchema>

export const signedInUserSchema = z.object({
  id: userIdSchema,
  name: z.string(),
  email: z.string(),
  platformAdmin: z.boolean(),
})

export const sessionStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('not_set_up'), demo: z.boolean(), version: z.string() }),
  z.object({ state: z.literal('signed_out'), demo: z.boolean(), version: z.string() }),
  z.object({
    state: z.literal('locked'),
    demo: z.boolean(),
    version: z.string(),
    user: signedInUserSchema,
  }),
  z.object({
    state: z.literal('signed_in'),
    demo: z.boolean(),
    version: z.string(),
    sessionId: sessionIdSchema,
    user: signedInUserSchema,
    organizations: z.array(organizationForUserSchema),
    idleLockMinutes: z.int(),
    /** Signed in by a code, and unable to come back before a password is set (`setPassword`). */
    needsPassword: z.boolean(),
  }),
])
export type SessionState = z.infer<typeof sessionStateSchema>

export const sessionRecordSchema = z.object({
  id: sessionIdSchema,
  current: z.boolean(),
  createdAt: timeSchema,
  lastSeenAt: timeSchema,
  expiresAt: timeSchema,
  address: z.string(),
  userAgent: z.string(),
})

export const demoPersonSchema = z.object({
  userId: userIdSchema,
  name: z.string(),
  email: z.string(),
  description: z.string(),
})

export const sessionContract = {
  /** Who is signed in, and whether the installation is set up at all. Never refused. */
  current: procedure('public').output(sessionStateSchema),
  /** First run: creates the organization and its owner, and signs the owner in. */
  setUp: procedure('public')
    .input(
      z.object({
        organizationName: nameSchema,
        name: nameSchema,
        email: emailSchema,
        password: passwordSchema,
      }),
    )
    .output(sessionStateSchema),
  /** First run: fills the empty data directory with the demo workspace. */
  openDemo: procedure('public').output(doneSchema),
  signIn: procedure('public')
    .input(z.object({ email: emailSchema, password: z.string().max(256) }))
    .output(sessionStateSchema),
  /** Signs in with the one-time code of a sign-in URL. */
  signInWithCode: procedure('public')
    .input(z.object({ code: z.string().max(200) }))
    .output(sessionStateSchema),
  /** The people of the demo workspace; empty outside of it. */
  demoPeople: procedure('public').output(z.array(demoPersonSchema)),
  /** One-click sign-in, in the demo workspace only. */
  signInAs: procedure('public')
    .input(z.object({ userId: userIdSchema }))
    .output(sessionStateSchema),
  signOut: procedure('public').output(doneSchema),
  lock: procedure('signed_in').output(doneSchema),
  unlock: procedure('public')
    .input(z.object({ password: z.string().max(256) }))
    .output(sessionStateSchema),
  /** The sessions of the signed-in person. */
  list: procedure('signed_in').output(z.array(sessionRecordSchema)),
  revoke: procedure('signed_in')
    .input(z.object({ sessionId: sessionIdSchema }))
    .output(doneSchema),
  /** The first password of somebody who has none: an invited person. Ends all other sessions of the person. */
  setPassword: procedure('signed_in')
    .input(z.object({ password: passwordSchema }))
    .output(sessionStateSchema),
  changePassword: procedure('signed_in')
    .input(z.object({ currentPassword: z.string().max(256), newPassword: passwordSchema }))
    .output(doneSchema),
}
