import type { ApiKeyRecord } from '#main/store/interface.ts'

const minuteMs = 60_000

interface Bucket {
  tokens: number
  /** When the tokens were counted, Unix ms. */
  countedAt: number
  perMinute: number
}

/** Token buckets, one for each key with a limit: as many calls at once as the limit says, refilled over a minute. */
export interface RateLimits {
  /** Takes a token. @returns the seconds until there will be one, at least 1; null when there was one. */
  take(key: Pick<ApiKeyRecord, 'id' | 'rateLimitPerMinute'>, now: number): number | null
  /** Drops what is full again, so that keys which are not used any more cost nothing. */
  forgetFull(now: number): void
}

const refilled = ({ tokens, countedAt, perMinute }: Bucket, now: number): number =>
  Math.min(perMinute, tokens + (Math.max(0, now - countedAt) * perMinute) / minuteMs)

export const createRateLimits = (): RateLimits => {
  const buckets = new Map<string, Bucket>()
  return {
    take({ id, rateLimitPerMinute: perMinute }, now) {
      if (perMinute === null) return null
      const bucket = buckets.get(id) ?? { tokens: perMinute, countedAt: now, perMinute }
      const tokens = Math.min(perMinute, refilled(bucket, now))
      const taken = tokens >= 1
      buckets.set(id, { tokens: taken ? tokens - 1 : tokens, countedAt: now, perMinute })
      return taken ? null : Math.max(1, Math.ceil(((1 - tokens) * minuteMs) / perMinute / 1_000))
    },
    forgetFull(now) {
      for (const [id, bucket] of buckets) if (refilled(bucket, now) >= bucket.perMinute) buckets.delete(id)
    },
  }
}
