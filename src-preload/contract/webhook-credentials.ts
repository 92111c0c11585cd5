import { z } from 'zod'
import { timeSchema } from './procedure.ts'
import type { WebhookOptions } from './webhook-options.ts'

/** The secret parts of how Patchbay shows itself to a receiver. They are sealed, and never shown again. */
export const credentialNames = ['password', 'token', 'clientSecret', 'clientKey'] as const
export const credentialNameSchema = z.enum(credentialNames)
export type CredentialName = z.infer<typeof credentialNameSchema>

/** What is told of a credential: that it is there. */
export const credentialSchema = z.object({
  name: credentialNameSchema,
  setAt: timeSchema,
  setBy: z.string(),
})
export type Credential = z.infer<typeof credentialSchema>

/** A text sets a credential, null removes it; those that are left out stay as they are. */
export const credentialChangesSchema = z.partialRecord(
  credentialNameSchema,
  z
    .string()
    .min(1, 'Must not be empty')
    .max(32 * 1024)
    .nullable(),
)
export type CredentialChanges = z.infer<typeof credentialChangesSchema>

const ofAuthentication: Record<WebhookOptions['authentication']['kind'], readonly CredentialName[]> = {
  none: [],
  basic: ['password'],
  bearer: ['token'],
  header: ['token'],
  oauth2: ['clientSecret'],
}

/** The credentials that these options need. */
export const credentialsNeeded = ({
  authentication,
  clientCertificate,
}: Pick<WebhookOptions, 'authentication' | 'clientCertificate'>): readonly CredentialName[] =>
  clientCertificate === null
    ? ofAuthentication[authentication.kind]
    : [...ofAuthentication[authentication.kind], 'clientKey']

/** What a person should know of a certificate. */
export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  validFrom: timeSchema,
  validTo: timeSchema,
})
export type Certificate = z.infer<typeof certificateSchema>
