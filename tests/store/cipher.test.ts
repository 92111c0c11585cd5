import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCipher } from '#main/store/cipher.ts'
import { storeErrorOf } from '../support/store-error.ts'

const cipher = createCipher(randomBytes(32))
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('a sealed secret', () => {
  test('opens to what was sealed', () => {
    for (const text of ['', secret, 'ä€😀']) expect(cipher.open(cipher.seal(text, 'row'), 'row')).toBe(text)
  })

  test('shows nothing of the secret, and is another one each time', () => {
    const [one, other] = [cipher.seal(secret, 'row'), cipher.seal(secret, 'row')]
    expect(one.includes(Buffer.from(secret))).toBe(false)
    expect(one.equals(other)).toBe(false)
  })

  test('does not open in another row', async () => {
    const sealed = cipher.seal(secret, 'whs_1')
    await storeErrorOf('data_key_wrong', () => cipher.open(sealed, 'whs_2'))
  })

  test('does not open with another key', async () => {
    const sealed = cipher.seal(secret, 'row')
    await storeErrorOf('data_key_wrong', () => createCipher(randomBytes(32)).open(sealed, 'row'))
  })

  test('does not open when any byte of it was changed, or bytes are missing', async () => {
    const sealed = cipher.seal(secret, 'row')
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Buffer.from(sealed)
      changed[place] = (changed[place] ?? 0) ^ 1
      await storeErrorOf('data_key_wrong', () => cipher.open(changed, 'row'))
      await storeErrorOf('data_key_wrong', () => cipher.open(sealed.subarray(0, place), 'row'))
    }
  })

  test('is never repeated by the error', async () => {
    const sealed = cipher.seal(secret, 'row')
    const error = await storeErrorOf('data_key_wrong', () => cipher.open(sealed, 'other'))
    expect(`${error.message} ${error.stack}`).not.toContain(secret)
  })
})
