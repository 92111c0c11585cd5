import { createHash } from 'node:crypto'
import { crc32 as zlibCrc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { environments } from '#contract/vocabulary.ts'
import { crc32 } from '#main/engine/api-keys/crc32.ts'
import { newSecret, parseSecret } from '#main/engine/api-keys/secret.ts'
import { seededRandom } from '../support/random.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('the checksum', () => {
  test('is the CRC-32 of zip', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
    for (const text of ['', 'a', 'pb_prod_000000000000000000000000000000']) {
      expect(crc32(Buffer.from(text))).toBe(zlibCrc32(text))
    }
  })

  test('stands at the end in six digits of base 62, the most significant first', () => {
    const { secret } = newSecret('production', seededRandom(4))
    const value = [...secret.slice(-6)].reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0)
    expect(value).toBe(zlibCrc32(secret.slice(0, -6)))
  })
})

describe('a secret', () => {
  test.each([
    ['production', /^pb_prod_[0-9A-Za-z]{36}$/],
    ['staging', /^pb_stag_[0-9A-Za-z]{36}$/],
    ['development', /^pb_dev_[0-9A-Za-z]{36}$/],
  ] as const)('of %s says so in front', (environment, form) => {
    const { secret } = newSecret(environment, seededRandom(1))
    expect(secret).toMatch(form)
    expect(parseSecret(secret)).toEqual({ environment })
  })

  test('shows its kind and six characters, and is kept as SHA-256', () => {
    const { secret, prefix, hash } = newSecret('development', seededRandom(2))
    expect(prefix).toBe(secret.slice(0, 'pb_dev_'.length + 6))
    expect(hash).toEqual(createHash('sha256').update(secret).digest())
  })

  test('uses every character about equally often', () => {
    const random = seededRandom(3)
    const counts = new Map<string, number>()
    for (let made = 0; made < 3_100; made += 1) {
      const { secret } = newSecret('production', random)
      for (const character of secret.slice(8, 38)) counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    // 93,000 characters: 1,500 of each on average, with a standard deviation of 38.
    expect(counts.size).toBe(62)
    for (const count of counts.values()) expect(Math.abs(count - 1_500)).toBeLessThan(190)
  })

  test('throws bytes away that would favour the first characters', () => {
    const given = [255, 248, 249, 250, 251, 252, 253, 254, 61]
    const { secret } = newSecret('production', (length) => Buffer.alloc(length, Buffer.from(given)))
    expect(secret.slice(8, 38)).toBe('z'.repeat(30))
  })

  test('with one wrong, missing or exchanged character is told from a good one without asking anybody', () => {
    for (const environment of environments) {
      const { secret } = newSecret(environment, seededRandom(5))
      for (let place = 0; place < secret.length; place += 1) {
        const other = secret[place] === 'x' ? 'y' : 'x'
        expect(parseSecret(secret.slice(0, place) + other + secret.slice(place + 1))).toBeNull()
        expect(parseSecret(secret.slice(0, place) + secret.slice(place + 1))).toBeNull()
      }
    }
  })

  test.each(['', 'pb_prod_', 'Bearer x', `pb_live_${'0'.repeat(36)}`, '0'.repeat(100_000)])(
    'is not %#',
    (text) => {
      expect(parseSecret(text)).toBeNull()
    },
  )
})
