import type { DelayCause } from '#contract/protection.ts'
import { standardScheduleMs } from '#contract/schedule.ts'
import type { Claim, ClaimedDelivery, ClaimedWebhook, Due, Outcome } from '#main/store/interface.ts'
import type { Guard } from './guard.ts'
import { countsForWebhook } from './outcome.ts'
import { type SigningKeys, signingKeysOf } from './signed-request.ts'
import { type Opening, openOtherWay, openOwnWay, sameWay, type Way } from './way.ts'

/** Deliveries that could not be sent this long after they were claimed go back: their facts are old. */
const freshMs = 250
/** A lane that had nothing to do for this long is taken down. */
const idleMsMax = 60_000
/** Most deliveries to claim ahead of the free slots. */
const aheadMax = 1_024
/** A lane from which nothing may go out looks at its webhook again so long after the last time, at the earliest. */
const glanceMs = 1_000
/** Until its settings are known. */
const concurrencyFirst = 16

/** The webhook as of its last claim. */
interface Settings {
  readonly webhook: ClaimedWebhook
  readonly signing: SigningKeys
  readonly scheduleMs: readonly number[]
  /** To the URL of the webhook. */
  readonly way: Way
}

/** A delivery that goes out. */
export interface Leaving {
  readonly delivery: ClaimedDelivery
  /** What has kept it beyond its time. */
  readonly delayedBy: DelayCause | null
  readonly breakerChanged: boolean
}

/** All that the worker holds for one webhook: what it may send, and what is under way. */
export class Lane {
  readonly webhookId: string
  readonly organizationId: string
  readonly guard: Guard
  /** When its next unclaimed delivery is due; null when none is, as far as is known. */
  nextDueAt: number | null = null
  /** The same for tests, connectivity checks and replays, which go past all that others have to wait for. */
  nextUnguardedAt: number | null = null
  inFlight = 0
  /** Requests that landed since the last claim: what it can do in that time. */
  landed = 0
  settings: Settings | null = null
  readonly #opening: Opening
  /** To the latest other address of a replay: those of one recovery all go there. */
  #replayWay: Way | null = null
  readonly #ready: ClaimedDelivery[] = []
  /** Tests, connectivity checks and replays. */
  readonly #unguarded: ClaimedDelivery[] = []
  #unguardedNext = false
  #readySince = 0
  #usedAt = performance.now()
  #claimedAt = Number.NEGATIVE_INFINITY
  #glanceAt = Number.POSITIVE_INFINITY
  /** Deliveries under way that the guard has let go. */
  #guarded = 0
  /** When the last of them ended. */
  #landedAt = Number.NEGATIVE_INFINITY

  constructor(parts: { webhookId: string; organizationId: string; guard: Guard; opening: Opening }) {
    this.webhookId = parts.webhookId
    this.organizationId = parts.organizationId
    this.guard = parts.guard
    this.#opening = parts.opening
  }

  get concurrency(): number {
    return this.settings?.webhook.concurrency ?? concurrencyFirst
  }

  /** Whether something waits or is under way, or will be due. */
  get hasWork(): boolean {
    return this.nextDueAt !== null || this.nextUnguardedAt !== null || this.waiting + this.inFlight > 0
  }

  get waiting(): number {
    return this.#ready.length + this.#unguarded.length
  }

  get #ordered(): boolean {
    return this.settings?.webhook.options.ordered ?? false
  }

  /** When what is ready will be too old, as a `performance.now()`. */
  get staleAt(): number {
    return this.#readySince + freshMs
  }

  /** Whether there is something to claim that may go out. */
  isDue(now: number): boolean {
    if (this.#hasUnguardedDue(now)) return true
    if (this.nextDueAt === null || this.nextDueAt > now) return false
    return this.#claimable(now) > 0 || performance.now() >= this.#glanceAt
  }

  /** When to look at the webhook although nothing may go out, as a `performance.now()`. */
  get glanceAt(): number {
    return this.#glanceAt
  }

  /**
   * What waits in the database, after others may have written. They may have paused or changed the webhook: that is
   * seen soon, though nothing may go out.
   */
  expect(due: Due | undefined, now: number): void {
    this.nextDueAt = due?.dueAt ?? null
    this.nextUnguardedAt = due?.unguardedAt ?? null
    if (this.nextDueAt === null || this.nextDueAt > now || this.#claimable(now) > 0) return
    this.#glanceAt = Math.min(this.#glanceAt, this.#claimedAt + glanceMs)
  }

  /** When there will be something to claim, if nothing happens before; null when there is no such time. */
  dueAt(now: number): number | null {
    const guardedAt = this.#isInLine() ? null : this.guard.nextAt(now)
    const at = this.nextDueAt === null || guardedAt === null ? null : Math.max(this.nextDueAt, guardedAt)
    if (this.nextUnguardedAt === null) return at
    return Math.min(this.nextUnguardedAt, at ?? this.nextUnguardedAt)
  }

  /**
   * How much to claim: for the free slots, and as much again as came free lately, as far as it may go out. Null when
   * there is nothing to claim, nor to look at.
   */
  wanted(slots: number, now: number): { limit: number; unguardedMax: number } | null {
    const ahead = (this.#ordered ? 1 : slots) + Math.min(this.landed, aheadMax) - this.#ready.length
    const limit = Math.max(0, Math.min(ahead, this.#claimable(now)))
    if (limit === 0 && !this.#hasUnguardedDue(now) && performance.now() < this.#glanceAt) return null
    return { limit, unguardedMax: Math.max(0, slots - this.#unguarded.length) }
  }

  /**
   * Takes over what was claimed. @returns deliveries claimed before that must not go out any more.
   * @throws RangeError when a secret is malformed; nothing is taken over then.
   */
  accept(claim: Claim, now: number): ClaimedDelivery[] {
    this.landed = 0
    this.#claimedAt = performance.now()
    this.#glanceAt = Number.POSITIVE_INFINITY
    if (claim.webhook !== null) this.#apply(claim.webhook, now)
    const returned = claim.webhook?.active ? [] : this.giveUp(true)
    this.nextDueAt = claim.nextDueAt
    this.nextUnguardedAt = claim.nextUnguardedAt
    for (const delivery of claim.deliveries) {
      if (countsForWebhook(delivery.kind)) this.#ready.push(delivery)
      else this.#unguarded.push(delivery)
    }
    this.#readySince = performance.now()
    this.#usedAt = this.#readySince
    return returned
  }

  /** Whether something is ready that may go out now. */
  canSend(now: number): boolean {
    return this.#unguarded.length > 0 || this.#canSendReady(now)
  }

  #canSendReady(now: number): boolean {
    if (this.#ready.length === 0 || (this.#ordered && this.#guarded > 0)) return false
    return this.guard.allowance(now) > 0
  }

  /** The next delivery to send, when `canSend`. It is under way from now on. */
  take(now: number): Leaving | null {
    this.#usedAt = performance.now()
    const unguarded = this.#takeUnguarded(now)
    const delivery = unguarded ?? this.#ready.shift()
    if (delivery === undefined) return null
    this.inFlight += 1
    if (unguarded !== undefined) return { delivery, delayedBy: null, breakerChanged: false }
    this.#guarded += 1
    const delayedBy = this.#causeOfDelay(delivery)
    return { delivery, delayedBy, breakerChanged: this.guard.leave(delivery.id, now) }
  }

  /**
   * A delivery has been attempted. Unless it was delivered, those behind it in the order are not to go.
   * @returns those that were ready to.
   */
  land({ kind }: ClaimedDelivery, outcome: Outcome['kind'] | null, now: number): ClaimedDelivery[] {
    this.inFlight -= 1
    this.landed += 1
    if (!countsForWebhook(kind)) return []
    this.#guarded -= 1
    this.#landedAt = now
    return this.#ordered && outcome !== 'delivered' ? this.#giveUpReady() : []
  }

  /** What has been ready for too long, or must not go out at the moment; or all of it. */
  giveUp(all = false, now: number | null = null): ClaimedDelivery[] {
    const isShut = now !== null && this.#ready.length > 0 && this.guard.allowance(now) === 0
    if (all || performance.now() >= this.staleAt) {
      const [first] = this.#unguarded
      if (first) this.nextUnguardedAt = Math.min(first.dueAt, this.nextUnguardedAt ?? first.dueAt)
      return this.#unguarded.splice(0).concat(this.#giveUpReady())
    }
    return isShut ? this.#giveUpReady() : []
  }

  /** It sees when the webhook gets another token endpoint than the one that asked to be left alone. */
  isIdle(now: number): boolean {
    const busy =
      this.inFlight > 0 || this.waiting > 0 || this.nextDueAt !== null || this.guard.pause.isOn(now)
    return !busy && performance.now() - this.#usedAt > idleMsMax
  }

  /** Where a delivery goes. */
  wayOf({ replayUrl }: ClaimedDelivery, { webhook, way }: Settings): Way {
    if (replayUrl === null || replayUrl === undefined) return way
    if (this.#replayWay?.url === replayUrl) return this.#replayWay
    this.#replayWay?.channel?.close()
    this.#replayWay = openOtherWay(replayUrl, webhook, this.#opening)
    return this.#replayWay
  }

  close(): void {
    this.settings?.way.channel?.close()
    this.#replayWay?.channel?.close()
  }

  destroy(): void {
    this.settings?.way.channel?.destroy()
    this.#replayWay?.channel?.destroy()
  }

  #hasUnguardedDue(now: number): boolean {
    return this.nextUnguardedAt !== null && this.nextUnguardedAt <= now
  }

  /** Those that go past the guard and the others take turns, so that a thousand replays hold up nothing. */
  #takeUnguarded(now: number): ClaimedDelivery | undefined {
    this.#unguardedNext = !this.#unguardedNext
    return this.#unguardedNext || !this.#canSendReady(now) ? this.#unguarded.shift() : undefined
  }

  /** In an order nothing is claimed until all that was is through. */
  #isInLine(): boolean {
    return this.#ordered && this.#guarded + this.#ready.length > 0
  }

  #claimable(now: number): number {
    return this.#isInLine() ? 0 : this.guard.allowance(now) - this.#ready.length
  }

  #causeOfDelay(delivery: ClaimedDelivery): DelayCause | null {
    const cause = this.guard.causeOfDelay(delivery)
    return cause ?? (this.#ordered && delivery.dueAt < this.#landedAt ? 'order' : null)
  }

  #giveUpReady(): ClaimedDelivery[] {
    const [first] = this.#ready
    if (first) this.nextDueAt = Math.min(first.dueAt, this.nextDueAt ?? first.dueAt)
    return this.#ready.splice(0)
  }

  /** Connections are kept only while the address, the rules, and who Patchbay is there are the same. */
  #apply(webhook: ClaimedWebhook, now: number): void {
    const known = this.settings
    const isSame = known?.webhook.secrets === webhook.secrets
    const signing = known !== null && isSame ? known.signing : signingKeysOf(webhook)
    const scheduleMs = webhook.scheduleMs ?? standardScheduleMs
    this.guard.apply(webhook, now)
    if (known !== null && sameWay(known.webhook, webhook)) {
      this.settings = { ...known, webhook, signing, scheduleMs }
      return
    }
    this.#replayWay?.channel?.close()
    this.#replayWay = null
    if (known !== null) this.guard.renewPause(now)
    const way = openOwnWay(webhook, this.#opening, this.guard.pause)
    known?.way.channel?.close()
    this.settings = { webhook, signing, scheduleMs, way }
  }
}

/** Of the lanes of a loop, those with something that waits, and those that get no token at the moment. */
export const countLanes = (lanes: readonly Lane[], now: number) => ({
  lanes: lanes.length,
  lanesWithWork: lanes.filter(({ hasWork }) => hasWork).length,
  lanesWithoutToken: lanes.filter(({ guard }) => guard.pause.isOn(now)).length,
})
