import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  sign as signWith,
} from 'node:crypto'

/** Prefix of a symmetric secret of Standard Webhooks. */
const secretPrefix = 'whsec_'
/** Prefix of a private key of ed25519: the base64 of its 32 bytes and the 32 of the public key. */
const privatePrefix = 'whsk_'
const publicPrefix = 'whpk_'
const privateBytes = 32
const secretBytesMin = 24
const secretBytesMax = 64
export const signatureVersion = 'v1'
export const asymmetricVersion = 'v1a'
const base64Form = /^[A-Za-z0-9+/]+={0,2}$/

/** A new secret from 32 random bytes: `whsec_` and their base64. */
export const formatSecret = (random: Uint8Array): string =>
  secretPrefix + Buffer.from(random).toString('base64')

export const isPrivateKey = (secret: string): boolean => secret.startsWith(privatePrefix)

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
  if (isPrivateKey(secret)) return privateKeyOf(secret.slice(privatePrefix.length))
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

/** What stands before the 32 bytes of a public key in SPKI (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * What a receiver verifies with: a public key `whpk_…`, or a secret.
 * @throws RangeError when it is neither. The message never holds the secret.
 */
export const verifyingKeyOf = (text: string): KeyObject => {
  if (!text.startsWith(publicPrefix)) {
    const key = keyOfSecret(text)
    return key.type === 'secret' ? key : createPublicKey(key)
  }
  const encoded = text.slice(publicPrefix.length)
  const bytes = Buffer.from(encoded, 'base64')
  if (!base64Form.test(encoded) || bytes.length !== privateBytes) {
    throw new RangeError(`A public key is ${publicPrefix} and the base64 of ${privateBytes} bytes.`)
  }
  return createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' })
}

/** What a signature covers: `id.timestamp.body`, where the body is the exact bytes that are sent. */
export interface SignedContent {
  readonly id: string
  /** Unix seconds of the attempt. */
  readonly timestampSeconds: number
  readonly body: Uint8Array
}

export const digestOf = (prefix: string, body: Uint8Array, key: KeyObject): string =>
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
