import { describe, expect, test } from 'vitest'
import {
  addLatency,
  hourOf,
  latencyBucketOf,
  latencyBuckets,
  latencyPercentile,
  noLatency,
} from '#main/store/latency.ts'

const countsOf = (durations: readonly number[]): number[] => {
  const counts = noLatency()
  for (const ms of durations) counts[latencyBucketOf(ms)] = (counts[latencyBucketOf(ms)] ?? 0) + 1
  return counts
}

describe('the buckets of durations', () => {
  test.each([
    [0, 0],
    [0.4, 0],
    [1.999, 0],
    [2, 1],
    [3.999, 1],
    [4, 2],
    [1_023, 9],
    [1_024, 10],
    [2 ** 19, 19],
    [2 ** 40, 19],
  ])('%f ms are in bucket %i', (ms, bucket) => {
    expect(latencyBucketOf(ms)).toBe(bucket)
  })

  test('add up', () => {
    const counts = countsOf([1, 5])
    addLatency(counts, JSON.stringify(countsOf([5, 2 ** 30])))
    expect(counts).toEqual(countsOf([1, 5, 5, 2 ** 30]))
    expect(counts).toHaveLength(latencyBuckets)
  })

  test('that were not written by us are refused', () => {
    expect(() => addLatency(noLatency(), '{}')).toThrow(TypeError)
    expect(() => addLatency(noLatency(), 'x')).toThrow(SyntaxError)
  })
})

describe('a percentile', () => {
  test('is unknown without attempts', () => {
    expect(latencyPercentile(noLatency(), 0.5)).toBeNull()
  })

  test('lies in the bucket of the true one', () => {
    const durations = Array.from({ length: 1_000 }, (_, index) => 1.01 ** index)
    for (const share of [0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
      const exact = durations[Math.ceil(share * durations.length) - 1] ?? 0
      const bucket = latencyBucketOf(exact)
      const told = latencyPercentile(countsOf(durations), share) ?? 0
      expect(told).toBeGreaterThanOrEqual(bucket === 0 ? 0 : 2 ** bucket)
      expect(told).toBeLessThanOrEqual(2 ** (bucket + 1))
    }
  })

  test('grows with its share', () => {
    const counts = countsOf([1, 3, 3, 90, 90, 90, 5_000])
    const told = [0.1, 0.3, 0.5, 0.7, 0.9, 1].map((share) => latencyPercentile(counts, share) ?? 0)
    expect(told).toEqual([...told].sort((one, other) => one - other))
  })
})

test('an hour is the time at which it starts', () => {
  expect(hourOf(Date.UTC(2026, 10, 20, 10, 59, 59, 999))).toBe(Date.UTC(2026, 10, 20, 10))
  expect(hourOf(Date.UTC(2026, 10, 20, 10))).toBe(Date.UTC(2026, 10, 20, 10))
})
