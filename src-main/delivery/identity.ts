import { createHash } from 'node:crypto'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { ClaimedWebhook } from '#main/store/interface.ts'

/** What TLS needs to know beyond the system: whom to trust, and who Patchbay is. */
export interface Identity {
  readonly ca: string | null
  readonly certificate: string | null
  readonly key: string | null
}

export const identityOf = ({
  options: { caCertificate, clientCertificate },
  credentials,
}: Pick<ClaimedWebhook, 'options' | 'credentials'>): Identity => ({
  ca: caCertificate,
  certificate: clientCertificate,
  key: clientCertificate === null ? null : (credentials.clientKey ?? null),
})

/** Contexts that are kept: making one reads all authorities of the system again, which takes tens of milliseconds. */
const keptMax = 32
const kept = new Map<string, SecureContext>()

/** Undefined for the ordinary one. @throws Error of OpenSSL when certificate and key cannot be used. */
export const secureContextOf = ({ ca, certificate, key }: Identity): SecureContext | undefined => {
  if (ca === null && certificate === null) return undefined
  const id = createHash('sha256')
    .update(JSON.stringify([ca, certificate, key]))
    .digest('base64')
  const known = kept.get(id)
  if (known !== undefined) return known
  const context = createSecureContext({
    ca: ca === null ? undefined : [...getCACertificates('default'), ca],
    cert: certificate ?? undefined,
    key: key ?? undefined,
  })
  const [oldest] = kept.keys()
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest)
  kept.set(id, context)
  return context
}
