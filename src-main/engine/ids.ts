import { TypeID } from 'typeid-js'
import type { IdPrefix } from '#contract/ids.ts'
import type { Clock } from './clock.ts'

/** `length` bytes from a cryptographic source, passed in so that the demo is the same each time. */
export type RandomBytes = (length: number) => Buffer

/** Makes TypeIDs: a prefix and a UUIDv7. */
export interface Ids {
  /** `at`: Unix ms, the clock's time when absent. Ids of one millisecond keep the order in which they were made. */
  next(prefix: IdPrefix, at?: number): string
}

const counterMax = 0xfff
const idBytes = 16
/** A UUIDv7 has 48 bits of ms. */
const msMax = 2 ** 48 - 1
/** Chance is drawn for so many ids at once: asking for it each time would cost more than all the rest of an id. */
const idsDrawn = 256

/** The lowest id that can be made at a time (Unix ms): a range of times is a range of ids. */
export const firstIdAt = (prefix: IdPrefix, ms: number): string => {
  const bytes = Buffer.alloc(idBytes)
  bytes.writeUIntBE(Math.min(ms, msMax), 0, 6)
  return TypeID.fromUUIDBytes(prefix, bytes).toString()
}

/**
 * UUIDv7 (RFC 9562, section 5.7): 48 bits of Unix ms, 12 bits counter within the millisecond
 * (method 1 of section 6.2), 62 bits random.
 */
export const createIds = (clock: Clock, randomBytes: RandomBytes): Ids => {
  let lastMs = -1
  let counter = 0
  let drawn: Buffer = Buffer.alloc(0)
  const draw = (): Buffer => {
    if (drawn.length === 0) drawn = randomBytes(idBytes * idsDrawn)
    const bytes = drawn.subarray(0, idBytes)
    drawn = drawn.subarray(idBytes)
    return bytes
  }
  return {
    next(prefix, at) {
      const ms = at ?? clock.now()
      counter = ms === lastMs && counter < counterMax ? counter + 1 : 0
      lastMs = ms
      const bytes = draw()
      bytes.writeUIntBE(ms, 0, 6)
      bytes[6] = 0x70 | (counter >> 8)
      bytes[7] = counter & 0xff
      bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
      return TypeID.fromUUIDBytes(prefix, bytes).toString()
    },
  }
}
