import { type KeyObject, timingSafeEqual, verify as verifyWith } from 'node:crypto'
import { asymmetricVersion, digestOf, signatureVersion, verifyingKeyOf } from './sign.ts'
import { githubSignature, stripeSignature } from './signature-styles.ts'

/** How far the timestamp of a request may lie from the receiver's clock, before and after. Seconds. */
export const toleranceSecondsDefault = 300

/** Whose way of signing is checked; `standard` is Standard Webhooks. */
export const verificationStyles = ['standard', 'github', 'stripe'] as const
export type VerificationStyle = (typeof verificationStyles)[number]

/** One thing that is wrong with a signed request; several may hold at once. */
export type VerificationProblem =
  | { readonly code: 'header_missing'; readonly header: string; readonly message: string }
  | { readonly code: 'timestamp_malformed'; readonly message: string }
  | { readonly code: 'timestamp_too_old'; readonly skewSeconds: number; readonly message: string }
  | { readonly code: 'timestamp_too_new'; readonly skewSeconds: number; readonly message: string }
  | { readonly code: 'signature_version_unknown'; readonly message: string }
  | { readonly code: 'signature_mismatch'; readonly message: string }

export interface Verification {
  readonly valid: boolean
  /** Index in `secrets` of the one that signed; null when none did. */
  readonly secretIndex: number | null
  /** The receiver's clock minus the timestamp, seconds; null without a readable timestamp. */
  readonly skewSeconds: number | null
  readonly problems: readonly VerificationProblem[]
}

export interface VerifyOptions {
  readonly nowMs: number
  readonly toleranceSeconds?: number
  /** Standard Webhooks where its header is there, else the style whose header is. */
  readonly style?: VerificationStyle
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const headerOf = (headers: Headers, name: string): string | undefined => {
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name || value === undefined) continue
    return typeof value === 'string' ? value : value.join(' ')
  }
  return undefined
}

const sameText = (left: string, right: string): boolean => {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}

const timestampProblem = (skewSeconds: number, tolerance: number): VerificationProblem | undefined => {
  if (skewSeconds > tolerance) {
    return {
      code: 'timestamp_too_old',
      skewSeconds,
      message: `The timestamp is ${skewSeconds} s in the past; at most ${tolerance} s are accepted.`,
    }
  }
  if (skewSeconds < -tolerance) {
    return {
      code: 'timestamp_too_new',
      skewSeconds,
      message: `The timestamp is ${-skewSeconds} s in the future; at most ${tolerance} s are accepted.`,
    }
  }
  return undefined
}

/** What a request says of its signing. */
interface Claimed {
  /** Null where the style signs no time. */
  readonly timestamp: string | null | undefined
  readonly signatures: readonly string[]
  /** How a signature of the style looks. */
  readonly form: string
  /** Whether one of the signatures is that of the secret; null when not all that is needed is there. */
  readonly isSignedBy: ((secret: string) => boolean) | null
}
type Read = (name: string) => string | undefined

const anySame = (signatures: readonly string[], expected: string): boolean =>
  // Every one is compared, so that time tells nothing.
  signatures.filter((signature) => sameText(signature, expected)).length > 0

const isSignedByKey = (prefix: string, body: Uint8Array, signatures: readonly string[], key: KeyObject) => {
  if (key.type === 'secret') return anySame(signatures, `${signatureVersion},${digestOf(prefix, body, key)}`)
  const content = Buffer.concat([Buffer.from(prefix), body])
  return signatures
    .filter((signature) => signature.startsWith(`${asymmetricVersion},`))
    .map((signature) => Buffer.from(signature.slice(asymmetricVersion.length + 1), 'base64'))
    .some((signature) => verifyWith(null, content, key, signature))
}

const readers: Record<VerificationStyle, (read: Read, body: Uint8Array) => Claimed> = {
  standard: (read, body) => {
    const id = read('webhook-id')
    const timestamp = read('webhook-timestamp')
    const signatures = read('webhook-signature')
      ?.split(' ')
      .filter((part) => part.startsWith(`${signatureVersion},`) || part.startsWith(`${asymmetricVersion},`))
    const prefix = `${id}.${timestamp}.`
    return {
      timestamp,
      signatures: signatures ?? [],
      form: `${signatureVersion},<base64> or ${asymmetricVersion},<base64>`,
      isSignedBy:
        id === undefined || timestamp === undefined || signatures === undefined
          ? null
          : (secret) => isSignedByKey(prefix, body, signatures, verifyingKeyOf(secret)),
    }
  },
  github: (read, body) => {
    const signature = read('x-hub-signature-256')
    const signatures = signature?.startsWith('sha256=') ? [signature] : []
    return {
      timestamp: null,
      signatures,
      form: 'sha256=<hex>',
      isSignedBy:
        signature === undefined ? null : (secret) => anySame(signatures, githubSignature(body, secret)),
    }
  },
  stripe: (read, body) => {
    const parts = read('stripe-signature')
      ?.split(',')
      .map((part) => part.trim())
    const valuesOf = (name: string): string[] =>
      (parts ?? []).filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
    const [timestamp = ''] = valuesOf('t')
    const signatures = valuesOf('v1')
    return {
      timestamp: parts === undefined ? undefined : timestamp,
      signatures,
      form: 'v1=<hex>',
      isSignedBy:
        parts === undefined
          ? null
          : (secret) => anySame(signatures, stripeSignature(timestamp, body, secret)),
    }
  },
}

/** The style of a request by its headers; `standard` where nothing tells. */
export const styleOf = (headers: Headers): VerificationStyle => {
  if (headerOf(headers, 'webhook-signature') !== undefined) return 'standard'
  if (headerOf(headers, 'stripe-signature') !== undefined) return 'stripe'
  return headerOf(headers, 'x-hub-signature-256') === undefined ? 'standard' : 'github'
}

/** The seconds of a timestamp; null without a readable one. */
export const secondsOf = (timestamp: string | null | undefined): number | null =>
  timestamp !== undefined && timestamp !== null && /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : null

/** The time at which a request says that it was signed, Unix seconds; null where it says none. */
export const signedAtOf = (headers: Headers, style = styleOf(headers)): number | null =>
  secondsOf(readers[style]((name) => headerOf(headers, name), new Uint8Array()).timestamp)

/**
 * Checks a request as a receiver does, and says everything that is wrong: time and signature both.
 * Signatures of unknown versions are skipped. `rawBody` is the body as received, before any parsing. `secrets` are
 * signing secrets `whsec_…` or public keys `whpk_…`.
 * @throws RangeError when one of `secrets` is none.
 */
export const verify = (
  headers: Headers,
  rawBody: Uint8Array | string,
  secrets: readonly string[],
  { nowMs, toleranceSeconds = toleranceSecondsDefault, style = styleOf(headers) }: VerifyOptions,
): Verification => {
  for (const secret of secrets) verifyingKeyOf(secret)
  const problems: VerificationProblem[] = []
  const read: Read = (header) => {
    const value = headerOf(headers, header)
    if (value) return value
    problems.push({ code: 'header_missing', header, message: `The header ${header} is missing.` })
    return undefined
  }
  const body = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody
  const { timestamp, signatures, form, isSignedBy } = readers[style](read, body)

  const seconds = secondsOf(timestamp)
  const skewSeconds = seconds === null ? null : Math.floor(nowMs / 1000) - seconds
  if (skewSeconds !== null) {
    const problem = timestampProblem(skewSeconds, toleranceSeconds)
    if (problem) problems.push(problem)
  } else if (typeof timestamp === 'string') {
    problems.push({ code: 'timestamp_malformed', message: 'The timestamp is not a whole number of seconds.' })
  }

  let secretIndex: number | null = null
  const signed = style === 'standard' ? headerOf(headers, 'webhook-signature') : isSignedBy
  if (signed && signatures.length === 0) {
    problems.push({
      code: 'signature_version_unknown',
      message: `None of the signatures has the form ${form}.`,
    })
  } else if (isSignedBy !== null) {
    const matches = secrets.map((secret) => isSignedBy(secret))
    secretIndex = matches.includes(true) ? matches.indexOf(true) : null
    if (secretIndex === null) {
      problems.push({
        code: 'signature_mismatch',
        message: 'No signature fits: another secret, or a body that differs from the one that was signed.',
      })
    }
  }
  return { valid: problems.length === 0, secretIndex, skewSeconds, problems }
}
