import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeliveryLoop } from '#main/delivery/loop.ts'
import { reaches, reachOfUrl } from '#main/delivery/network-state.ts'
import { createEngine } from '#main/engine/engine.ts'
import type { WebhookRecord, WorkQueue } from '#main/store/interface.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { registered } from '../engine/event-inputs.ts'
import { engineFixture, testDataKey } from '../support/engine.ts'
import { fileStore } from '../support/file-store.ts'
import { createEndpoint } from './endpoint.ts'
import { fakeNetwork } from './world.ts'

const hourMs = 3_600_000

/** A queue whose worker was killed: nothing that it still does reaches the database. */
const mortal = (queue: WorkQueue) => {
  let dead = false
  const living: WorkQueue = {
    ...queue,
    record: async (report) => (dead ? null : queue.record(report)),
    take: async (wish) => (dead ? { claims: [], topics: [] } : queue.take(wish)),
  }
  return {
    queue: living,
    kill: () => {
      dead = true
    },
  }
}

/** The engine and the worker as they are, over one database, with an endpoint that answers as it is told. */
const openLedger = async () => {
  const files = await fileStore()
  const network = fakeNetwork()
  const base = engineFixture({ store: files.connect() })
  let wake = (): void => {}
  const engine = createEngine({
    ...base.parts,
    delivery: {
      wake: () => wake(),
      reaches: (url) => reaches(network.reach(), reachOfUrl(url)),
      state: () => ({ worker: 'running', online: network.reach() === 'world' }),
      deaths: () => ({ count: 0, lastAgoMs: null }),
      inspect: async () => null,
    },
  })
  const { clock } = base
  const home = await base.organization()
  const owner = await base.person(home.id, { platformAdmin: true })
  const key = await base.key(home.id, { name: 'till', scopes: ['api'] })
  const webhooks = [
    await base.webhook(home.id, { url: 'https://one.example/', scheduleMs: [0, 1_000, 2_000] }),
    await base.webhook(home.id, { url: 'http://127.0.0.1/', scheduleMs: [0, 1_000] }),
  ]
  let answer: number | 'hang' = 200
  const endpoint = createEndpoint(clock, () => answer)
  const facts = new Database(files.path, { readonly: true })
  const counts = facts.prepare<[], { status: string; count: number }>(
    `SELECT status, count(*) AS count FROM deliveries WHERE kind = 'event' GROUP BY status`,
  )
  let expected = 0
  let moments = 0
  let broken: string | null = null

  /** What was accepted is there, each in one of the states. */
  const look = (): void => {
    moments += 1
    const known = Object.fromEntries(counts.all().map(({ status, count }) => [status, count]))
    const { waiting = 0, sending = 0, delivered = 0, held = 0, exhausted = 0, discarded = 0 } = known
    const sum = waiting + sending + delivered + held + exhausted + discarded
    if (sum !== expected) broken ??= `${sum} of ${expected}: ${JSON.stringify(known)}`
  }

  const start = async (number: number) => {
    const own = openWorkQueue({ path: files.path, dataKey: testDataKey, owner: `worker ${number}` })
    const { queue, kill } = mortal(own)
    const loop = new DeliveryLoop({
      queue,
      clock,
      network,
      random: () => 0,
      attemptId: (at) => base.toolbox.ids.next('att', at),
      openChannel: endpoint.openChannel,
      onChange: look,
      onTrouble: () => {},
    })
    await loop.start()
    wake = () => loop.wake()
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
    look,
    inHome: { organizationId: home.id },
    counts: () => counts.all(),
    broken: () => broken,
    moments: () => moments,
    answer(next: number | 'hang') {
      answer = next
    },
    async accept(count: number) {
      for (let index = 0; index < count; index += 1) {
        const { deliveries } = await engine.intake.accept(key, home.id, registered())
        expected += deliveries
      }
    },
    async crash() {
      worker.kill()
      worker = await start(all.length)
      all.push(worker)
    },
    wake: () => wake(),
    /** Lets requests land and the worker take turns: until it has nothing that is due. */
    async quiet(done: () => boolean) {
      for (let turns = 0; !done(); turns += 1) {
        if (turns > 2_000) throw new Error(`Deliveries are stuck: ${JSON.stringify(counts.all())}`)
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
type Ledger = Awaited<ReturnType<typeof openLedger>>

/** Refusals are part of the game: resuming what is active, releasing what is not held. */
const tried = (call: Promise<unknown>): Promise<unknown> => call.catch((error) => error)

const one = (ledger: Ledger, { id }: WebhookRecord) => ({ ...ledger.inHome, webhookId: id })
const everybody = { name: 'delivery', organizationId: null } as const

type Deed = (ledger: Ledger, hook: WebhookRecord) => Promise<unknown>
const deeds: Readonly<Record<string, Deed>> = {
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
  online(ledger) {
    ledger.network.set('world')
    return ledger.engine.upkeep.networkChanged(true)
  },
  answers: async (ledger) => ledger.answer(200),
  fails: async (ledger) => ledger.answer(500),
  isGone: async (ledger) => ledger.answer(410),
  hangs: async (ledger) => ledger.answer('hang'),
  crash: (ledger) => ledger.crash(),
  recover: (ledger) => ledger.engine.start(),
  delete: (ledger, hook) =>
    tried(
      ledger.engine.operations.webhooks.delete(ledger.owner, { ...ledger.inHome, webhookIds: [hook.id] }),
    ),
  tick(ledger) {
    ledger.clock.advance(2_000)
    return ledger.engine.upkeep.runDue()
  },
}

describe('the held ledger', () => {
  it('accounts for all that was accepted at every moment, and in the end nothing is stuck', async () => {
    const deed = fc.record({
      name: fc.constantFrom(...Object.keys(deeds)),
      hook: fc.nat({ max: 1 }),
      pause: fc.nat({ max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (sequence) => {
        const ledger = await openLedger()
        try {
          await ledger.accept(2)
          for (const { name, hook: index, pause } of sequence) {
            const hook = ledger.webhooks[index]
            if (hook === undefined) continue
            await deeds[name]?.(ledger, hook)
            ledger.wake()
            ledger.look()
            for (let turn = 0; turn < pause; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
            ledger.look()
            expect(ledger.broken()).toBeNull()
          }

          ledger.answer(200)
          await deeds.switchOn?.(ledger, ledger.webhooks[0] ?? never())
          await deeds.online?.(ledger, ledger.webhooks[0] ?? never())
          const isOpen = ({ status }: { status: string }) => ['waiting', 'sending', 'held'].includes(status)
          for (let round = 0; ledger.counts().some(isOpen); round += 1) {
            if (round === 20) throw new Error(`Deliveries are stuck: ${JSON.stringify(ledger.counts())}`)
            for (const hook of ledger.webhooks) {
              await deeds.resume?.(ledger, hook)
              await deeds.release?.(ledger, hook)
            }
            ledger.clock.advance(hourMs)
            await ledger.engine.upkeep.runDue()
            await ledger.engine.upkeep.drainOffline()
            const waits = ({ status }: { status: string }) => status === 'waiting' || status === 'sending'
            ledger.clock.advance(hourMs)
            await ledger.quiet(() => !ledger.counts().some(waits))
          }
          ledger.look()
          expect(ledger.broken()).toBeNull()
          expect(ledger.moments()).toBeGreaterThan(sequence.length)
        } finally {
          await ledger.close()
        }
      }),
      { numRuns: 12, endOnFailure: true },
    )
  })
})

const never = (): never => {
  throw new Error('There is a webhook.')
}
