import type { z } from 'zod'
import { attemptSchema } from '#contract/events.ts'

/** The JSON in `attempts.detail`: what is shown of an attempt and never searched by. Secrets are redacted. */
export const attemptDetailSchema = attemptSchema.pick({
  requestHeaders: true,
  responseHeaders: true,
  remoteAddress: true,
  tlsVersion: true,
  tlsCertificateEndsAt: true,
  phases: true,
  secretIds: true,
})
export type AttemptDetail = z.infer<typeof attemptDetailSchema>
