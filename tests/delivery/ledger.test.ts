import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { WebhookRecord } from '#main/store/interface.ts'
import { type DeedName, deeds, type Ledger, openLedger } from './ledger.ts'

const hourMs = 3_600_000
const names = Object.keys(deeds).filter((name): name is DeedName => name in deeds)
/** A deed, to which of the webhooks, and how many ms the worker has afterwards. */
const deedOf = (name: fc.Arbitrary<DeedName>, pauseMax = 3) =>
  fc.record({ name, hook: fc.nat({ max: 1 }), pause: fc.nat({ max: pauseMax }) })
type Sequence = readonly { name: DeedName; hook: number; pause: number }[]

const play = async (ledger: Ledger, sequence: Sequence): Promise<void> => {
  for (const { name, hook: index, pause } of sequence) {
    const hook = ledger.webhooks[index]
    if (hook === undefined) continue
    await deeds[name](ledger, hook)
    ledger.wake()
    ledger.look()
    for (let turn = 0; turn < pause; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1))
    ledger.look()
    expect(ledger.broken()).toBeNull()
  }
}

/** All is well again: everything that is open goes out. */
const end = async (ledger: Ledger): Promise<void> => {
  const isOpen = ({ status }: { status: string }) => ['waiting', 'sending', 'held'].includes(status)
  const waits = ({ status }: { status: string }) => status === 'waiting' || status === 'sending'
  const [first] = ledger.webhooks
  if (first === undefined) throw new Error('There is a webhook.')
  ledger.answer(200)
  for (const name of ['regains', 'switchOn', 'online', 'drain'] as const) await deeds[name](ledger, first)
  for (let round = 0; ledger.counts().some(isOpen); round += 1) {
    if (round === 20) throw new Error(`Deliveries are stuck: ${JSON.stringify(ledger.counts())}`)
    for (const hook of ledger.webhooks) {
      await deeds.resume(ledger, hook)
      await deeds.release(ledger, hook)
    }
    ledger.clock.advance(hourMs)
    await ledger.engine.upkeep.runDue()
    await ledger.engine.upkeep.drainOffline()
    ledger.clock.advance(hourMs)
    await ledger.quiet(() => !ledger.counts().some(waits))
  }
  ledger.look()
  expect(ledger.broken()).toBeNull()
}

const withLedger = async (
  hooks: readonly Partial<WebhookRecord>[],
  run: (ledger: Ledger) => Promise<void>,
) => {
  const ledger = await openLedger(hooks)
  try {
    await run(ledger)
  } finally {
    await ledger.close()
  }
}

describe('the held ledger', () => {
  it('accounts for all that was accepted and sent again at every moment, and in the end nothing is stuck', async () => {
    const hooks = [
      { url: 'https://one.example/', scheduleMs: [0, 1_000, 2_000] },
      { url: 'http://127.0.0.1/', scheduleMs: [0, 1_000] },
    ]
    const sequences = fc.array(deedOf(fc.constantFrom(...names)), { minLength: 5, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(sequences, (sequence) =>
        withLedger(hooks, async (ledger) => {
          await ledger.accept(2)
          await play(ledger, sequence)
          await end(ledger)
          expect(ledger.moments()).toBeGreaterThan(sequence.length)
        }),
      ),
      { numRuns: 12, endOnFailure: true },
    )
  })

  it('sends nothing again while the capability for it is missing', async () => {
    const hooks = [{ url: 'https://one.example/', scheduleMs: [0], concurrency: 1 }]
    await withLedger(hooks, async (ledger) => {
      const [hook] = ledger.webhooks
      if (hook === undefined) throw new Error('There is a webhook.')
      ledger.answer(500)
      await ledger.accept(3)
      await ledger.quiet(() => ledger.counts().every(({ status }) => status === 'exhausted'))
      ledger.clock.advance(hourMs)
      ledger.answer('hang')
      await deeds.replay(ledger, hook)
      await deeds.tick(ledger, hook)
      await ledger.until(() => ledger.endpoint.open === 1)
      await deeds.loses(ledger, hook)
      // What the worker had taken a moment ago may go out: this one has taken nothing.
      await deeds.crash(ledger, hook)
      const before = ledger.endpoint.sent.length
      for (const name of ['restart', 'tick', 'drain'] as const) await deeds[name](ledger, hook)
      let turns = 0
      await ledger.quiet(() => ++turns > 40)
      expect(ledger.endpoint.sent).toHaveLength(before)
      expect(ledger.counts()).toContainEqual({ status: 'held', isEvent: 0, count: 3 })
      await end(ledger)
      expect(ledger.counts()).toContainEqual({ status: 'delivered', isEvent: 0, count: 3 })
    })
  })
})

describe('an ordered webhook', () => {
  const ordered = { ...defaultWebhookOptions, ordered: true }
  const hooks = [
    { url: 'https://one.example/', scheduleMs: [0, 1_000, 2_000], options: ordered },
    { url: 'https://two.example/', scheduleMs: [0, 1_000], options: ordered },
  ]
  /** All that holds and lets go, but what a person takes out of the order: keeping, discarding, sending again. */
  const orderly: readonly DeedName[] = [
    ...(['accept', 'pause', 'resume', 'switchOff', 'switchOn', 'offline', 'online', 'drain'] as const),
    ...(['loses', 'regains', 'answers', 'fails', 'isGone', 'restart', 'tick'] as const),
  ]
  /** What is accepted in between is held, and what comes afterwards must not overtake it. */
  const phrases: readonly (readonly DeedName[])[] = [
    ['offline', 'accept', 'online', 'accept'],
    ['switchOff', 'accept', 'switchOn', 'accept'],
    ['pause', 'accept', 'resume', 'accept'],
  ]
  const phrase = fc
    .constantFrom(...phrases)
    .chain((deedNames) => fc.tuple(...deedNames.map((name) => deedOf(fc.constant(name), 10))))
  const others = fc.array(deedOf(fc.constantFrom(...orderly)), { maxLength: 5 })
  const sequences = fc
    .array(fc.oneof(phrase, others), { minLength: 2, maxLength: 8 })
    .map((parts) => parts.flat())

  it('gets every event before the next ones, whatever holds it and lets it go', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, (sequence) =>
        withLedger(hooks, async (ledger) => {
          await ledger.accept(2)
          await play(ledger, sequence)
          await end(ledger)
          for (const host of ['one.example', 'two.example']) {
            const sent = ledger.endpoint.sent.filter((one) => one.host === host).map(({ eventId }) => eventId)
            expect(sent).toEqual(sent.toSorted())
          }
        }),
      ),
      { numRuns: 12, endOnFailure: true },
    )
  })

  it('gets what a recovery sends again one after the other, in their order, behind what waits', async () => {
    await withLedger([{ ...hooks[0], scheduleMs: [0, 1_000] }], async (ledger) => {
      const [hook] = ledger.webhooks
      if (hook === undefined) throw new Error('There is a webhook.')
      ledger.answer(500)
      await ledger.accept(3)
      await ledger.quiet(() => ledger.counts().every(({ status }) => status === 'exhausted'))
      const lost = [...new Set(ledger.endpoint.sent.map(({ eventId }) => eventId))]
      ledger.clock.advance(hourMs)
      ledger.answer('hang')
      await ledger.accept(2)
      const before = ledger.endpoint.sent.length
      await deeds.recover(ledger, hook)
      await deeds.tick(ledger, hook)
      ledger.answer(200)
      await ledger.quiet(() =>
        ledger.counts().every(({ status }) => status !== 'waiting' && status !== 'sending'),
      )
      const sent = ledger.endpoint.sent.slice(before).map(({ eventId }) => eventId)
      expect(sent.filter((id) => lost.includes(id))).toEqual(lost)
      expect(sent.slice(-3)).toEqual(lost)
      expect(ledger.endpoint.openMax).toBe(1)
    })
  })
})
