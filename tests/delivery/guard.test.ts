import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultWebhookOptions, type Throttle } from '#contract/webhook-options.ts'
import { probeAfterMs, windowMs } from '#main/delivery/breaker.ts'
import { Guard, Guards } from '#main/delivery/guard.ts'
import type { BreakerRecord, ClaimedWebhook, RecentAttempt } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'

const webhookWith = (throttle: Throttle | null, over: Partial<ClaimedWebhook> = {}): ClaimedWebhook => ({
  id: 'whk_1',
  active: true,
  statusChangedAt: null,
  url: 'http://127.0.0.1/',
  timeoutMs: 15_000,
  concurrency: 16,
  scheduleMs: null,
  options: { ...defaultWebhookOptions, throttle },
  shaping: null,
  lastAttemptAt: null,
  secrets: [],
  credentials: {},
  networkRules: [],
  ...over,
})

const throttles = fc.option(
  fc.record({ count: fc.integer({ min: 1, max: 200 }), seconds: fc.integer({ min: 1, max: 120 }) }),
)
const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 60_000 })),
    errorClass: fc.constantFrom('http' as const, 'timeout' as const, 'blocked' as const, null),
    lands: fc.boolean(),
  }),
  { minLength: 10, maxLength: 150 },
)

describe('a guard', () => {
  it('tells the time at which the next may go: not before, and then for sure', () => {
    fc.assert(
      fc.property(throttles, steps, (throttle, all) => {
        const guard = new Guard(() => {})
        guard.apply(webhookWith(throttle), startMs)
        const under: string[] = []
        let now = startMs
        for (const [index, { waitMs, errorClass, lands }] of all.entries()) {
          now += waitMs
          const at = guard.nextAt(now)
          const allowance = guard.allowance(now)
          expect(allowance > 0).toBe(at !== null && at <= now)
          if (at !== null && at > now) {
            expect(guard.allowance(at - 1)).toBe(0)
            expect(guard.allowance(at)).toBeGreaterThan(0)
          }
          // Nothing is to come only while a probe is under way: that will land.
          if (at === null) expect(under.length).toBeGreaterThan(0)
          if (allowance > 0) {
            guard.leave(`d${index}`, now)
            under.push(`d${index}`)
          }
          if (lands || at === null) {
            for (const id of under.splice(0)) guard.land(id, errorClass, now)
          }
        }
      }),
    )
  })

  it('does not open by requests that the network policy has not let out', () => {
    const guard = new Guard(() => {})
    guard.apply(webhookWith(null), startMs)
    for (let count = 0; count < 50; count += 1) guard.land(`d${count}`, 'blocked', startMs)
    expect(guard.record).toBeNull()
  })

  it('has no failures behind it at another address, or after its status was set anew', () => {
    for (const over of [{ url: 'http://127.0.0.1/other' }, { statusChangedAt: startMs }]) {
      const guard = new Guard(() => {})
      guard.apply(webhookWith(null), startMs)
      for (let count = 0; count < 9; count += 1) guard.land(`d${count}`, 'http', startMs)
      guard.apply(webhookWith(null, over), startMs)
      guard.land('d9', 'http', startMs)
      expect(guard.record).toBeNull()
    }
  })

  it('keeps the pace when the rate is set anew: a change brings no token', () => {
    const guard = new Guard(() => {})
    guard.apply(webhookWith({ count: 1, seconds: 60 }), startMs)
    guard.leave('d1', startMs)
    guard.apply(webhookWith({ count: 1, seconds: 30 }, { lastAttemptAt: startMs }), startMs + 1)
    expect(guard.allowance(startMs + 29_000)).toBe(0)
    expect(guard.allowance(startMs + 30_000)).toBe(1)
  })
})

describe('the guards of a worker that is started anew', () => {
  const webhookId = 'whk_1'
  const nobody = { isUnwritten: () => false, isUsed: () => false }
  const failedAt = (finishedAt: number, over: Partial<RecentAttempt> = {}): RecentAttempt => ({
    webhookId,
    deliveryId: 'd',
    startedAt: finishedAt,
    finishedAt,
    errorClass: 'http',
    ...over,
  })
  const begun = async (attempts: readonly RecentAttempt[], kept: BreakerRecord | null = null) => {
    const guards = new Guards(() => {})
    const asked: number[] = []
    const queue = {
      listTokenPauses: async () => new Map(),
      listBreakers: async () => new Map(kept === null ? [] : [[webhookId, kept]]),
      async listRecentAttempts(since: number) {
        asked.push(since)
        return [...attempts]
      },
    }
    await guards.follow(queue, startMs, nobody)
    await guards.follow(queue, startMs, nobody)
    expect(asked).toEqual([startMs - windowMs])
    return guards.of(webhookId, startMs)
  }
  const nine = Array.from({ length: 9 }, (_, index) => failedAt(startMs - 200_000 + index))

  it('go on counting where the last one was', async () => {
    const guard = await begun(nine)
    expect(guard.record).toBeNull()
    expect(guard.land('d9', 'http', startMs)).toBe(true)
    expect(guard.record).toMatchObject({ failed: 10, requests: 10 })
  })

  it('do not count what was never asked of the endpoint', async () => {
    const guard = await begun(nine.map((attempt) => ({ ...attempt, errorClass: 'blocked' as const })))
    expect(guard.land('d9', 'http', startMs)).toBe(false)
  })

  it('know that a probe has closed the breaker meanwhile, with nothing behind it', async () => {
    const openedAt = startMs - 100_000
    const ten = [...nine, failedAt(openedAt)]
    const probe = failedAt(openedAt + probeAfterMs, { deliveryId: 'probe', errorClass: null })
    const guard = await begun([...ten, probe])
    expect(guard.land('d10', 'http', startMs)).toBe(false)
  })

  it('take an open breaker as it was kept, and none that was closed by a person', async () => {
    const ten = [...nine, failedAt(startMs - 1_000)]
    const kept = { openedAt: startMs - 1_000, probeAt: null, failed: 10, requests: 10 }
    expect((await begun(ten, kept)).record).toEqual(kept)
    expect((await begun(ten)).record).toBeNull()
  })
})
