import {
  createHmac,
  createPrivateKey,
  createSecretKey,
  type KeyObject,
  sign as signWith,
  timingSafeEqual,
} from 'node:crypto'

/** Prefix of a symmetric secret of Standard Webhooks. */
const secretPrefix = 'whsec_'
/** Prefix of a private key of ed25519: the base64 of its 32 bytes and the 32 of the public key. */
const privatePrefix = 'whsk_'
const privateBytes = 32
const secretBytesMin = 24
const secretBytesMax = 64
const signatureVersion = 'v1'
const asymmetricVersion = 'v1a'
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/

/** How far the timestamp of a request may lie from the receiver's clock, before and after. Seconds. */
export const toleranceSecondsDefault = 300

/** A new secret from 32 random bytes: `whsec_` and their base64. */
export const formatSecret = (random: Uint8Array): string =>
  secretPrefix + Buffer.from(random).toString('base64')

/** What stands before the 32 bytes of a private key in PKCS #8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

const privateKeyOf = (encoded: string): KeyObject => {
  const bytes = Buffer.from(encoded, 'base64')
  if (!base64Form.test(encoded) || bytes.length !== 2 * privateBytes) {
    throw new RangeError(`A private key is ${privatePrefix} and the base64 of ${2 * privateBytes} bytes.`)
  }
  const key = Buffer.concat([pkcs8Prefix, bytes.subarray(0, privateBytes)])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/**
 * The key of a secret: of a private key `whsk_…`, or its base64 decoded, with or without the prefix `whsec_`.
 * @throws RangeError when it is not base64 of 24 to 64 bytes. The message never holds the secret.
 */
export const keyOfSecret = (secret: string): KeyObject => {
  if (secret.startsWith(privatePrefix)) return privateKeyOf(secret.slice(privatePrefix.length))
  const encoded = secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret
  const key = Buffer.from(encoded, 'base64')
  if (!base64Form.test(encoded) || key.length < secretBytesMin || key.length > secretBytesMax) {
    throw new RangeError(
      `A signing secret is whsec_ and the base64 of ${secretBytesMin} to ${secretBytesMax} bytes.`,
    )
  }
  // Not the bytes: Node would make a key object of them for every signature, at five times the cost of signing.
  return createSecretKey(key)
}

/** What a signature covers: `id.timestamp.body`, where the body is the exact bytes that are sent. */
export interface SignedContent {
  readonly id: string
  /** Unix seconds of the attempt. */
  readonly timestampSeconds: number
  readonly body: Uint8Array
}

const digestOf = (prefix: string, body: Uint8Array, key: KeyObject): string =>
  createHmac('sha256', key).update(prefix).update(body).digest('base64')

const signatureOf = (prefix: string, body: Uint8Array, key: KeyObject): string =>
  key.type === 'secret'
    ? `${signatureVersion},${digestOf(prefix, body, key)}`
    : `${asymmetricVersion},${signWith(null, Buffer.concat([Buffer.from(prefix), body]), key).toString('base64')}`

/**
 * The value of `webhook-signature`: one `v1,<base64>` for each secret and one `v1a,<base64>` for each private key,
 * separated by spaces.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const sign = ({ id, timestampSeconds, body }: SignedContent, keys: readonly KeyObject[]): string => {
  const prefix = `${id}.${timestampSeconds}.`
  let header = ''
  for (const key of keys) {
    if (header !== '') header += ' '
    header += signatureOf(prefix, body, key)
  }
  return header
}

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

/** The index of the secret that signed, compared in constant time; every pair is compared. */
const matchingSecret = (
  content: { readonly prefix: string; readonly body: Uint8Array },
  signatures: readonly string[],
  secrets: readonly string[],
): number | null => {
  let match: number | null = null
  secrets.forEach((secret, index) => {
    const expected = digestOf(content.prefix, content.body, keyOfSecret(secret))
    for (const signature of signatures) {
      if (sameText(signature, expected) && match === null) match = index
    }
  })
  return match
}

/**
 * Checks a request as a receiver does, and says everything that is wrong: time and signature both.
 * Signatures of unknown versions are skipped. `rawBody` is the body as received, before any parsing.
 * @throws RangeError when one of `secrets` is not a signing secret.
 */
export const verify = (
  headers: Headers,
  rawBody: Uint8Array | string,
  secrets: readonly string[],
  { nowMs, toleranceSeconds = toleranceSecondsDefault }: VerifyOptions,
): Verification => {
  const problems: VerificationProblem[] = []
  const read = (header: string): string | undefined => {
    const value = headerOf(headers, header)
    if (value) return value
    problems.push({ code: 'header_missing', header, message: `The header ${header} is missing.` })
    return undefined
  }
  const id = read('webhook-id')
  const timestamp = read('webhook-timestamp')
  const signature = read('webhook-signature')

  let skewSeconds: number | null = null
  if (timestamp !== undefined && !/^\d{1,12}$/.test(timestamp)) {
    problems.push({ code: 'timestamp_malformed', message: 'The timestamp is not a whole number of seconds.' })
  } else if (timestamp !== undefined) {
    skewSeconds = Math.floor(nowMs / 1000) - Number(timestamp)
    const problem = timestampProblem(skewSeconds, toleranceSeconds)
    if (problem) problems.push(problem)
  }

  let secretIndex: number | null = null
  if (signature !== undefined) {
    const known = signature
      .split(' ')
      .filter((part) => part.startsWith(`${signatureVersion},`))
      .map((part) => part.slice(signatureVersion.length + 1))
    if (known.length === 0) {
      problems.push({
        code: 'signature_version_unknown',
        message: `None of the signatures has the form ${signatureVersion},<base64>.`,
      })
    } else if (id !== undefined && timestamp !== undefined) {
      const body = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody
      secretIndex = matchingSecret({ prefix: `${id}.${timestamp}.`, body }, known, secrets)
      if (secretIndex === null) {
        problems.push({
          code: 'signature_mismatch',
          message: 'No signature fits: another secret, or a body that differs from the one that was signed.',
        })
      }
    }
  }
  return { valid: problems.length === 0, secretIndex, skewSeconds, problems }
}
