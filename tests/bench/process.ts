import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** What the system says of a process, by Linux' /proc. */

const statusOf = (path: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1])

/** Memory that it holds at the moment, bytes. */
export const memoryBytes = (pid: number): number => statusOf(`/proc/${pid}/status`, 'VmRSS') * 1024

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor time that it has used so far, ms, in steps of 10 ms. */
export const processorMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000
}

/** How often its threads went to sleep of themselves, and so were woken. */
export const wakes = (pid: number): number => {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    sum += statusOf(`/proc/${pid}/task/${thread}/status`, 'voluntary_ctxt_switches')
  }
  return sum
}
