/** Calls back once at the earliest of the times that it was set to. Times are those of `performance.now()`. */
export class Alarm {
  readonly #ring: () => void
  #setTo = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #immediate: NodeJS.Immediate | null = null

  constructor(ring: () => void) {
    this.#ring = ring
  }

  at(tick: number): void {
    if (tick >= this.#setTo) return
    this.cancel()
    this.#setTo = tick
    const delayMs = tick - performance.now()
    const ring = (): void => {
      this.cancel()
      this.#ring()
    }
    // Timers of Node are whole milliseconds, and never less than one.
    if (delayMs <= 0) this.#immediate = setImmediate(ring)
    else this.#timer = setTimeout(ring, Math.ceil(delayMs))
  }

  cancel(): void {
    this.#setTo = Number.POSITIVE_INFINITY
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#immediate) clearImmediate(this.#immediate)
    this.#timer = null
    this.#immediate = null
  }
}
