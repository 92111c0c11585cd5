import type { BreakerRecord } from '#main/store/interface.ts'

/** It opens when this part of the requests fails … */
export const openFailedPart = 0.7
/** … of at least so many … */
export const openRequestsMin = 10
/** … within this time. */
export const windowMs = 5 * 60_000
/** While it is open one request goes out this long after the one before. */
export const probeAfterMs = 30_000

/** The window slides in steps of this length. */
const stepMs = 10_000
const steps = windowMs / stepMs

/** Counts of the last five minutes, in a ring of steps: adding costs nothing, and nothing has to be taken away. */
class Window {
  readonly #stamps = new Float64Array(steps)
  readonly #requests = new Uint32Array(steps)
  readonly #failed = new Uint32Array(steps)

  add(failed: boolean, now: number): void {
    const stamp = Math.floor(now / stepMs)
    const place = stamp % steps
    if (this.#stamps[place] !== stamp) {
      this.#stamps[place] = stamp
      this.#requests[place] = 0
      this.#failed[place] = 0
    }
    this.#requests[place] = (this.#requests[place] ?? 0) + 1
    if (failed) this.#failed[place] = (this.#failed[place] ?? 0) + 1
  }

  count(now: number): { requests: number; failed: number } {
    const last = Math.floor(now / stepMs)
    const sum = { requests: 0, failed: 0 }
    for (let place = 0; place < steps; place += 1) {
      const stamp = this.#stamps[place] ?? 0
      // What a clock that was set back has left in the future does not count.
      if (stamp <= last - steps || stamp > last) continue
      sum.requests += this.#requests[place] ?? 0
      sum.failed += this.#failed[place] ?? 0
    }
    return sum
  }

  clear(): void {
    this.#stamps.fill(0)
  }
}

/**
 * The circuit breaker of one endpoint. Closed, everything goes out. Open, nothing does, until 30 s later one delivery
 * goes as a probe: delivered closes it, failed opens it for another 30 s. Requests that were under way when it opened
 * land without changing anything.
 */
export class Breaker {
  readonly #window = new Window()
  #open: BreakerRecord | null = null
  #probe: string | null = null

  /** As it is kept; null when it is closed. */
  get record(): BreakerRecord | null {
    return this.#open
  }

  /** When something may go out: in the past when it may; null while the probe is under way. */
  nextAt(now: number): number | null {
    if (this.#open === null) return now
    if (this.#probe !== null) return null
    const probeAt = this.#open.probeAt ?? now
    if (probeAt <= now + probeAfterMs) return probeAt
    // A clock that was set back must not keep it open.
    this.#open = { ...this.#open, probeAt: now + probeAfterMs }
    return now + probeAfterMs
  }

  /** A delivery goes out. @returns whether it is the probe. */
  leave(deliveryId: string): boolean {
    if (this.#open === null) return false
    this.#probe = deliveryId
    this.#open = { ...this.#open, probeAt: null }
    return true
  }

  /** A delivery was attempted. @returns whether the breaker has changed. */
  land(deliveryId: string, failed: boolean, now: number): boolean {
    if (this.#open !== null) return deliveryId === this.#probe && this.#judge(failed, now)
    this.#window.add(failed, now)
    if (!failed) return false
    const { requests, failed: failures } = this.#window.count(now)
    if (requests < openRequestsMin || failures < openFailedPart * requests) return false
    this.#open = { openedAt: now, probeAt: now + probeAfterMs, failed: failures, requests }
    this.#window.clear()
    return true
  }

  /** A delivery that had gone out was not attempted after all. @returns whether the breaker has changed. */
  putBack(deliveryId: string, now: number): boolean {
    if (this.#open === null || deliveryId !== this.#probe) return false
    this.#probe = null
    this.#open = { ...this.#open, probeAt: now }
    return true
  }

  /** Takes over what was kept; null closes it, with no failures behind it. */
  restore(record: BreakerRecord | null): void {
    this.#open = record
    this.#probe = null
    this.#window.clear()
  }

  /** Nothing would be lost with it. */
  isIdle(now: number): boolean {
    return this.#open === null && this.#window.count(now).requests === 0
  }

  #judge(failed: boolean, now: number): true {
    this.#probe = null
    this.#open = failed && this.#open ? { ...this.#open, probeAt: now + probeAfterMs } : null
    return true
  }
}
