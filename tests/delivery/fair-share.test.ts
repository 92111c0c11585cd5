import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maySend, type Share, slotsFor } from '#main/delivery/fair-share.ts'

const all = 512
const shares = fc.record({
  inFlight: fc.integer({ min: 0, max: 600 }),
  concurrency: fc.integer({ min: 1, max: 64 }),
  ofOrganization: fc.integer({ min: 0, max: 600 }),
  free: fc.integer({ min: 0, max: all }),
})
const fresh: Share = { inFlight: 0, concurrency: 16, ofOrganization: 0, free: all }

describe('slotsFor', () => {
  it('counts what maySend lets out, one after the other', () => {
    fc.assert(
      fc.property(shares, ({ inFlight, concurrency, ofOrganization, free }) => {
        let sent = 0
        const after = (count: number): Share => ({
          inFlight: inFlight + count,
          concurrency,
          ofOrganization: ofOrganization + count,
          free: free - count,
        })
        while (maySend(after(sent))) sent += 1
        expect(slotsFor({ inFlight, concurrency, ofOrganization, free })).toBe(sent)
      }),
    )
  })

  it('never exceeds the concurrency of the webhook nor what is free', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const slots = slotsFor(share)
        expect(slots).toBeGreaterThanOrEqual(0)
        expect(slots).toBeLessThanOrEqual(share.free)
        if (slots > 0) expect(share.inFlight + slots).toBeLessThanOrEqual(share.concurrency)
      }),
    )
  })

  it('leaves room for one more webhook when some of the greatest concurrency hang', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), (hanging) => {
        let free = all
        for (let webhook = 0; webhook < hanging; webhook += 1) {
          free -= slotsFor({ ...fresh, concurrency: 64, free })
        }
        expect(slotsFor({ ...fresh, free })).toBe(16)
      }),
    )
  })

  it('leaves another organization a quarter, however many webhooks of one hang', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 64 }),
        (webhooks, concurrency) => {
          let ofOrganization = 0
          for (let webhook = 0; webhook < webhooks; webhook += 1) {
            ofOrganization += slotsFor({ ...fresh, concurrency, ofOrganization, free: all - ofOrganization })
          }
          expect(all - ofOrganization).toBeGreaterThanOrEqual(all / 4)
        },
      ),
    )
  })

  it('gives a webhook that has nothing under way one slot as long as its organization has none and one is free', () => {
    expect(slotsFor({ ...fresh, concurrency: 1, free: 1 })).toBe(1)
    expect(slotsFor({ ...fresh, concurrency: 64, free: 1 })).toBe(1)
    expect(slotsFor({ ...fresh, concurrency: 64, free: 0 })).toBe(0)
    expect(slotsFor({ ...fresh, ofOrganization: 4, free: 1 })).toBe(0)
  })
})
