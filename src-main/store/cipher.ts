import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { StoreError } from './errors.ts'

const version = 1
const ivBytes = 12
const tagBytes = 16

/** Seals the secrets that must be read again to sign. */
export interface Cipher {
  /** `context` (a row id) is bound to the result: a sealed value moved to another row does not open. */
  seal(plaintext: string, context: string): Buffer
  /** @throws StoreError `data_key_wrong` when the key is another one or the bytes were changed. */
  open(sealed: Buffer, context: string): string
}

/** AES-256-GCM: version byte, 12 bytes IV, 16 bytes tag, ciphertext. `dataKey` has 32 bytes. */
export const createCipher = (dataKey: Buffer): Cipher => ({
  seal(plaintext, context) {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', dataKey, iv)
    cipher.setAAD(Buffer.from(context))
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
    return Buffer.concat([Buffer.of(version), iv, cipher.getAuthTag(), ciphertext])
  },
  open(sealed, context) {
    try {
      if (sealed[0] !== version) throw new Error(`unknown version ${sealed[0]}`)
      const decipher = createDecipheriv('aes-256-gcm', dataKey, sealed.subarray(1, 1 + ivBytes), {
        authTagLength: tagBytes,
      })
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(sealed.subarray(1 + ivBytes, 1 + ivBytes + tagBytes))
      const start = 1 + ivBytes + tagBytes
      return Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]).toString('utf8')
    } catch (cause) {
      throw new StoreError('data_key_wrong', 'A stored secret does not open with the present data key.', {
        cause,
      })
    }
  },
})
