import type { ErrorClass } from '#contract/vocabulary.ts'

/** Upper bounds of the buckets for the duration of an attempt, ms; one more holds what took longer. */
export const durationBoundsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000] as const

/** Attempts since the start of the thread. */
export interface Attempts {
  readonly delivered: number
  readonly failed: Readonly<Partial<Record<ErrorClass, number>>>
  /** By bucket, as `durationBoundsMs` and one more. */
  readonly durations: readonly number[]
  readonly durationMsSum: number
}

/** Counts attempts in memory. */
export class Tally {
  #delivered = 0
  #durationMsSum = 0
  readonly #failed: Partial<Record<ErrorClass, number>> = {}
  readonly #durations = new Array<number>(durationBoundsMs.length + 1).fill(0)

  count(errorClass: ErrorClass | null, durationMs: number): void {
    if (errorClass === null) this.#delivered += 1
    else this.#failed[errorClass] = (this.#failed[errorClass] ?? 0) + 1
    this.#durationMsSum += durationMs
    let bucket = 0
    while (durationMs > (durationBoundsMs[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1
    this.#durations[bucket] = (this.#durations[bucket] ?? 0) + 1
  }

  read(): Attempts {
    return {
      delivered: this.#delivered,
      failed: { ...this.#failed },
      durations: [...this.#durations],
      durationMsSum: this.#durationMsSum,
    }
  }
}
