import type { Claim, ClaimedDelivery, Outcome, Settlement, Wish } from '#main/store/interface.ts'
import { Alarm } from './alarm.ts'
import { ClockKeeper } from './clock-keeper.ts'
import { contentOf } from './content.ts'
import { withoutEcho } from './echo.ts'
import { Guards } from './guard.ts'
import { countLanes, Lane, type Leaving } from './lane.ts'
import type { LoopParts } from './loop-parts.ts'
import type { LoopView } from './messages.ts'
import { NetworkGate } from './network-gate.ts'
import { Outbox } from './outbox.ts'
import { countsForWebhook } from './outcome.ts'
import { failedExchange, type SettlementParts, settlementOf } from './settlement.ts'
import { Shares } from './shares.ts'
import { prepareRequest } from './signed-request.ts'
import { Tally } from './tally.ts'
import { Troubles, wordsOf } from './troubles.ts'
import { busyMs, pauseAfter } from './turn-pause.ts'

/** Bytes of bodies in memory. */
const bodyBytesMax = 32 * 1024 * 1024
/** So many attempts to be recorded wait for no others. */
const settlementsMax = 1_024
/** How often somebody else's commits are looked for when nothing wakes the worker. */
const pollMs = 1_000
/** Looking for due work takes at most one part in five of the time: it pauses for this many times its own length. */
const scanShare = 4
/** After a turn that failed (the disk is full), and for what makes no sense. */
const troubleMs = 1_000
/** Attempts that are kept while somebody else is writing, before no new work is taken. */
const unrecordedMax = 4_096

type Landing = Omit<SettlementParts, 'attemptId' | 'random'>

/**
 * The engine of the worker. In turns it records what was attempted, in one transaction, and takes new work;
 * between turns requests go out and land. Woken by `wake`, by the next due time, and once a second for a glance
 * at what others have committed.
 */
export class DeliveryLoop {
  readonly #parts: LoopParts
  readonly #lanes = new Map<string, Lane>()
  readonly #alarm = new Alarm(() => this.#ring())
  readonly #outbox: Outbox
  readonly #gate: NetworkGate
  readonly #keeper: ClockKeeper | null
  readonly #guards: Guards
  readonly #shares = new Shares()
  readonly #troubles: Troubles
  readonly #tally = new Tally()
  #turnEndedAt: number | null = null
  #bodyBytes = 0
  #scanWanted = true
  #scanNotBefore = 0
  #turnNotBefore = 0
  #turn: Promise<void> | null = null
  #filling = false
  #stopping = false
  #abandoning = false
  #onEmpty: (() => void) | null = null

  constructor(parts: LoopParts) {
    this.#parts = parts
    this.#outbox = new Outbox(parts.queue)
    this.#guards = new Guards(parts.onTokenPause)
    this.#gate = new NetworkGate(parts.network, parts.resolve)
    const { watch, queue, clock, onJump = () => {} } = parts
    this.#keeper = watch ? new ClockKeeper({ watch, queue, now: clock.now(), onJump }) : null
    this.#troubles = new Troubles(parts.onTrouble)
  }

  /** Puts back what an earlier worker left behind, and begins. */
  async start(): Promise<void> {
    await this.#parts.queue.recover(this.#parts.clock.now())
    this.wake()
  }

  /** Something may be due now. */
  wake(): void {
    this.#scanWanted = true
    if (!this.#stopping) this.#alarm.at(this.#turnNotBefore)
  }

  /** Less may be sent than before: what was taken and is not under way is to be taken anew. */
  reconsider(): void {
    for (const lane of this.#lanes.values()) this.#giveBack(lane.giveUp(true))
    this.wake()
  }

  /** How it is at the moment. */
  view(): LoopView {
    return {
      ...countLanes([...this.#lanes.values()], this.#parts.clock.now()),
      inFlight: this.#shares.inFlight,
      unrecorded: this.#outbox.settlements,
      sinceTurnMs: this.#turnEndedAt === null ? null : performance.now() - this.#turnEndedAt,
      trouble: this.#troubles.told,
      attempts: this.#tally.read(),
    }
  }

  /**
   * Takes no more work, lets requests under way land for up to `drainMs`, ends the others, and records and
   * returns everything. @throws when the last record fails; the leases are then put back at the next start.
   */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true
    this.#alarm.cancel()
    await this.#turn
    this.reconsider()
    if (!(await this.#emptyWithin(drainMs))) {
      this.#abandoning = true
      for (const lane of this.#lanes.values()) lane.destroy()
      await this.#emptyWithin(drainMs)
    }
    for (const lane of this.#lanes.values()) lane.close()
    this.#lanes.clear()
    const until = performance.now() + drainMs
    while (!(await this.#record())) {
      if (performance.now() > until) throw new Error('The database is locked by another program.')
      await new Promise((resolve) => setTimeout(resolve, busyMs))
    }
    await this.#outbox.sync()
  }

  #ring(): void {
    if (this.#turn !== null || this.#stopping) return
    this.#turn = this.#takeTurn().finally(() => {
      this.#turn = null
      this.#turnEndedAt = performance.now()
      if (!this.#stopping) this.#arm()
    })
  }

  async #takeTurn(): Promise<void> {
    try {
      if (await this.#keeper?.step()) this.#scanWanted = true
      if (this.#parts.queue.hasChanged()) this.#scanWanted = true
      if (this.#scanWanted && performance.now() >= this.#scanNotBefore) await this.#scan()
      const now = this.#parts.clock.now()
      for (const lane of this.#lanes.values()) {
        if (lane.waiting > 0) this.#giveBack(lane.giveUp(false, now))
      }
      this.#outbox.findSlow()
      // While the host writes, there is something to send. What is given back counts as taken until it is recorded.
      const mayWait = this.#mustRecord() && !this.#outbox.hasReturned
      const takesFirst = mayWait && this.#parts.queue.isHostWriting()
      let taken = takesFirst ? await this.#takeIfMay() : 0
      const recorded = this.#mustRecord() ? await this.#record() : true
      if (!takesFirst) taken = await this.#takeIfMay()
      this.#turnNotBefore = performance.now() + pauseAfter(taken, recorded)
      // Last, so that there is something to send meanwhile.
      await this.#outbox.sync()
      this.#troubles.ofQueue = this.#outbox.isLocked ? 'The database is locked by another program.' : null
    } catch (error) {
      this.#turnNotBefore = performance.now() + troubleMs
      this.#scanWanted = true
      this.#troubles.ofQueue = `The database cannot be worked with: ${wordsOf(error)}`
    }
    this.#troubles.report()
  }

  #mustRecord(): boolean {
    const { settlements, dueAt } = this.#outbox
    if (settlements >= settlementsMax || dueAt <= performance.now()) return true
    // What is taken and not recorded is looked at again by each taking.
    return settlements >= settlementsMax / 4 && this.#plan().length > 0
  }

  /** @returns false when somebody else is writing at the moment. */
  async #record(): Promise<boolean> {
    if (this.#outbox.isEmpty) return true
    const written = await this.#outbox.write(this.#parts.clock.now())
    if (written === null) return false
    for (const settlement of written.settlements) this.#rememberRetry(settlement)
    if (written.topics.length > 0) this.#parts.onChange(written.topics)
    return true
  }

  /** @returns how many deliveries it has taken. */
  async #takeIfMay(): Promise<number> {
    return this.#outbox.settlements < unrecordedMax && !this.#keeper?.isMoving ? this.#take() : 0
  }

  async #take(): Promise<number> {
    const wanted = this.#plan()
    if (wanted.length === 0) return 0
    const now = this.#parts.clock.now()
    const bytesMax = bodyBytesMax - this.#bodyBytes
    const unreachable = this.#gate.unreachable()
    const { claims, topics } = await this.#parts.queue.take({ now, wanted, bytesMax, unreachable })
    const asked = new Map(wanted.map(({ webhookId, limit }) => [webhookId, limit]))
    for (const claim of claims) this.#accept(claim, now, asked.get(claim.webhookId) ?? 0)
    if (topics.length > 0) this.#parts.onChange(topics)
    return claims.reduce((sum, { deliveries }) => sum + deliveries.length, 0)
  }

  /** The database tells of the commits of others only: what this worker put off itself, it has to remember. */
  #rememberRetry({ webhookId, outcome }: Settlement): void {
    const lane = this.#lanes.get(webhookId)
    if (outcome.kind !== 'retry' || lane === undefined) return
    lane.nextDueAt = Math.min(outcome.dueAt, lane.nextDueAt ?? outcome.dueAt)
  }

  /** Learns what is due in every webhook, and takes down lanes that have had nothing to do. */
  async #scan(): Promise<void> {
    this.#scanWanted = false
    const startedAt = performance.now()
    const now = this.#parts.clock.now()
    await this.#guards.follow(this.#parts.queue, now, {
      isUnwritten: (webhookId) => this.#outbox.hasBreaker(webhookId),
      isUsed: (webhookId) => this.#lanes.has(webhookId),
    })
    const due = await this.#parts.queue.listDue()
    for (const [webhookId, lane] of this.#lanes) {
      lane.expect(due.get(webhookId), now)
      due.delete(webhookId)
      if (!lane.isIdle(now)) continue
      lane.close()
      this.#lanes.delete(webhookId)
      this.#troubles.ofLane(webhookId, null)
    }
    for (const [webhookId, first] of due) {
      const guard = this.#guards.of(webhookId, now)
      const { organizationId } = first
      const lane = new Lane({ webhookId, organizationId, guard, opening: this.#parts })
      lane.expect(first, now)
      this.#lanes.set(webhookId, lane)
    }
    const endedAt = performance.now()
    this.#scanNotBefore = endedAt + (endedAt - startedAt) * scanShare
  }

  /** Who gets how much: whoever was served moves to the end of the line. */
  #plan(): Wish['wanted'] {
    if (this.#bodyBytes >= bodyBytesMax) return []
    return this.#shares.plan(this.#lanes, this.#parts.clock.now())
  }

  #accept(claim: Claim, now: number, asked: number): void {
    const lane = this.#lanes.get(claim.webhookId)
    for (const { body } of claim.deliveries) this.#bodyBytes += body.length
    if (lane === undefined) {
      this.#giveBack(claim.deliveries)
      return
    }
    this.#lanes.delete(claim.webhookId)
    this.#lanes.set(claim.webhookId, lane)
    this.#troubles.ofLane(claim.webhookId, claim.problem)
    try {
      this.#giveBack(lane.accept(claim, now))
    } catch (error) {
      this.#giveBack(claim.deliveries)
      lane.expect(undefined, now)
      this.#troubles.ofLane(claim.webhookId, wordsOf(error))
    }
    // Due, but not to be had: its event is missing. Not again at once.
    const nothing = claim.webhook !== null && claim.deliveries.length === 0 && asked > 0
    if (nothing && lane.isDue(now)) lane.nextDueAt = now + troubleMs
    this.#fill(lane)
  }

  #giveBack(deliveries: readonly ClaimedDelivery[]): void {
    for (const delivery of deliveries) {
      this.#bodyBytes -= delivery.body.length
      this.#outbox.giveBack(delivery)
    }
  }

  /** Sends what is ready, as far as the shares go. Requests may land at once, so this must not nest. */
  #fill(lane: Lane): void {
    if (this.#filling || this.#stopping) return
    this.#filling = true
    try {
      while (lane.waiting > 0 && this.#shares.maySend(lane)) {
        const now = this.#parts.clock.now()
        if (!lane.canSend(now)) break
        const leaving = lane.take(now)
        if (leaving) this.#send(lane, leaving, now)
      }
    } finally {
      this.#filling = false
    }
  }

  #send(lane: Lane, { delivery, delayedBy, breakerChanged }: Leaving, startedAt: number): void {
    const { settings } = lane
    if (settings === null) throw new Error('A lane without settings has deliveries')
    const { webhook, signing, scheduleMs } = settings
    const { url, authorization, channel, failure } = lane.wayOf(delivery, settings)
    this.#shares.leave(lane)
    this.#outbox.sent(delivery.id)
    if (breakerChanged) this.#outbox.changeBreaker(lane.webhookId, webhook.url, lane.guard.record)
    const content = contentOf(delivery, webhook)
    const sent = prepareRequest({
      delivery,
      content,
      customHeaders: webhook.options.headers,
      signing,
      styles: webhook.options.signatureStyles,
      authorization,
      host: channel?.destination.host ?? '',
      timeoutMs: webhook.timeoutMs,
      startedAt,
    })
    const parts = { webhookId: webhook.id, url, scheduleMs, delivery, delayedBy, sent }
    if (channel === null || content.failure !== null) {
      const exchange = failedExchange({ startedAt, finishedAt: startedAt }, content.failure ?? failure)
      this.#land(lane, { ...parts, exchange })
    } else {
      channel.send(sent.request, (received) => {
        const exchange = authorization === null ? received : withoutEcho(received, authorization.secrets)
        const away = this.#gate.isAway(channel.destination, exchange, !countsForWebhook(delivery.kind))
        if (away === false) this.#land(lane, { ...parts, exchange })
        else void away.then((isAway) => this.#land(lane, { ...parts, exchange }, isAway))
      })
    }
  }

  /** `away`: the machine has no network. Nothing was attempted then; the delivery waits, to be held as offline. */
  #land(lane: Lane, parts: Landing, away = false): void {
    const { delivery, exchange } = parts
    const now = this.#parts.clock.now()
    this.#shares.land(lane)
    this.#outbox.landed(delivery.id)
    let outcome: Outcome['kind'] | null = null
    if (this.#abandoning || away) {
      this.#giveBack([delivery])
      lane.nextDueAt = Math.min(delivery.dueAt, lane.nextDueAt ?? delivery.dueAt)
    } else {
      this.#bodyBytes -= delivery.body.length
      const attemptId = this.#parts.attemptId(exchange.startedAt)
      const settlement = settlementOf({ ...parts, attemptId, random: this.#parts.random() })
      outcome = settlement.outcome.kind
      const isOrdered = lane.settings?.webhook.options.ordered ?? false
      this.#outbox.settle(settlement, isOrdered || outcome !== 'delivered')
      this.#tally.count(settlement.attempt.errorClass, exchange.finishedAt - exchange.startedAt)
      // A glance at the webhook puts aside all that waits for it.
      if (outcome === 'gone') lane.nextUnguardedAt = now
    }
    this.#giveBack(lane.land(delivery, outcome, now))
    if (countsForWebhook(delivery.kind)) this.#judge(lane, parts, outcome, now)
    this.#fill(lane)
    this.#requestRecord(lane)
    if (this.#shares.inFlight === 0) this.#onEmpty?.()
  }

  /** What came of a request tells the breaker, unless the webhook has another address by now. */
  #judge(
    { guard, webhookId }: Lane,
    { delivery, url, exchange }: Landing,
    outcome: Outcome['kind'] | null,
    now: number,
  ): void {
    if (guard.url !== url) return
    const changed =
      outcome === null
        ? guard.putBack(delivery.id, now)
        : guard.land(delivery.id, exchange.failure?.errorClass ?? null, now)
    if (changed) this.#outbox.changeBreaker(webhookId, url, guard.record)
  }

  /** After a landing: at once when there is much to record, soon when the lane runs dry, else when it is time to record. */
  #requestRecord(lane: Lane): void {
    if (this.#stopping) return
    const dry = lane.waiting === 0 && lane.isDue(this.#parts.clock.now())
    const tick = performance.now()
    const writable = !this.#outbox.isBusy && this.#troubles.ofQueue === null
    if (this.#outbox.settlements >= settlementsMax && writable) this.#alarm.at(0)
    else this.#alarm.at(Math.max(this.#turnNotBefore, dry ? tick : this.#outbox.dueAt))
  }

  /** Sets the alarm for the next thing that will have to be done. */
  #arm(): void {
    const tick = performance.now()
    const now = this.#parts.clock.now()
    let at = Math.min(tick + pollMs, this.#outbox.slowAt, this.#outbox.dueAt)
    if (this.#outbox.isBusy || this.#keeper?.isMoving || this.#plan().length > 0) at = tick
    if (this.#scanWanted) at = Math.min(at, this.#scanNotBefore)
    for (const lane of this.#lanes.values()) {
      if (lane.waiting > 0) at = Math.min(at, lane.staleAt)
      if (lane.glanceAt > tick) at = Math.min(at, lane.glanceAt)
      const dueAt = lane.dueAt(now)
      if (dueAt !== null && dueAt > now) at = Math.min(at, tick + dueAt - now)
    }
    this.#alarm.at(Math.max(at, this.#turnNotBefore))
  }

  #emptyWithin(limitMs: number): Promise<boolean> {
    if (this.#shares.inFlight === 0) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), limitMs)
      this.#onEmpty = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }
}
