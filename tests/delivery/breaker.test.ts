import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Breaker, openFailedPart, openRequestsMin, probeAfterMs, windowMs } from '#main/delivery/breaker.ts'

const startMs = 1_800_000_000_000

const landMany = (breaker: Breaker, failed: number, delivered: number, now: number): void => {
  for (let count = 0; count < delivered; count += 1) breaker.land(`ok${count}`, false, now)
  for (let count = 0; count < failed; count += 1) breaker.land(`bad${count}`, true, now)
}
const opened = (now = startMs): Breaker => {
  const breaker = new Breaker()
  landMany(breaker, openRequestsMin, 0, now)
  return breaker
}

describe('a circuit breaker', () => {
  it('opens at seven failures of ten, not at six, and not at nine of nine', () => {
    const [seven, six, nine] = [new Breaker(), new Breaker(), new Breaker()]
    landMany(seven, 7, 3, startMs)
    landMany(six, 6, 4, startMs)
    landMany(nine, 9, 0, startMs)
    expect(seven.record).toEqual({
      openedAt: startMs,
      probeAt: startMs + probeAfterMs,
      failed: 7,
      requests: 10,
    })
    expect([six.record, nine.record]).toEqual([null, null])
  })

  it('forgets what is longer ago than five minutes', () => {
    const breaker = new Breaker()
    landMany(breaker, 9, 0, startMs)
    expect(breaker.land('late', true, startMs + windowMs)).toBe(false)
    expect(breaker.record).toBeNull()
  })

  it('lets one probe go after 30 s; delivered it closes, with nothing behind it', () => {
    const breaker = opened()
    expect(breaker.nextAt(startMs)).toBe(startMs + probeAfterMs)
    const probedAt = startMs + probeAfterMs
    expect(breaker.leave('probe')).toBe(true)
    expect(breaker.nextAt(probedAt)).toBeNull()
    expect(breaker.record?.probeAt).toBeNull()
    expect(breaker.land('probe', false, probedAt)).toBe(true)
    expect(breaker.record).toBeNull()
    landMany(breaker, 9, 0, probedAt)
    expect(breaker.record).toBeNull()
  })

  it('opens for another 30 s when the probe fails, and remembers since when it is open', () => {
    const breaker = opened()
    breaker.leave('probe')
    const failedAt = startMs + probeAfterMs + 15_000
    expect(breaker.land('probe', true, failedAt)).toBe(true)
    expect(breaker.record).toMatchObject({ openedAt: startMs, probeAt: failedAt + probeAfterMs })
  })

  it('does not change by requests that were under way when it opened', () => {
    const breaker = opened()
    const before = breaker.record
    expect(breaker.land('late', false, startMs + 1)).toBe(false)
    breaker.leave('probe')
    expect(breaker.land('later', false, startMs + 2)).toBe(false)
    expect(breaker.record).toEqual({ ...before, probeAt: null })
  })

  it('wants another probe at once when one was not sent after all', () => {
    const breaker = opened()
    breaker.leave('probe')
    expect(breaker.putBack('probe', startMs + 5)).toBe(true)
    expect(breaker.nextAt(startMs + 5)).toBe(startMs + 5)
  })

  it('probes at once when the probe of an earlier worker was lost', () => {
    const breaker = new Breaker()
    breaker.restore({ openedAt: startMs, probeAt: null, failed: 8, requests: 10 })
    expect(breaker.nextAt(startMs + 9)).toBe(startMs + 9)
  })

  it('stays open no longer than 30 s when the clock is set back', () => {
    const breaker = opened()
    const back = startMs - 3_600_000
    expect(breaker.nextAt(back)).toBe(back + probeAfterMs)
    expect(breaker.nextAt(back + probeAfterMs)).toBe(back + probeAfterMs)
  })
})

/** A model of the rules, as simple as they are told: all requests kept, counted anew each time. */
class Model {
  landed: { at: number; failed: boolean }[] = []
  open: { probeAt: number | null } | null = null

  land(failed: boolean, now: number, isProbe: boolean): void {
    if (this.open !== null) {
      if (!isProbe) return
      if (failed) this.open = { probeAt: now + probeAfterMs }
      else this.open = null
      this.landed = []
      return
    }
    this.landed.push({ at: now, failed })
    // The window slides in steps of ten seconds.
    const step = (at: number) => Math.floor(at / 10_000)
    const recent = this.landed.filter(({ at }) => step(at) > step(now) - windowMs / 10_000)
    const failures = recent.filter((one) => one.failed).length
    const opens = recent.length >= openRequestsMin && failures >= openFailedPart * recent.length
    if (failed && opens) this.open = { probeAt: now + probeAfterMs }
  }
}

describe('whatever happens in whatever order', () => {
  it('it is as open as the rules say, and nothing goes while it is, but one probe at a time', () => {
    const step = fc.record({
      waitMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 400_000 })),
      deed: fc.constantFrom<'leave' | 'land'>('leave', 'land', 'land'),
      failed: fc.boolean().chain((likely) => (likely ? fc.constant(true) : fc.boolean())),
      pick: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (all) => {
        const breaker = new Breaker()
        const model = new Model()
        const under: string[] = []
        let now = startMs
        let probe: string | null = null
        for (const [index, { waitMs, deed, failed, pick }] of all.entries()) {
          now += waitMs
          const at = breaker.nextAt(now)
          const mayGo = at !== null && at <= now
          const { open } = model
          expect(mayGo).toBe(open === null || (open.probeAt !== null && open.probeAt <= now))
          if (deed === 'leave' && mayGo) {
            const isProbe = breaker.leave(`d${index}`)
            expect(isProbe).toBe(open !== null)
            under.push(`d${index}`)
            if (open !== null) {
              model.open = { probeAt: null }
              probe = `d${index}`
            }
          } else if (under.length > 0) {
            const [id = ''] = under.splice(pick % under.length, 1)
            breaker.land(id, failed, now)
            model.land(failed, now, id === probe)
            if (id === probe) probe = null
          }
          expect(breaker.record?.probeAt).toBe(model.open === null ? undefined : model.open.probeAt)
        }
      }),
    )
  })
})
