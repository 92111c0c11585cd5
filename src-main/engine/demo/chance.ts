import type { RandomBytes } from '../ids.ts'

/** Chance that comes out the same for the same seed, so that the demo workspace is the same each time. */
export interface Chance {
  /** In [0, 1). */
  next(): number
  /** From 0 up to and without `end`. */
  below(end: number): number
  happens(share: number): boolean
  /** @throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T
  readonly bytes: RandomBytes
}

/** Mulberry32. Never for secrets: whoever knows the seed knows all of it. */
export const createChance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    next,
    below,
    happens: (share) => next() < share,
    pick(list) {
      const picked = list[below(list.length)]
      if (picked === undefined) throw new RangeError('There is nothing to pick from.')
      return picked
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  }
}
