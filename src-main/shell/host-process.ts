import { createInterface } from 'node:readline'
import type { UtilityProcess } from 'electron'
import { z } from 'zod'
import type { HostState } from '#contract/bridge.ts'
import type { HostTarget } from './forward.ts'
import { reasonIn } from './host-words.ts'
import { parseJson } from './json.ts'

/** As much of Electron's utility process as is used. */
export type ForkedHost = Pick<UtilityProcess, 'stdout' | 'stderr' | 'kill'> & {
  on(event: 'exit', listener: (code: number) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
}

export interface HostProcessParts {
  /** A fresh socket and token for each launch. */
  newTarget(): Extract<HostTarget, { kind: 'socket' }>
  fork(target: Extract<HostTarget, { kind: 'socket' }>): ForkedHost
  /** Everything that the host prints, line by line. */
  log(line: string): void
}

export interface HostProcess {
  start(): void
  /** Asks the host to stop and waits until it has, or until it had its time. */
  stop(): Promise<void>
  state(): HostState
  /** Returns the function that ends the listening. */
  onState(listener: (state: HostState) => void): () => void
  /** Where the host answers, as soon as it does. Null when that takes longer than `waitMs` or it is stopped. */
  target(waitMs: number): Promise<HostTarget | null>
}

/** Migrations of a large database, with the backup before them, are part of the start. */
const startLimitMs = 180_000
const stopLimitMs = 15_000
const firstDelayMs = 500
const delayMaxMs = 30_000
/** A host that ran for this long was well: the next restart is a first one again. */
const steadyAfterMs = 60_000

const readySchema = z.object({ ready: z.literal(true) })

const isReady = (message: unknown): boolean => readySchema.safeParse(message).success

const delayBefore = (attempt: number) => Math.min(firstDelayMs * 2 ** (attempt - 1), delayMaxMs)

/** Starts the engine host, starts it again when it dies, and tells how it is doing. */
export const createHostProcess = ({ newTarget, fork, log }: HostProcessParts): HostProcess => {
  const listeners = new Set<(state: HostState) => void>()
  let state: HostState = { state: 'stopped' }
  let child: ForkedHost | null = null
  let ready: HostTarget | null = null
  let attempt = 0
  let stopping = false
  let restartTimer: NodeJS.Timeout | undefined

  const become = (next: HostState) => {
    state = next
    for (const listener of listeners) listener(next)
  }

  const restartLater = (reason: string) => {
    attempt += 1
    const delayMs = delayBefore(attempt)
    become({ state: 'restarting', attempt, nextStartAt: Date.now() + delayMs, reason })
    restartTimer = setTimeout(launch, delayMs)
  }

  const launch = () => {
    const target = newTarget()
    const host = fork(target)
    let lastError = ''
    let steadyTimer: NodeJS.Timeout | undefined
    child = host
    const limit = setTimeout(() => {
      lastError = `not ready after ${startLimitMs / 1000} s`
      host.kill()
    }, startLimitMs)

    const becomeReady = () => {
      if (ready === target || child !== host) return
      clearTimeout(limit)
      ready = target
      steadyTimer = setTimeout(() => {
        attempt = 0
      }, steadyAfterMs)
      become({ state: 'ready' })
    }

    if (host.stdout) {
      createInterface({ input: host.stdout }).on('line', (line) => {
        if (isReady(parseJson(line))) becomeReady()
        else log(line)
      })
    }
    if (host.stderr) {
      createInterface({ input: host.stderr }).on('line', (line) => {
        lastError = reasonIn(line) ?? lastError
        log(line)
      })
    }
    host.on('message', (message) => {
      if (isReady(message)) becomeReady()
    })
    host.on('exit', (code) => {
      clearTimeout(limit)
      clearTimeout(steadyTimer)
      child = null
      ready = null
      if (stopping) become({ state: 'stopped' })
      else restartLater(lastError === '' ? `exit code ${code}` : lastError)
    })
  }

  const onState = (listener: (next: HostState) => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  /** The first state for which `isIt` holds, or the present one when the time is over. */
  const reached = (isIt: (next: HostState) => boolean, waitMs: number): Promise<void> =>
    new Promise((settle) => {
      if (isIt(state)) return settle()
      const finish = () => {
        clearTimeout(timer)
        end()
        settle()
      }
      const timer = setTimeout(finish, waitMs)
      const end = onState((next) => {
        if (isIt(next)) finish()
      })
    })

  return {
    start() {
      become({ state: 'starting' })
      launch()
    },
    async stop() {
      stopping = true
      clearTimeout(restartTimer)
      if (child === null) return become({ state: 'stopped' })
      child.kill()
      await reached(({ state: name }) => name === 'stopped', stopLimitMs)
      // The host takes a second signal for "at once".
      child?.kill()
    },
    state: () => state,
    onState,
    async target(waitMs) {
      await reached(({ state: name }) => name === 'ready' || name === 'stopped', waitMs)
      return ready
    },
  }
}
