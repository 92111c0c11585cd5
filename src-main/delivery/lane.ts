import { standardScheduleMs } from '#contract/schedule.ts'
import type { Claim, ClaimedDelivery, ClaimedWebhook } from '#main/store/interface.ts'
import type { Channel, ChannelOptions } from './channel.ts'
import { createNetworkPolicy, parseDestination } from './network-policy.ts'
import { type SigningKeys, signingKeysOf } from './signed-request.ts'

/** Deliveries that could not be sent this long after they were claimed go back: their facts are old. */
const freshMs = 250
/** A lane that had nothing to do for this long is taken down. */
const idleMsMax = 60_000
/** Most deliveries to claim ahead of the free slots. */
const aheadMax = 512
/** Until its settings are known. */
const concurrencyFirst = 16

export type SendChannel = Pick<Channel, 'destination' | 'send' | 'close' | 'destroy'>
export type OpenChannel = (options: Pick<ChannelOptions, 'destination' | 'policy'>) => SendChannel

/** An address with the connections to it. */
interface Way {
  readonly url: string
  /** Null when the URL cannot be called; then `problem` says why. */
  readonly channel: SendChannel | null
  readonly problem: string | null
}

/** The webhook as of its last claim. */
interface Settings {
  readonly webhook: ClaimedWebhook
  readonly signing: SigningKeys
  readonly scheduleMs: readonly number[]
  /** To the URL of the webhook. */
  readonly way: Way
}

/** All that the worker holds for one webhook: what it may send, and what is under way. */
export class Lane {
  readonly webhookId: string
  /** When its next unclaimed delivery is due; null when none is, as far as is known. */
  nextDueAt: number | null = null
  inFlight = 0
  /** Requests that landed since the last claim: what it can do in that time. */
  landed = 0
  settings: Settings | null = null
  readonly #openChannel: OpenChannel
  /** To the latest other address of a replay: those of one recovery all go there. */
  #replayWay: Way | null = null
  #ready: ClaimedDelivery[] = []
  #readySince = 0
  #usedAt = performance.now()

  constructor(webhookId: string, openChannel: OpenChannel) {
    this.webhookId = webhookId
    this.#openChannel = openChannel
  }

  get concurrency(): number {
    return this.settings?.webhook.concurrency ?? concurrencyFirst
  }

  get waiting(): number {
    return this.#ready.length
  }

  /** When what is ready will be too old, as a `performance.now()`. */
  get staleAt(): number {
    return this.#readySince + freshMs
  }

  isDue(now: number): boolean {
    return this.nextDueAt !== null && this.nextDueAt <= now
  }

  /** How many to claim: for the free slots, and as many again as came free lately. */
  wanted(slots: number): number {
    return Math.max(0, slots + Math.min(this.landed, aheadMax) - this.#ready.length)
  }

  /**
   * Takes over what was claimed. @returns deliveries claimed before that must not go out any more.
   * @throws RangeError when a secret is malformed; nothing is taken over then.
   */
  accept(claim: Claim): ClaimedDelivery[] {
    this.landed = 0
    if (claim.webhook !== null) this.#apply(claim.webhook)
    const returned = claim.webhook?.active ? [] : this.giveUp(true)
    this.nextDueAt = claim.nextDueAt
    this.#ready.push(...claim.deliveries)
    this.#readySince = performance.now()
    this.#usedAt = this.#readySince
    return returned
  }

  /** The next delivery to send. */
  take(): ClaimedDelivery | undefined {
    this.#usedAt = performance.now()
    return this.#ready.shift()
  }

  /** What has been ready for too long, or all of it. */
  giveUp(all = false): ClaimedDelivery[] {
    if (!all && performance.now() < this.staleAt) return []
    const returned = this.#ready
    this.#ready = []
    const [first] = returned
    if (first) this.nextDueAt = Math.min(first.dueAt, this.nextDueAt ?? first.dueAt)
    return returned
  }

  isIdle(): boolean {
    const busy = this.inFlight > 0 || this.#ready.length > 0 || this.nextDueAt !== null
    return !busy && performance.now() - this.#usedAt > idleMsMax
  }

  /** Where a delivery goes. */
  wayOf({ replayUrl }: ClaimedDelivery, { webhook, way }: Settings): Way {
    if (replayUrl === null || replayUrl === undefined) return way
    if (this.#replayWay?.url === replayUrl) return this.#replayWay
    this.#replayWay?.channel?.close()
    this.#replayWay = this.#openWay(replayUrl, webhook.networkRules)
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

  /** Connections are kept only while the address and the rules that let them pass are the same. */
  #apply(webhook: ClaimedWebhook): void {
    const signing = signingKeysOf(webhook)
    const scheduleMs = webhook.scheduleMs ?? standardScheduleMs
    const known = this.settings
    const sameRules = known !== null && sameList(known.webhook.networkRules, webhook.networkRules)
    if (!sameRules) {
      this.#replayWay?.channel?.close()
      this.#replayWay = null
    }
    if (sameRules && known.webhook.url === webhook.url) {
      this.settings = { ...known, webhook, signing, scheduleMs }
      return
    }
    known?.way.channel?.close()
    this.settings = { webhook, signing, scheduleMs, way: this.#openWay(webhook.url, webhook.networkRules) }
  }

  #openWay(url: string, networkRules: readonly string[]): Way {
    const { destination, problem } = parseDestination(url)
    const policy = createNetworkPolicy(networkRules)
    const channel = destination === null ? null : this.#openChannel({ destination, policy })
    return { url, channel, problem }
  }
}

const sameList = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((item, index) => item === right[index])
