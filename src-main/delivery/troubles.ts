/** What stands in the way at the moment. Told when it changes, the first of several. */
export class Troubles {
  readonly #tell: (trouble: string | null) => void
  /** Webhooks that nothing can be sent to, and why. */
  readonly #ofLanes = new Map<string, string>()
  #told: string | null = null
  /** With the database; it comes before all others. */
  ofQueue: string | null = null

  constructor(tell: (trouble: string | null) => void) {
    this.#tell = tell
  }

  /** Null: nothing is wrong with the webhook. */
  ofLane(webhookId: string, problem: string | null): void {
    if (problem === null) this.#ofLanes.delete(webhookId)
    else this.#ofLanes.set(webhookId, problem)
  }

  /** What was told last. */
  get told(): string | null {
    return this.#told
  }

  report(): void {
    const [first] = this.#ofLanes
    const trouble = this.ofQueue ?? (first ? `Nothing can be sent to ${first[0]}: ${first[1]}` : null)
    if (trouble === this.#told) return
    this.#told = trouble
    this.#tell(trouble)
  }
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
