import type { Throttle } from '#contract/webhook-options.ts'

/** What a turn of the worker and its timers may be late: so much of the rate may be made up for. */
const lateMs = 20
/** Times of today are exact to a quarter of a thousandth of a ms. */
const roundingMs = 0.001

/**
 * An even rate: one token every `seconds / count`, and no store of them but what 20 ms bring. So in any `seconds` there
 * go at most `count`, and those of 20 ms beside them: one more for rates of up to 50 a second.
 * It keeps the time at which the bucket will be full again (the generic cell rate algorithm, ITU-T I.371).
 */
export class TokenBucket {
  /** Time between two tokens, ms. */
  readonly #everyMs: number
  /** It is full so many tokens after `#since`: counted, because times that are added up drift. */
  #since = 0
  #tokens = 0

  /** `lastAt`: when a token was last taken, before this bucket was made; null when never. */
  constructor({ count, seconds }: Throttle, lastAt: number | null) {
    this.#everyMs = (seconds * 1_000) / count
    if (lastAt !== null) this.#empty(lastAt)
  }

  /** How many tokens are there. */
  available(now: number): number {
    const sinceFirstMs = now + lateMs - Math.max(this.#fullAtOf(now), now) + roundingMs
    return sinceFirstMs < 0 ? 0 : Math.floor(sinceFirstMs / this.#everyMs) + 1
  }

  take(now: number): void {
    if (this.#fullAtOf(now) <= now) {
      this.#since = now
      this.#tokens = 0
    }
    this.#tokens += 1
  }

  /** When the next token is there: in the past when one is. */
  nextAt(now: number): number {
    return Math.ceil(this.#fullAtOf(now) - lateMs - roundingMs)
  }

  isFull(now: number): boolean {
    return this.#fullAtOf(now) <= now
  }

  /** A clock that was set back does not stop the flow: the bucket is at most empty. */
  #fullAtOf(now: number): number {
    if (this.#fullAt() > now + this.#everyMs + lateMs) this.#empty(now)
    return this.#fullAt()
  }

  #fullAt(): number {
    return this.#since + this.#tokens * this.#everyMs
  }

  #empty(at: number): void {
    this.#since = at + lateMs
    this.#tokens = 1
  }
}
