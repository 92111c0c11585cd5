import { hash } from 'node:crypto'
import type { Environment } from '#contract/vocabulary.ts'
import type { RandomBytes } from '../ids.ts'
import { crc32 } from './crc32.ts'

const kindPrefixes = {
  production: 'pb_prod_',
  staging: 'pb_stag_',
  development: 'pb_dev_',
} as const satisfies Record<Environment, string>

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 30
const checksumLength = 6
const visibleLength = 6
/** The largest multiple of 62 that a byte can reach: bytes from here on would favour the first letters. */
const fairBytes = 256 - (256 % alphabet.length)
const form = /^pb_(prod|stag|dev)_[0-9A-Za-z]{36}$/

const randomText = (randomBytes: RandomBytes): string => {
  let text = ''
  while (text.length < randomLength) {
    for (const byte of randomBytes(randomLength)) {
      if (byte < fairBytes && text.length < randomLength) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}

const checksumOf = (text: string): string => {
  let rest = crc32(Buffer.from(text))
  let checksum = ''
  for (let place = 0; place < checksumLength; place += 1) {
    checksum = alphabet[rest % alphabet.length] + checksum
    rest = Math.floor(rest / alphabet.length)
  }
  return checksum
}

export interface NewSecret {
  readonly secret: string
  /** The visible start. */
  readonly prefix: string
  readonly hash: Buffer
}

/** SHA-256, base64: a secret has 178 bits of chance, so that a slow hash would protect nothing more. */
export const hashSecret = (secret: string): string => hash('sha256', secret, 'base64')

/**
 * Makes the secret of a key: `pb_prod_`, `pb_stag_` or `pb_dev_`; 30 characters of base62; a checksum of 6. The
 * checksum is the CRC-32 of all that stands before it (prefix included, as ASCII) in base62, most significant digit
 * first, filled up with `0` on the left. The alphabet is `0-9A-Za-z`.
 */
export const newSecret = (environment: Environment, randomBytes: RandomBytes): NewSecret => {
  const kindPrefix = kindPrefixes[environment]
  const text = kindPrefix + randomText(randomBytes)
  const secret = text + checksumOf(text)
  return {
    secret,
    prefix: text.slice(0, kindPrefix.length + visibleLength),
    hash: Buffer.from(hashSecret(secret), 'base64'),
  }
}

/** Reads a secret without asking anybody: what kind it is, or null when it has a typing error or is none. */
export const parseSecret = (secret: string): { environment: Environment } | null => {
  if (!form.test(secret)) return null
  if (checksumOf(secret.slice(0, -checksumLength)) !== secret.slice(-checksumLength)) return null
  if (secret.startsWith(kindPrefixes.production)) return { environment: 'production' }
  return { environment: secret.startsWith(kindPrefixes.staging) ? 'staging' : 'development' }
}
