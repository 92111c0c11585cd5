/** A time in which somebody is left alone. */
export class Pause {
  #until = Number.NEGATIVE_INFINITY
  #lengthMs = 0

  /** The end of the one that is, or of the last one. */
  get until(): number {
    return this.#until
  }

  begin(now: number, until: number): void {
    this.#until = until
    this.#lengthMs = until - now
  }

  isOn(now: number): boolean {
    // A clock that was set back does not make it longer.
    this.#until = Math.min(this.#until, now + this.#lengthMs)
    return now < this.#until
  }
}
