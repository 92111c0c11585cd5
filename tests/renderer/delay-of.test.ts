import { describe, expect, it } from 'vitest'
import type { Webhook } from '#contract/webhooks.ts'
import { delayOf } from '#renderer/features/deliveries/delay-of.ts'

type Situation = Pick<Webhook, 'breaker' | 'blockedBy' | 'pausedRelease'> & {
  options: Pick<Webhook['options'], 'throttle'>
}

const now = 1_000_000
const idOf = (place: number) => `dlv_01h455vb4pex5vsknk084sn0${place}q`
const waiting = (place: number) =>
  ({ id: idOf(place), status: 'waiting', kind: 'event', nextAttemptAt: now }) as const
const sound: Situation = {
  breaker: { state: 'closed', openedAt: null, nextProbeAt: null, failed: 0, requests: 0 },
  blockedBy: null,
  pausedRelease: null,
  options: { throttle: null },
}
const releaseId = 'rls_01h455vb4pex5vsknk084sn02q'
const paused: Situation = {
  ...sound,
  pausedRelease: { releaseId, oldestHeldId: idOf(5), reason: 'paused by Ada', waiting: 2 },
}

describe('what keeps a waiting delivery', () => {
  it('is a paused release only where it is newer than what that has not released', () => {
    expect([4, 6].map((place) => delayOf(waiting(place), paused, now))).toEqual([null, 'release'])
  })

  it('is one before it in the order, not itself', () => {
    const blockedBy = { deliveryId: idOf(3), attempts: 1, nextAttemptAt: 1, waiting: 1 }
    const situation = { ...sound, blockedBy }
    expect([3, 4].map((place) => delayOf(waiting(place), situation, now))).toEqual([null, 'order'])
  })

  it('is the limited rate once it is due, and nothing as long as it is not', () => {
    const throttled = { ...sound, options: { throttle: { count: 1, seconds: 60 } } }
    expect(delayOf(waiting(3), throttled, now)).toBe('throttle')
    expect(delayOf({ ...waiting(3), nextAttemptAt: now + 1 }, throttled, now)).toBeNull()
    expect(delayOf(waiting(3), sound, now)).toBeNull()
  })

  it('is the open breaker before all else, and nothing for what waits for none of these', () => {
    const open: Situation = { ...paused, breaker: { ...sound.breaker, state: 'open' } }
    expect(delayOf(waiting(6), open, now)).toBe('breaker')
    expect(delayOf({ ...waiting(6), kind: 'replay' }, open, now)).toBeNull()
    expect(delayOf({ ...waiting(6), status: 'delivered' }, open, now)).toBeNull()
    expect(delayOf(waiting(6), undefined, now)).toBeNull()
  })
})
