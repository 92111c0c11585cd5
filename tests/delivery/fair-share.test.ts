import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maySend, slotsFor } from '#main/delivery/fair-share.ts'

const counts = fc.record({
  inFlight: fc.integer({ min: 0, max: 600 }),
  concurrency: fc.integer({ min: 1, max: 64 }),
  free: fc.integer({ min: 0, max: 512 }),
})

describe('slotsFor', () => {
  it('counts what maySend lets out, one after the other', () => {
    fc.assert(
      fc.property(counts, ({ inFlight, concurrency, free }) => {
        let sent = 0
        while (maySend(inFlight + sent, concurrency, free - sent)) sent += 1
        expect(slotsFor(inFlight, concurrency, free)).toBe(sent)
      }),
    )
  })

  it('never exceeds the concurrency of the webhook nor what is free', () => {
    fc.assert(
      fc.property(counts, ({ inFlight, concurrency, free }) => {
        const slots = slotsFor(inFlight, concurrency, free)
        expect(slots).toBeGreaterThanOrEqual(0)
        expect(slots).toBeLessThanOrEqual(free)
        if (slots > 0) expect(inFlight + slots).toBeLessThanOrEqual(concurrency)
      }),
    )
  })

  it('leaves room for one more webhook when some of the greatest concurrency hang', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (hanging) => {
        let free = 512
        for (let webhook = 0; webhook < hanging; webhook += 1) free -= slotsFor(0, 64, free)
        expect(slotsFor(0, 16, free)).toBe(16)
      }),
    )
  })

  it('gives a webhook that has nothing under way one slot as long as one is free', () => {
    expect(slotsFor(0, 1, 1)).toBe(1)
    expect(slotsFor(0, 64, 1)).toBe(1)
    expect(slotsFor(0, 64, 0)).toBe(0)
  })
})
