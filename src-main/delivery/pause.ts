import type { TokenPauseRecord } from '#main/store/interface.ts'
import { retryAfterMsMax } from './backoff.ts'
import type { Failure } from './failure.ts'

/** One that is no longer is over before anybody has read of it, and told to nobody. */
const untoldMs = 1_000

/** A time in which a token endpoint is left alone, and the failure for which it is. */
export class Pause {
  readonly #onChange: (pause: TokenPauseRecord | null) => void
  #until = Number.NEGATIVE_INFINITY
  #lengthMs = 0
  #failure: Failure | null = null
  /** Whether it was found where pauses are kept. */
  #isKept = false
  #isRetired = false

  /** `onChange`: it is to be kept, or not any more. */
  constructor(onChange: (pause: TokenPauseRecord | null) => void) {
    this.#onChange = onChange
  }

  /** The end of the one that is, or of the last one. */
  get until(): number {
    return this.#until
  }

  begin(now: number, until: number, failure: Failure): void {
    if (this.#isRetired) return
    this.#set(now, until, failure)
    const { errorClass, message } = failure
    if (until - now > untoldMs) this.#onChange({ until, errorClass, message })
  }

  isOn(now: number): boolean {
    // A clock that was set back does not make it longer.
    this.#until = Math.min(this.#until, now + this.#lengthMs)
    return now < this.#until
  }

  /** Why there is no token now; null when one may be asked for. */
  failureAt(now: number): Failure | null {
    return this.isOn(now) ? this.#failure : null
  }

  /** It is over before its time. */
  end(now: number): void {
    if (this.isOn(now)) this.#onChange(null)
    this.#until = Number.NEGATIVE_INFINITY
  }

  /** It is over, and none begins any more: what this endpoint may still answer is of no matter now. */
  retire(now: number): void {
    this.end(now)
    this.#isRetired = true
  }

  /** Takes over what is kept; null when nothing is. */
  restore(kept: TokenPauseRecord | null, now: number): void {
    this.#until = Number.NEGATIVE_INFINITY
    if (kept === null) return
    const { until, errorClass, message } = kept
    this.#set(now, Math.min(until, now + retryAfterMsMax), { errorClass, message })
    this.#isKept = true
  }

  /** Whether it was kept, and is not any more, though it is on: a person has ended it. */
  wasEnded(kept: TokenPauseRecord | null, now: number): boolean {
    if (kept?.until === this.#until) this.#isKept = true
    return this.#isKept && kept === null && this.isOn(now)
  }

  #set(now: number, until: number, failure: Failure): void {
    this.#until = until
    this.#lengthMs = until - now
    this.#failure = failure
    this.#isKept = false
  }
}
