import Database from 'better-sqlite3'
import { deliveryStatuses } from '#contract/vocabulary.ts'
import { HostReaches } from '#main/delivery/host-reaches.ts'
import { DeliveryLoop } from '#main/delivery/loop.ts'
import { reaches } from '#main/delivery/network-state.ts'
import type { OpenChannel } from '#main/delivery/way.ts'
import { createEngine } from '#main/engine/engine.ts'
import { PatchbayError } from '#main/engine/errors.ts'
import type { WebhookRecord, WorkQueue } from '#main/store/interface.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { registered } from '../engine/event-inputs.ts'
import { engineFixture, testDataKey } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'
import { createEndpoint } from './endpoint.ts'
import { fakeNetwork } from './world.ts'

const minuteMs = 60_000
const states: readonly string[] = deliveryStatuses
const isState = (status: string): boolean => states.includes(status)

/** A queue and connections whose worker was killed: nothing that it still does reaches the database or the world. */
const mortal = (queue: WorkQueue, openChannel: OpenChannel) => {
  let dead = false
  const living: WorkQueue = {
    ...queue,
    record: async (report) => (dead ? null : queue.record(report)),
    take: async (wish) => (dead ? { claims: [], topics: [] } : queue.take(wish)),
  }
  return {
    queue: living,
    openChannel: (options: Parameters<OpenChannel>[0]) => {
      const channel = openChannel(options)
      const send: typeof channel.send = (request, done) => {
        if (!dead) channel.send(request, done)
      }
      return { ...channel, send }
    },
    kill: () => {
      dead = true
    },
  }
}

/**
 * The engine and the worker as they are, over one database, with an endpoint that answers as it is told. `look` and
 * every change that the worker reports compare what is there with what was accepted and sent again.
 */
export const openLedger = async (hooks: readonly Partial<WebhookRecord>[]) => {
  const files = await fileStore()
  const network = fakeNetwork()
  const resolve = async () => ['203.0.113.7']
  const hosts = new HostReaches(resolve)
  const base = engineFixture({ store: files.connect() })
  let wake = (): void => {}
  let reconsider = (): void => {}
  const engine = createEngine({
    ...base.parts,
    delivery: {
      wake: () => wake(),
      reconsider: () => reconsider(),
      reaches: (url) => reaches(network.reach(), hosts.ofUrl(url)),
      findReach: (url) => hosts.find(url),
      state: () => ({ worker: 'running', online: network.reach() === 'world' }),
      deaths: () => ({ count: 0, lastAgoMs: null }),
      inspect: async () => null,
    },
  })
  const { clock } = base
  const home = await base.organization()
  const owner = await base.person(home.id, { platformAdmin: true })
  const key = await base.key(home.id, { name: 'till', scopes: ['api'] })
  const webhooks: WebhookRecord[] = []
  for (const hook of hooks) webhooks.push(await base.webhook(home.id, hook))
  let answer: number | 'hang' = 200
  const endpoint = createEndpoint(clock, () => answer)
  const facts = new Database(files.path, { readonly: true })
  const counts = facts.prepare<[], { status: string; isEvent: number; count: number }>(
    `SELECT status, kind = 'event' AS isEvent, count(*) AS count FROM deliveries
      WHERE kind IN ('event', 'resend', 'replay') GROUP BY 1, 2`,
  )
  const queued = facts.prepare<[], { count: number }>(
    'SELECT coalesce(sum(queued), 0) AS count FROM recoveries',
  )
  let expected = 0
  /** Deliveries of an event that is being accepted: they are there before that is told. */
  let underWay = 0
  let moments = 0
  let broken: string | null = null

  /** What was accepted, and what recoveries made of it, is there, each in one of the states. */
  const look = (): void => {
    moments += 1
    const all = counts.all()
    const sumOf = (isEvent: number) =>
      all.reduce((sum, one) => (one.isEvent === isEvent && isState(one.status) ? sum + one.count : sum), 0)
    const again = queued.get()?.count ?? 0
    const isWhole = sumOf(1) >= expected && sumOf(1) <= expected + underWay
    if (isWhole && sumOf(0) === again) return
    broken ??= `${sumOf(1)} of ${expected} (${underWay} under way), ${sumOf(0)} of ${again} again: ${JSON.stringify(all)}`
  }

  const start = async (number: number) => {
    const own = openWorkQueue({ path: files.path, dataKey: testDataKey, owner: `worker ${number}` })
    const { queue, openChannel, kill } = mortal(own, endpoint.openChannel)
    const loop = new DeliveryLoop({
      queue,
      clock,
      network,
      resolve,
      random: () => 0,
      attemptId: (at) => base.toolbox.ids.next('att', at),
      openChannel,
      onTokenPause: () => {},
      onChange: look,
      onTrouble: () => {},
    })
    await loop.start()
    wake = () => loop.wake()
    reconsider = () => loop.reconsider()
    return { loop, kill, own }
  }
  let worker = await start(0)
  const all = [worker]

  return {
    engine,
    clock,
    network,
    owner,
    endpoint,
    webhooks,
    read: base.store.read,
    look,
    inHome: { organizationId: home.id },
    /** By status, of all kinds. */
    counts: () => counts.all(),
    broken: () => broken,
    moments: () => moments,
    answer(next: number | 'hang') {
      answer = next
    },
    /** While the plan of the organization does not allow it, nothing is accepted. */
    async accept(count: number) {
      for (let index = 0; index < count; index += 1) {
        underWay = webhooks.length
        try {
          const { deliveries } = await engine.intake.accept(key, home.id, registered())
          expected += deliveries
        } catch (error) {
          if (!(error instanceof PatchbayError) || error.code !== 'capability_missing') throw error
        } finally {
          underWay = 0
        }
      }
    },
    async crash() {
      worker.kill()
      worker = await start(all.length)
      all.push(worker)
    },
    wake: () => wake(),
    /** Lets the worker take turns, and answers nothing. */
    async until(done: () => boolean) {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 1))
    },
    /** Lets requests land and the worker take turns, while the clock goes on: until `done`. */
    async quiet(done: () => boolean) {
      for (let turns = 0; !done(); turns += 1) {
        if (turns > 2_000) throw new Error(`Deliveries are stuck: ${JSON.stringify(counts.all())}`)
        if (turns % 50 === 49) clock.advance(minuteMs)
        endpoint.land()
        wake()
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    async close() {
      for (const { kill } of all.slice(0, -1)) kill()
      while (endpoint.open > 0) {
        endpoint.land()
        await new Promise((resolve) => setImmediate(resolve))
      }
      await worker.loop.stop(1_000)
      // Those that were killed have nobody to record to: their end is not waited for.
      for (const { loop } of all.slice(0, -1)) void loop.stop(0).catch(() => {})
      for (const { own } of all) await own.close()
      facts.close()
      await files.remove()
    },
  }
}
export type Ledger = Awaited<ReturnType<typeof openLedger>>

/** Refusals are part of the game: resuming what is active, releasing what is not held. */
const tried = async (call: Promise<unknown>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!(error instanceof PatchbayError)) throw error
  }
}

type Deed = (ledger: Ledger, hook: WebhookRecord) => Promise<unknown>

const one = (ledger: Ledger, { id }: WebhookRecord) => ({ ...ledger.inHome, webhookId: id })
const everybody = { name: 'delivery', organizationId: null } as const

const changePlan = async (ledger: Ledger, plan: 'free' | 'enterprise'): Promise<void> => {
  await tried(ledger.engine.operations.subscription.change(ledger.owner, { ...ledger.inHome, plan }))
}

const recover = (ledger: Ledger, hook: WebhookRecord, over: { canary: boolean; url?: string }) =>
  tried(
    ledger.engine.operations.recoveries.start(ledger.owner, {
      ...one(ledger, hook),
      since: 0,
      until: ledger.clock.now() + 1,
      statuses: ['exhausted', 'discarded'],
      ...over,
    }),
  )
/** Does it with the recovery of the webhook that is not over, if there is one. */
const withRecovery = async (ledger: Ledger, hook: WebhookRecord, deed: 'pause' | 'resume' | 'cancel') => {
  const open = await ledger.read.recoveries.getOpen(hook.id)
  if (open === null) return
  const { [deed]: run } = ledger.engine.operations.recoveries
  await tried(run(ledger.owner, { ...ledger.inHome, recoveryId: open.id }))
}

const all = {
  accept: (ledger) => ledger.accept(3),
  pause: (ledger, hook) => tried(ledger.engine.operations.webhooks.pause(ledger.owner, one(ledger, hook))),
  resume: (ledger, hook) => tried(ledger.engine.operations.webhooks.resume(ledger.owner, one(ledger, hook))),
  keepHeld: (ledger, hook) =>
    tried(ledger.engine.operations.webhooks.resume(ledger.owner, { ...one(ledger, hook), keepHeld: true })),
  probe: (ledger, hook) =>
    tried(ledger.engine.operations.webhooks.probeAndResume(ledger.owner, one(ledger, hook))),
  release: (ledger, hook) =>
    tried(ledger.engine.operations.deliveries.release(ledger.owner, { ...one(ledger, hook), perSecond: 10 })),
  discard: (ledger, hook) =>
    tried(ledger.engine.operations.deliveries.discard(ledger.owner, { ...one(ledger, hook), note: 'model' })),
  switchOff: (ledger) =>
    tried(ledger.engine.operations.platform.switchOff(ledger.owner, { ...everybody, reason: 'model' })),
  switchOn: (ledger) => tried(ledger.engine.operations.platform.switchOn(ledger.owner, everybody)),
  offline(ledger) {
    ledger.network.set('lan')
    return ledger.engine.upkeep.networkChanged(false)
  },
  /** The worker knows it before the host has let go what was held. */
  async online(ledger) {
    ledger.network.set('world')
  },
  drain: (ledger) => ledger.engine.upkeep.networkChanged(ledger.network.reach() === 'world'),
  answers: async (ledger) => ledger.answer(200),
  fails: async (ledger) => ledger.answer(500),
  isGone: async (ledger) => ledger.answer(410),
  hangs: async (ledger) => ledger.answer('hang'),
  crash: (ledger) => ledger.crash(),
  restart: (ledger) => ledger.engine.start(),
  loses: (ledger) => changePlan(ledger, 'free'),
  regains: (ledger) => changePlan(ledger, 'enterprise'),
  recover: (ledger, hook) => recover(ledger, hook, { canary: false }),
  recoverOne: (ledger, hook) => recover(ledger, hook, { canary: true }),
  replay: (ledger, hook) => recover(ledger, hook, { canary: false, url: 'https://other.example/' }),
  pauseRecovery: (ledger, hook) => withRecovery(ledger, hook, 'pause'),
  resumeRecovery: (ledger, hook) => withRecovery(ledger, hook, 'resume'),
  cancelRecovery: (ledger, hook) => withRecovery(ledger, hook, 'cancel'),
  delete: (ledger, hook) =>
    tried(
      ledger.engine.operations.webhooks.delete(ledger.owner, { ...ledger.inHome, webhookIds: [hook.id] }),
    ),
  tick(ledger) {
    ledger.clock.advance(2_000)
    return ledger.engine.upkeep.runDue()
  },
} satisfies Record<string, Deed>
export type DeedName = keyof typeof all
/** What people, the machine and the receiver do. */
export const deeds: Readonly<Record<DeedName, Deed>> = all
