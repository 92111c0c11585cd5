import type { ClockJump } from '#main/store/interface.ts'

/** Less than this is a correction that no schedule notices. */
export const jumpMs = 5_000
/** The worker wakes every second: a longer silence means that the machine slept, on which some clocks run on. */
export const sleepMs = 30_000
/** What became due in a jump is spread over at most so long. */
export const spreadMsMax = 30_000

export interface WatchedClocks {
  /** Time of day, Unix ms. */
  now(): number
  /** Runs on evenly, ms; on some systems it stands still while the machine sleeps. */
  tick(): number
}

/** Notices that the time of day jumped: the machine slept, or its clock was set. */
export class ClockWatch {
  readonly #clocks: WatchedClocks
  #now: number
  #tick: number

  constructor(clocks: WatchedClocks) {
    this.#clocks = clocks
    this.#now = clocks.now()
    this.#tick = clocks.tick()
  }

  /** To be called about once a second or oftener. @returns the jump since the last call; null mostly. */
  look(): ClockJump | null {
    const now = this.#clocks.now()
    const tick = this.#clocks.tick()
    const passedMs = now - this.#now
    const ranMs = tick - this.#tick
    this.#now = now
    this.#tick = tick
    const byMs = Math.round(passedMs - ranMs)
    if (Math.abs(byMs) >= jumpMs) return { at: now, byMs }
    return ranMs >= sleepMs && passedMs > 0 ? { at: now, byMs: Math.round(passedMs) } : null
  }
}
