import type { IdPrefix } from './ids.ts'

/** Fills its argument with random bits. */
export type FillRandom = (words: Uint16Array<ArrayBuffer>) => void

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Every 10 bits as two characters. */
const pairs = Array.from(
  { length: 1024 },
  (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31),
)
const idsPerFill = 512
/** The 80 bits after the time: version, counter, variant and random. */
const wordsPerId = 8

/** 48 bits of time in 10 characters; the UUID is preceded by two zero bits. */
const encodeTime = (atMs: number): string => {
  let text = ''
  for (let rest = atMs; text.length < 10; rest = Math.floor(rest / 1024))
    text = (pairs[rest % 1024] ?? '') + text
  return text
}

/**
 * Makes TypeIDs, each a UUIDv7 of the given time. They are made tens of thousands of times a second, so the random bits
 * are drawn in bulk and the time is encoded once for each millisecond. `counter` are the 12 bits after the time, which
 * keep the order within a millisecond (method 1 of section 6.2); random when absent.
 * Source: https://github.com/jetify-com/typeid/tree/main/spec, RFC 9562 section 5.7
 */
export const createTypeIds = (
  fillRandom: FillRandom,
): ((prefix: IdPrefix, atMs: number, counter?: number) => string) => {
  const pool = new Uint16Array(idsPerFill * wordsPerId)
  let position = pool.length
  let knownMs = -1
  let time = ''
  const draw = (): number => {
    const word = pool[position] ?? 0
    position += 1
    return word
  }
  return (prefix, atMs, counter) => {
    if (position >= pool.length) {
      fillRandom(pool)
      position = 0
    }
    if (atMs !== knownMs) {
      knownMs = atMs
      time = encodeTime(atMs)
    }
    // 4 bits of version (0111), 12 of the counter, 2 of variant (10), 62 random ones.
    const bits = draw()
    const low = draw()
    const high = counter ?? ((bits & 0x3f) << 6) | (low & 0x3f)
    let text = `${prefix}_${time}${pairs[(0b0111 << 6) | (high >> 6)]}`
    text += pairs[((high & 0x3f) << 4) | 0b1000 | ((low >> 6) & 0b11)]
    for (let index = 2; index < wordsPerId; index += 1) text += pairs[draw() & 0x3ff]
    return text
  }
}
