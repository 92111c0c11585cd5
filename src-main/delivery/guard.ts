import type { DelayCause } from '#contract/protection.ts'
import type { ErrorClass } from '#contract/vocabulary.ts'
import type {
  BreakerRecord,
  ClaimedDelivery,
  ClaimedWebhook,
  RecentAttempt,
  TokenPauseRecord,
  WorkQueue,
} from '#main/store/interface.ts'
import { Breaker, windowMs } from './breaker.ts'
import { Pause } from './pause.ts'
import { TokenBucket } from './token-bucket.ts'

const never = Number.NEGATIVE_INFINITY

/**
 * What protects one endpoint: its breaker, its throttle, and the pause of its token endpoint. Tests, connectivity
 * checks and replays go past it. It outlives the lane of the webhook, so that an endpoint that is seldom called is not
 * forgotten between two calls.
 */
export class Guard {
  readonly #onPause: (pause: TokenPauseRecord | null) => void
  #pause: Pause
  readonly #breaker = new Breaker()
  #bucket: TokenBucket | null = null
  #webhook: ClaimedWebhook | null = null
  /** Until when the breaker keeps or has kept deliveries from going … */
  #brokenUntil = never
  /** … and the throttle. */
  #throttledUntil = never

  /** `onPause`: the pause of its token endpoint is to be kept, or not any more. */
  constructor(onPause: (pause: TokenPauseRecord | null) => void) {
    this.#onPause = onPause
    this.#pause = new Pause(onPause)
  }

  /** Of its token endpoint; never on where no token is needed. */
  get pause(): Pause {
    return this.#pause
  }

  /** As the breaker is kept; null when it is closed. */
  get record(): BreakerRecord | null {
    return this.#breaker.record
  }

  /** The address that it guards, once that is known. */
  get url(): string | null {
    return this.#webhook?.url ?? null
  }

  /** The webhook as of a claim. Another address, or a status that was set anew, has no failures behind it. */
  apply(webhook: ClaimedWebhook, now: number): void {
    const known = this.#webhook
    this.#webhook = webhook
    const { throttle } = webhook.options
    const same = known?.options.throttle
    if (throttle === null) this.#bucket = null
    else if (this.#bucket === null || same?.count !== throttle.count || same.seconds !== throttle.seconds) {
      this.#bucket = new TokenBucket(throttle, webhook.lastAttemptAt)
    }
    if (known === null) return
    if (known.url === webhook.url && known.statusChangedAt === webhook.statusChangedAt) return
    this.restore(null, now)
    this.#pause.end(now)
  }

  /** There is another token endpoint, or it is asked otherwise. */
  renewPause(now: number): void {
    this.#pause.retire(now)
    this.#pause = new Pause(this.#onPause)
  }

  /** How many deliveries may go out now. */
  allowance(now: number): number {
    const at = this.#breaker.nextAt(now)
    if (at === null || at > now || this.#pause.isOn(now)) return 0
    const tokens = this.#bucket?.available(now) ?? Number.POSITIVE_INFINITY
    return this.#breaker.record === null ? tokens : Math.min(1, tokens)
  }

  /** When the next delivery may go out: in the past when one may; null as long as it depends on a request under way. */
  nextAt(now: number): number | null {
    const at = this.#breaker.nextAt(now)
    if (at === null) return null
    return Math.max(at, this.#bucket?.nextAt(now) ?? never, this.#pause.isOn(now) ? this.#pause.until : never)
  }

  /** A delivery goes out. @returns whether the breaker has changed. */
  leave(deliveryId: string, now: number): boolean {
    if (this.#bucket !== null) {
      this.#bucket.take(now)
      if (this.#bucket.available(now) === 0) this.#throttledUntil = this.#bucket.nextAt(now)
    }
    return this.#breaker.leave(deliveryId)
  }

  /**
   * What has kept a delivery that goes out now beyond its time; null when nothing of this guard has.
   * Asked before it leaves.
   */
  causeOfDelay({ dueAt }: Pick<ClaimedDelivery, 'dueAt'>): DelayCause | null {
    if (dueAt < this.#brokenUntil) return 'breaker'
    if (dueAt < this.#pause.until) return 'token'
    return dueAt < this.#throttledUntil ? 'throttle' : null
  }

  /** An earlier worker has attempted it: those attempts, one after the other, bring the breaker to where it was. */
  recall({ deliveryId, errorClass, startedAt, finishedAt }: RecentAttempt): void {
    const { probeAt = null } = this.record ?? {}
    if (probeAt !== null && startedAt >= probeAt) this.#breaker.leave(deliveryId)
    this.land(deliveryId, errorClass, finishedAt)
  }

  /** A delivery was attempted at this address. @returns whether the breaker has changed. */
  land(deliveryId: string, errorClass: ErrorClass | null, now: number): boolean {
    // Nothing was asked of the endpoint. As a probe it shows no more than that it cannot be reached.
    const wasAsked = errorClass !== 'blocked' && errorClass !== 'shape'
    if (!wasAsked && this.record === null) return false
    return this.#remember(this.#breaker.land(deliveryId, errorClass !== null, now), now)
  }

  /** A delivery that had gone out was not attempted after all. @returns whether the breaker has changed. */
  putBack(deliveryId: string, now: number): boolean {
    return this.#remember(this.#breaker.putBack(deliveryId, now), now)
  }

  /** Takes over the state of the breaker that was kept; null closes it. */
  restore(record: BreakerRecord | null, now: number): void {
    const wasOpen = this.record !== null
    this.#breaker.restore(record)
    this.#remember(wasOpen || record !== null, now)
  }

  /** Nothing would be lost with it. */
  isIdle(now: number): boolean {
    return this.#breaker.isIdle(now) && (this.#bucket?.isFull(now) ?? true) && !this.#pause.isOn(now)
  }

  #remember(changed: boolean, now: number): boolean {
    if (changed) this.#brokenUntil = this.record?.probeAt ?? now
    return changed
  }
}

/** The guards of all webhooks that have something to guard. */
export class Guards {
  readonly #onPause: (webhookId: string, pause: TokenPauseRecord | null) => void
  readonly #guards = new Map<string, Guard>()
  /** The pauses as they are kept, of the last look. */
  #pauses: ReadonlyMap<string, TokenPauseRecord> = new Map()
  #hasBegun = false

  /** `onPause`: the pause of the token endpoint of a webhook is to be kept, or not any more. */
  constructor(onPause: (webhookId: string, pause: TokenPauseRecord | null) => void) {
    this.#onPause = onPause
  }

  of(webhookId: string, now: number): Guard {
    const known = this.#guards.get(webhookId)
    if (known !== undefined) return known
    const guard = new Guard((pause) => this.#onPause(webhookId, pause))
    guard.pause.restore(this.#pauses.get(webhookId) ?? null, now)
    this.#guards.set(webhookId, guard)
    return guard
  }

  /**
   * Follows what others have done: a person closes a breaker by resuming the webhook or by giving it another address.
   * A change of how the webhook shows itself ends the pause of its token endpoint, too.
   * Breakers with a change that is not written yet are not looked at. Guards that no lane uses and that have nothing to
   * remember are forgotten. The first time it begins with what an earlier worker has attempted.
   */
  async follow(
    queue: Pick<WorkQueue, 'listBreakers' | 'listRecentAttempts' | 'listTokenPauses'>,
    now: number,
    { isUnwritten, isUsed }: Record<'isUnwritten' | 'isUsed', (webhookId: string) => boolean>,
  ): Promise<void> {
    this.#pauses = await queue.listTokenPauses(now)
    if (!this.#hasBegun) this.#begin(await queue.listRecentAttempts(now - windowMs), now)
    const kept = await queue.listBreakers()
    for (const [webhookId, record] of kept) {
      const guard = this.of(webhookId, now)
      if (guard.record === null && !isUnwritten(webhookId)) guard.restore(record, now)
    }
    for (const [webhookId, guard] of this.#guards) {
      if (guard.record !== null && !kept.has(webhookId) && !isUnwritten(webhookId)) guard.restore(null, now)
      const pause = this.#pauses.get(webhookId) ?? null
      if (guard.pause.wasEnded(pause, now)) guard.pause.end(now)
      if (isUsed(webhookId)) continue
      guard.pause.restore(pause, now)
      if (guard.isIdle(now)) this.#guards.delete(webhookId)
    }
  }

  #begin(attempts: readonly RecentAttempt[], now: number): void {
    this.#hasBegun = true
    for (const attempt of attempts) this.of(attempt.webhookId, now).recall(attempt)
    // Whether one is open is kept, and may have been changed by a person.
    for (const guard of this.#guards.values()) if (guard.record !== null) guard.restore(null, now)
  }
}
