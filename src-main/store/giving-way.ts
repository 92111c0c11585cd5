import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { basename } from 'node:path'

/**
 * Lets the calling thread give way to others while the processors do not suffice for all: whoever waits for an answer of
 * the host, or for a screen, goes before what is done in the background. Linux has priorities of threads, and
 * `/proc/thread-self` tells which one this is; elsewhere a priority is that of the whole program, and nothing is done.
 * @returns whether it gives way from now on.
 */
export const giveWay = (): boolean => {
  if (process.platform !== 'linux') return false
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_BELOW_NORMAL)
    return true
  } catch {
    // No `/proc`, or a system that does not let it: all threads stay equals, as elsewhere.
    return false
  }
}
