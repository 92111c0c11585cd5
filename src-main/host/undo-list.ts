/** What must be undone at the end, last first. */
export class UndoList {
  readonly #steps: (() => unknown)[] = []
  #running: Promise<void> | null = null

  add(step: () => unknown): void {
    this.#steps.push(step)
  }

  /** Takes every step, also after one failed, and throws the first error then. Again: waits for the same end. */
  run(): Promise<void> {
    this.#running ??= this.#takeSteps()
    return this.#running
  }

  async #takeSteps(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
