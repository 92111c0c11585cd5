import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { basename } from 'node:path'

/**
 * On a full processor a third of what the others get. With less, delivering falls behind accepting where both are busy,
 * and the whole takes longer.
 */
export const givenWay = 5
/** There is none lower. */
const lowest = 19

/**
 * Lets the calling thread give way to others while the processors do not suffice for all: whoever waits for an answer
 * of the host, or for a screen, goes before what is done in the background. Linux has priorities of threads, and
 * `/proc/thread-self` tells which one this is; elsewhere a priority is that of the whole program, and nothing is done.
 */
export const giveWay = (): void => {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')))
    setPriority(thread, Math.min(getPriority(thread) + givenWay, lowest))
  } catch {
    // No `/proc`, or a system that does not let it: all threads stay equals, as elsewhere.
  }
}
