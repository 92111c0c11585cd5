import { TypeID } from 'typeid-js'
import type { IdPrefix } from '#contract/ids.ts'
import { createTypeIds } from '#contract/type-id.ts'
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

/** The lowest id that can be made at a time (Unix ms): a range of times is a range of ids. */
export const firstIdAt = (prefix: IdPrefix, ms: number): string => {
  const bytes = Buffer.alloc(idBytes)
  bytes.writeUIntBE(Math.min(ms, msMax), 0, 6)
  return TypeID.fromUUIDBytes(prefix, bytes).toString()
}

/** Ids of one millisecond are told apart by a counter, then by chance alone. */
export const createIds = (clock: Clock, randomBytes: RandomBytes): Ids => {
  let lastMs = -1
  let counter = 0
  const nextId = createTypeIds((words) => {
    const bytes = randomBytes(words.byteLength)
    for (let index = 0; index < words.length; index += 1) words[index] = bytes.readUInt16LE(2 * index)
  })
  return {
    next(prefix, at) {
      const ms = at ?? clock.now()
      counter = ms === lastMs && counter < counterMax ? counter + 1 : 0
      lastMs = ms
      return nextId(prefix, ms, counter)
    },
  }
}
