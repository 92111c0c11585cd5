import type { z } from 'zod'
import { attemptSchema } from '#contract/events.ts'
import { delayCauseSchema } from '#contract/protection.ts'

/** The JSON in `attempts.detail`: what is shown of an attempt and never searched by. Secrets are redacted. */
export const attemptDetailSchema = attemptSchema
  .pick({
    requestHeaders: true,
    responseHeaders: true,
    remoteAddress: true,
    tlsVersion: true,
    tlsCertificateEndsAt: true,
    phases: true,
    secretIds: true,
    shaped: true,
  })
  .extend({ delayedBy: delayCauseSchema.nullable().default(null) })
export type AttemptDetail = z.infer<typeof attemptDetailSchema>
