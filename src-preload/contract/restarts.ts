/** What lived this long starts the delays over. */
const healthyMs = 60_000

/**
 * When a thread that dies is started again: later after each death, until one has lived for a minute. The ticks are of
 * an even clock, ms.
 */
export class Restarts {
  readonly #delaysMs: readonly number[]
  #startedTick: number | null = null
  #deaths = 0

  /** `delaysMs` before each start anew; the last one repeats. */
  constructor(delaysMs: readonly number[]) {
    this.#delaysMs = delaysMs
  }

  /** Deaths without one among them that came after a minute. */
  get deaths(): number {
    return this.#deaths
  }

  noteStart(tick: number): void {
    this.#startedTick = tick
  }

  /** @returns after how many ms it is to be started again. */
  noteDeath(tick: number): number {
    if (this.isHealthy(tick)) this.#deaths = 0
    const delayMs = this.#delaysMs[Math.min(this.#deaths, this.#delaysMs.length - 1)] ?? healthyMs
    this.#deaths += 1
    this.#startedTick = null
    return delayMs
  }

  /** Whether it lives, and has lived for a minute. */
  isHealthy(tick: number): boolean {
    return this.#startedTick !== null && tick - this.#startedTick > healthyMs
  }
}
