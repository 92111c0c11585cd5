import { describe, expect, it } from 'vitest'
import { Pause } from '#main/delivery/pause.ts'

describe('a pause', () => {
  it('is over at its end, and never began of itself', () => {
    const pause = new Pause()
    expect(pause.isOn(0)).toBe(false)
    pause.begin(1_000, 4_000)
    expect([1_000, 3_999, 4_000].map((now) => pause.isOn(now))).toEqual([true, true, false])
    expect(pause.until).toBe(4_000)
  })

  it('is no longer than it was when the clock is set back', () => {
    const pause = new Pause()
    pause.begin(100_000, 103_000)
    expect(pause.isOn(50_000)).toBe(true)
    expect(pause.isOn(52_999)).toBe(true)
    expect(pause.isOn(53_000)).toBe(false)
  })
})
