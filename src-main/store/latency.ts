/**
 * The hourly numbers: `hour` of `attempt_hours` and `event_hours` is the Unix ms at which the hour starts,
 * `latency` of `attempt_hours` is a JSON array of `latencyBuckets` counts.
 */
export const hourMs = 3_600_000
export const hourOf = (atMs: number): number => atMs - (atMs % hourMs)

/** Bucket `i` counts the attempts that took `2^i` to `2^(i+1)` ms; bucket 0 those under 2 ms, the last all above. */
export const latencyBuckets = 20

export const latencyBucketOf = (totalMs: number): number =>
  Math.min(latencyBuckets - 1, Math.floor(Math.log2(Math.max(1, totalMs))))

export const noLatency = (): number[] => Array<number>(latencyBuckets).fill(0)

/** Adds the counts of a stored `latency` to `counts`. */
export const addLatency = (counts: number[], stored: string): void => {
  const added: unknown = JSON.parse(stored)
  if (!Array.isArray(added)) throw new TypeError('attempt_hours.latency is not an array')
  for (let bucket = 0; bucket < latencyBuckets; bucket += 1) {
    counts[bucket] = (counts[bucket] ?? 0) + Number(added[bucket] ?? 0)
  }
}

/**
 * The duration in ms that `share` (0 to 1) of the attempts stayed under, assuming that they are spread evenly
 * inside their bucket. Null without attempts.
 */
export const latencyPercentile = (counts: readonly number[], share: number): number | null => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  const wanted = total * share
  let seen = 0
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && seen + count >= wanted) {
      const from = bucket === 0 ? 0 : 2 ** bucket
      return Math.round(from + (2 ** (bucket + 1) - from) * ((wanted - seen) / count))
    }
    seen += count
  }
  return 2 ** latencyBuckets
}
