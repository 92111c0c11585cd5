/** The deliveries that were taken from the queue, and are neither recorded nor given back. */
export class UnderWay {
  readonly #webhookOf = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  add(id: string, webhookId: string): void {
    this.delete(id)
    this.#webhookOf.set(id, webhookId)
    this.#counts.set(webhookId, this.countOf(webhookId) + 1)
  }

  delete(id: string): void {
    const webhookId = this.#webhookOf.get(id)
    if (webhookId === undefined) return
    this.#webhookOf.delete(id)
    const rest = this.countOf(webhookId) - 1
    if (rest > 0) this.#counts.set(webhookId, rest)
    else this.#counts.delete(webhookId)
  }

  has(id: string): boolean {
    return this.#webhookOf.has(id)
  }

  /** Of one webhook. */
  countOf(webhookId: string): number {
    return this.#counts.get(webhookId) ?? 0
  }
}
