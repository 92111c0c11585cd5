import { describe, expect, it } from 'vitest'
import { Restarts } from '#contract/restarts.ts'

const minuteMs = 60_000

/** Threads that live for so long each, one after the other. @returns the delays before they are started again. */
const delaysAfter = (restarts: Restarts, livesMs: readonly number[]): number[] => {
  let tick = 5
  return livesMs.map((lifeMs) => {
    restarts.noteStart(tick)
    tick += lifeMs
    const delayMs = restarts.noteDeath(tick)
    tick += delayMs
    return delayMs
  })
}

describe('a thread that dies', () => {
  it('is started again later each time, and then as late as the last time', () => {
    const restarts = new Restarts([1, 20, 300])
    expect(delaysAfter(restarts, [0, 0, minuteMs, 0, 0])).toEqual([1, 20, 300, 300, 300])
    expect(restarts.deaths).toBe(5)
  })

  it('begins with the first delay again once it has lived for more than a minute', () => {
    const restarts = new Restarts([1, 20, 300])
    expect(delaysAfter(restarts, [0, 0, minuteMs + 1, 0])).toEqual([1, 20, 1, 20])
    expect(restarts.deaths).toBe(2)
  })

  it('is well when it has lived for more than a minute, and as long as it lives', () => {
    const restarts = new Restarts([1])
    expect(restarts.isHealthy(minuteMs * 9)).toBe(false)
    restarts.noteStart(10)
    expect([10 + minuteMs, 11 + minuteMs].map((tick) => restarts.isHealthy(tick))).toEqual([false, true])
    restarts.noteDeath(11 + minuteMs)
    expect(restarts.isHealthy(minuteMs * 9)).toBe(false)
  })
})
