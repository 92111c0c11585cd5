import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '#main/delivery/token-bucket.ts'

const startMs = 1_800_000_000_000

/** Takes a token at each of the times at which one is there. @returns those times. */
const takeAt = (bucket: TokenBucket, times: readonly number[]): number[] => {
  const taken: number[] = []
  for (const now of times) {
    if (bucket.available(now) < 1) continue
    bucket.take(now)
    taken.push(now)
  }
  return taken
}

const throttles = fc.record({
  count: fc.integer({ min: 1, max: 10_000 }),
  seconds: fc.integer({ min: 1, max: 3_600 }),
})
/** Steps of a clock that goes forward, by bursts and by pauses. */
const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 5_000 })), {
  minLength: 1,
  maxLength: 400,
})
const timesOf = (all: readonly number[]): number[] => {
  let now = startMs
  return all.map((step) => {
    now += step
    return now
  })
}

describe('a token bucket', () => {
  it('never lets more than count go in any window of seconds, but for what 20 ms of its rate bring', () => {
    fc.assert(
      fc.property(throttles, steps, (throttle, all) => {
        const windowMs = throttle.seconds * 1_000
        const burst = Math.ceil((20 * throttle.count) / windowMs)
        const taken = takeAt(new TokenBucket(throttle, null), timesOf(all))
        for (const [first, from] of taken.entries()) {
          const inWindow = taken.slice(first).filter((at) => at < from + windowMs)
          expect(inWindow.length).toBeLessThanOrEqual(throttle.count + burst)
        }
      }),
    )
  })

  it('is even: after a pause of any length no more go at once than 20 ms bring', () => {
    fc.assert(
      fc.property(throttles, fc.integer({ min: 0, max: 10_000_000 }), (throttle, pauseMs) => {
        const bucket = new TokenBucket(throttle, startMs)
        const burst = Math.floor((20 * throttle.count) / (throttle.seconds * 1_000))
        expect(takeAt(bucket, Array(1_000).fill(startMs + pauseMs)).length).toBeLessThanOrEqual(burst + 1)
      }),
      // Times that were added up had drifted by as much as a token is long.
      { examples: [[{ count: 8_098, seconds: 3 }, 21]] },
    )
  })

  it('gives the next token at the time that it names, and none earlier', () => {
    fc.assert(
      fc.property(throttles, steps, (throttle, all) => {
        const bucket = new TokenBucket(throttle, null)
        const now = timesOf(all).at(-1) ?? startMs
        takeAt(bucket, timesOf(all))
        const at = bucket.nextAt(now)
        if (at > now) {
          expect(bucket.available(at - 1)).toBe(0)
          expect(at - now).toBeLessThanOrEqual(Math.ceil((throttle.seconds * 1_000) / throttle.count))
        }
        expect(bucket.available(Math.max(at, now))).toBeGreaterThanOrEqual(1)
      }),
    )
  })

  it('reaches its rate over a long time, though it is asked a little late each time', () => {
    fc.assert(
      fc.property(throttles, fc.integer({ min: 0, max: 15 }), (throttle, lateMs) => {
        const bucket = new TokenBucket(throttle, startMs)
        const everyMs = (throttle.seconds * 1_000) / throttle.count
        let now = startMs
        let taken = 0
        while (taken < 50) {
          now = Math.max(now, bucket.nextAt(now) + lateMs)
          while (taken < 50 && bucket.available(now) > 0) {
            bucket.take(now)
            taken += 1
          }
        }
        expect(now - startMs).toBeLessThanOrEqual(50 * everyMs + lateMs + 2)
      }),
    )
  })

  it('goes on from the last attempt of before: a start of the worker brings no token', () => {
    const bucket = new TokenBucket({ count: 1, seconds: 3_600 }, startMs)
    expect(bucket.available(startMs + 3_599_999)).toBe(0)
    expect(bucket.available(startMs + 3_600_000)).toBe(1)
  })

  it('waits no longer than for one token when the clock is set back', () => {
    const bucket = new TokenBucket({ count: 60, seconds: 60 }, startMs)
    const back = startMs - 24 * 3_600_000
    expect(bucket.available(back)).toBe(0)
    expect(bucket.nextAt(back)).toBe(back + 1_000)
  })
})
