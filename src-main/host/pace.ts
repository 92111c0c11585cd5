import { setTimeout as pause } from 'node:timers/promises'
import type { Pace } from '#main/engine/parts.ts'

/** Long work rests for so many times the length of its last step: it takes one part in five of the time. */
const restShare = 4
const restMsMax = 1_000

/** The pace of one piece of long work. */
export const createPace = (): Pace => {
  let startedAt = performance.now()
  return async () => {
    await pause(Math.min((performance.now() - startedAt) * restShare, restMsMax))
    startedAt = performance.now()
  }
}
