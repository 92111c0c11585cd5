import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { FieldError } from '#contract/errors.ts'
import type { Certificate } from '#contract/webhook-credentials.ts'
import type { WebhookOptions } from '#contract/webhook-options.ts'

type Certificates = Pick<WebhookOptions, 'caCertificate' | 'clientCertificate'>

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** The certificates of a text, in its order; null when one of them is none. */
const parse = (pem: string): X509Certificate[] | null => {
  try {
    return Array.from(pem.match(pemBlock) ?? [], (block) => new X509Certificate(block))
  } catch {
    return null
  }
}

/** `CN=Harbour Hall Root, O=Harbour Hall`: Node puts each part of a name on a line of its own. */
const nameOf = (text: string | undefined): string => (text ?? '').split('\n').filter(Boolean).join(', ')

const describe = (certificate: X509Certificate): Certificate => ({
  subject: nameOf(certificate.subject),
  issuer: nameOf(certificate.issuer),
  validFrom: certificate.validFromDate.getTime(),
  validTo: certificate.validToDate.getTime(),
})

/** What a person should know of the certificates of a webhook. */
export const describeCertificates = ({
  caCertificate,
  clientCertificate,
}: Certificates): { ca: Certificate[]; client: Certificate | null } => {
  const ca = caCertificate === null ? null : parse(caCertificate)
  const [client] = (clientCertificate === null ? null : parse(clientCertificate)) ?? []
  return { ca: (ca ?? []).map(describe), client: client === undefined ? null : describe(client) }
}

/** The private key of a text, or what is wrong with it. The sentence never holds the key. */
const readKey = (pem: string): KeyObject | string => {
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    return 'This key is locked with a passphrase: give it without one, it is kept sealed'
  }
  try {
    return createPrivateKey(pem)
  } catch {
    return 'Not a private key in PEM form'
  }
}

const certificateProblem = (pem: string | null): string | null =>
  pem === null || parse(pem) !== null ? null : 'This certificate cannot be read'

/**
 * What is wrong with the certificates of a webhook, and with the key when it is given anew.
 * Of a file with several certificates the first is the client's own; the others lead to its authority.
 */
export const certificateErrors = (
  { caCertificate, clientCertificate }: Certificates,
  clientKey: string | null | undefined,
): FieldError[] => {
  const errors: FieldError[] = []
  const report = (path: string, message: string | null): void => {
    if (message !== null) errors.push({ path, message })
  }
  report('/options/caCertificate', certificateProblem(caCertificate))
  report('/options/clientCertificate', certificateProblem(clientCertificate))
  const [own] = (clientCertificate === null ? null : parse(clientCertificate)) ?? []
  if (own === undefined || typeof clientKey !== 'string') return errors
  const key = readKey(clientKey)
  if (typeof key === 'string') report('/credentials/clientKey', key)
  else if (!own.checkPrivateKey(key)) {
    report('/credentials/clientKey', 'This key does not belong to the client certificate')
  }
  return errors
}
