import { beforeEach, describe, expect, it } from 'vitest'
import { Pause } from '#main/delivery/pause.ts'
import type { TokenPauseRecord } from '#main/store/interface.ts'

const failure = { errorClass: 'http', message: 'no token' } as const
let told: (TokenPauseRecord | null)[]
let pause: Pause
beforeEach(() => {
  told = []
  pause = new Pause((record) => told.push(record))
})

describe('a pause', () => {
  it('is over at its end, and never began of itself', () => {
    expect(pause.isOn(0)).toBe(false)
    pause.begin(1_000, 4_000, failure)
    expect([1_000, 3_999, 4_000].map((now) => pause.isOn(now))).toEqual([true, true, false])
    expect([3_999, 4_000].map((now) => pause.failureAt(now))).toEqual([failure, null])
    expect(pause.until).toBe(4_000)
  })

  it('is no longer than it was when the clock is set back', () => {
    pause.begin(100_000, 103_000, failure)
    expect(pause.isOn(50_000)).toBe(true)
    expect(pause.isOn(52_999)).toBe(true)
    expect(pause.isOn(53_000)).toBe(false)
  })

  it('is told where it is longer than a second, and when it ends before its time', () => {
    pause.begin(0, 1_000, failure)
    pause.begin(1_000, 4_000, failure)
    expect(told).toEqual([{ until: 4_000, ...failure }])
    pause.end(3_999)
    expect(told).toEqual([{ until: 4_000, ...failure }, null])
    expect(pause.isOn(3_999)).toBe(false)
  })

  it('begins no more once it is retired: the answer to an old request comes late', () => {
    pause.retire(0)
    pause.begin(1_000, 9_000, failure)
    expect(pause.isOn(1_000)).toBe(false)
    expect(told).toEqual([])
  })

  it('goes on where the last one was, for a day at most', () => {
    pause.restore({ until: 4_000, ...failure }, 1_000)
    expect([3_999, 4_000].map((now) => pause.failureAt(now))).toEqual([failure, null])
    pause.restore({ until: 900 * 3_600_000, ...failure }, 0)
    expect(pause.until).toBe(24 * 3_600_000)
    pause.restore(null, 0)
    expect(pause.isOn(0)).toBe(false)
    expect(told).toEqual([])
  })

  it('was ended by a person when it is not kept any more, not when it is not kept yet', () => {
    pause.begin(0, 4_000, failure)
    expect(pause.wasEnded(null, 1)).toBe(false)
    expect(pause.wasEnded({ until: 4_000, ...failure }, 2)).toBe(false)
    expect(pause.wasEnded(null, 3)).toBe(true)
    expect(pause.wasEnded(null, 4_000)).toBe(false)
    pause.begin(4_000, 9_000, failure)
    expect(pause.wasEnded(null, 4_001)).toBe(false)
  })
})
