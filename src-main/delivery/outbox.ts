import type { BreakerChange, ClaimedDelivery, Report, Settlement, WorkQueue } from '#main/store/interface.ts'

/** A request that takes longer is marked as sending … */
const slowMs = 250
/** … under a lease much longer than a request may take (30 s), so that none ends under one. */
const leaseMs = 120_000
/** A delivery that arrived waits this long for others to be recorded with: a commit costs the wait for the disk. */
const patienceMs = 40

/** Somebody else keeps the database for so long before that is called trouble. */
const lockedMs = 1_000

type Queue = Pick<WorkQueue, 'record' | 'sync'>
type Returned = Report['returned'][number]

/** What is to be written to the queue. It keeps everything until it was written. */
export class Outbox {
  readonly #queue: Queue
  #settlements: Settlement[] = []
  /** When the settlements are to be written, as a `performance.now()`. */
  #settlementsDueAt = Number.POSITIVE_INFINITY
  #returned: Returned[] = []
  /** To be marked as sending, as long as they are under way. */
  #slow: Set<string> = new Set()
  /** Those that are being written. */
  #marking: Set<string> = new Set()
  #breakers = new Map<string, BreakerChange>()
  /** Since when somebody else is writing, as a `performance.now()`. */
  #busySince: number | null = null
  #mustSync = false
  /** Requests under way that are not marked as sending, oldest first, with the time of their start. */
  readonly #unmarked = new Map<string, number>()

  constructor(queue: Queue) {
    this.#queue = queue
  }

  /** Attempts to be recorded. */
  get settlements(): number {
    return this.#settlements.length
  }

  /** Whether something was given back that is not written yet. */
  get hasReturned(): boolean {
    return this.#returned.length > 0
  }

  get isEmpty(): boolean {
    const { length } = this.#settlements
    return length + this.#returned.length + this.#slow.size + this.#breakers.size === 0
  }

  /** Whether somebody else was writing the last time. */
  get isBusy(): boolean {
    return this.#busySince !== null
  }

  get isLocked(): boolean {
    return this.#busySince !== null && performance.now() - this.#busySince > lockedMs
  }

  /** When it is to be written, as a `performance.now()`: in the past when it should be now. */
  get dueAt(): number {
    const others = this.#returned.length + this.#slow.size + this.#breakers.size
    return others > 0 ? 0 : this.#settlementsDueAt
  }

  /** When the oldest request will be slow, as a `performance.now()`. */
  get slowAt(): number {
    const [oldest] = this.#unmarked.values()
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + slowMs
  }

  sent(id: string): void {
    this.#unmarked.set(id, performance.now())
  }

  landed(id: string): void {
    this.#unmarked.delete(id)
    // Marked after its attempt is recorded, it would be under way for ever.
    this.#slow.delete(id)
    this.#marking.delete(id)
  }

  /** `prompt`: what is taken next depends on it, so it is to be written before. */
  settle(settlement: Settlement, prompt: boolean): void {
    this.#settlements.push(settlement)
    const dueAt = prompt ? 0 : performance.now() + patienceMs
    this.#settlementsDueAt = Math.min(this.#settlementsDueAt, dueAt)
  }

  giveBack({ id, dueAt }: ClaimedDelivery): void {
    this.#returned.push({ id, dueAt })
  }

  changeBreaker(webhookId: string, url: string, breaker: BreakerChange['breaker']): void {
    this.#breakers.set(webhookId, { webhookId, url, breaker })
  }

  /** Whether the breaker of the webhook has a change that is not written yet. */
  hasBreaker(webhookId: string): boolean {
    return this.#breakers.has(webhookId)
  }

  /** Looks for requests that have become slow. */
  findSlow(): void {
    const before = performance.now() - slowMs
    for (const [id, sentAt] of this.#unmarked) {
      if (sentAt > before) break
      this.#unmarked.delete(id)
      this.#slow.add(id)
    }
  }

  /** Writes everything. @returns what was written, or null when somebody else is writing at the moment. */
  async write(now: number): Promise<{ topics: Topics; settlements: readonly Settlement[] } | null> {
    const report = {
      settlements: this.#settlements,
      returned: this.#returned,
      slow: [...this.#slow],
      leaseUntil: now + leaseMs,
      breakers: [...this.#breakers.values()],
    }
    const breakers = this.#breakers
    this.#marking = this.#slow
    this.#settlements = []
    this.#settlementsDueAt = Number.POSITIVE_INFINITY
    this.#returned = []
    this.#slow = new Set()
    this.#breakers = new Map()
    let topics: Topics | null = null
    try {
      topics = await this.#queue.record(report)
    } finally {
      if (topics === null) {
        this.#settlements = report.settlements.concat(this.#settlements)
        if (this.#settlements.length > 0) this.#settlementsDueAt = 0
        this.#returned = report.returned.concat(this.#returned)
        this.#slow = new Set([...this.#marking, ...this.#slow])
        this.#breakers = new Map([...breakers, ...this.#breakers])
      }
    }
    if (topics === null) {
      this.#busySince ??= performance.now()
      return null
    }
    this.#busySince = null
    // Lost marks cost nothing: they need not wait for the disk. A lost record would be a lie.
    if (report.settlements.length > 0) this.#mustSync = true
    return { topics, settlements: report.settlements }
  }

  /** Waits until the disk has what was written. @throws StoreError `sync_failed`: it is written, but may not last. */
  async sync(): Promise<void> {
    if (!this.#mustSync) return
    this.#mustSync = false
    await this.#queue.sync()
  }
}

type Topics = NonNullable<Awaited<ReturnType<WorkQueue['record']>>>
