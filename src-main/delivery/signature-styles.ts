import { createHmac } from 'node:crypto'
import type { SignatureStyle } from '#contract/webhook-options.ts'
import type { SignedContent } from './sign.ts'

type Content = Omit<SignedContent, 'id'>
type Header = readonly [name: string, value: string]

const hexOf = (secret: string, ...parts: readonly (string | Uint8Array)[]): string => {
  const hmac = createHmac('sha256', secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

/** GitHub's: over the body alone. */
export const githubSignature = (body: Uint8Array, secret: string): string => `sha256=${hexOf(secret, body)}`

/** The part `v1` of Stripe's: over time and body. */
export const stripeSignature = (timestamp: string, body: Uint8Array, secret: string): string =>
  hexOf(secret, `${timestamp}.`, body)

const makers: Record<SignatureStyle, (content: Content, secrets: readonly [string, ...string[]]) => Header> =
  {
    /**
     * There is room for one signature only, so during a rotation it is that of the oldest secret that still signs: the
     * receiver has known it longest, and is not cut off before the overlap ends.
     */
    github: ({ body }, secrets) => {
      const oldest = secrets.at(-1) ?? secrets[0]
      return ['x-hub-signature-256', githubSignature(body, oldest)]
    },
    /** One `v1` for each secret. */
    stripe: ({ timestampSeconds, body }, secrets) => {
      const timestamp = String(timestampSeconds)
      const signatures = secrets.map((secret) => `v1=${stripeSignature(timestamp, body, secret)}`)
      return ['stripe-signature', [`t=${timestamp}`, ...signatures].join(',')]
    },
  }

/**
 * Signatures in the styles of other senders. `secrets` are the whole texts `whsec_…`, newest first: their bytes are
 * the keys. Without any there are no signatures.
 */
export const styledSignatures = (
  styles: readonly SignatureStyle[],
  content: Content,
  [newest, ...older]: readonly string[],
): Header[] => (newest === undefined ? [] : styles.map((style) => makers[style](content, [newest, ...older])))
