import type { Clock } from '#main/engine/clock.ts'
import { PatchbayError } from '#main/engine/errors.ts'

export interface AttemptLimitOptions {
  /** How many failures a key may have in one window. */
  readonly failuresMax: number
  readonly windowMs: number
  /** How many keys are remembered; the oldest are forgotten first. */
  readonly keysMax: number
}

/** Slows down who guesses: counts failed attempts by key, such as an address or an email. */
export interface AttemptLimit {
  /**
   * Runs an attempt. It counts from its start, so that many at once do not slip through, and is taken back
   * when it succeeds.
   * @throws PatchbayError `too_many_requests`, and whatever the attempt throws.
   */
  attempt<T>(key: string, work: () => Promise<T>): Promise<T>
}

interface Count {
  failures: number
  readonly endsAt: number
}

export const createAttemptLimit = (
  clock: Clock,
  { failuresMax, windowMs, keysMax }: AttemptLimitOptions,
): AttemptLimit => {
  const counts = new Map<string, Count>()

  const countOf = (key: string): Count => {
    const now = clock.now()
    const present = counts.get(key)
    if (present !== undefined && present.endsAt > now) return present
    const count = { failures: 0, endsAt: now + windowMs }
    counts.delete(key)
    counts.set(key, count)
    const [oldest] = counts.keys()
    if (counts.size > keysMax && oldest !== undefined) counts.delete(oldest)
    return count
  }

  return {
    async attempt(key, work) {
      const count = countOf(key)
      if (count.failures >= failuresMax) {
        const retryAfterSeconds = Math.max(1, Math.ceil((count.endsAt - clock.now()) / 1000))
        throw new PatchbayError('too_many_requests', { retryAfterSeconds })
      }
      count.failures += 1
      const result = await work()
      count.failures -= 1
      return result
    },
  }
}
