import type { ClockJump } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'

/** How long times away are remembered: longer than any run of failures that they are taken from. */
const rememberedMs = 30 * 24 * 3_600_000

/** Keeps what happened to the machine: when nothing could be sent, and how its clock jumped. */
export interface Machine {
  /**
   * The program begins: until now it was stopped, in order or by a crash. Once that is noted, calling it again does
   * nothing; so a full disk keeps nobody from starting, and it is noted when there is room.
   */
  begin(): Promise<void>
  /** A sign of life, every minute: a crash leaves no other word of when it was. */
  noteRunning(): Promise<void>
  networkChanged(online: boolean): Promise<void>
  clockJumped(jump: ClockJump): Promise<void>
  stop(): Promise<void>
}

export const createMachine = ({ store, clock, delivery }: Toolbox): Machine => {
  // The command line has an engine that is never started: its end says nothing of the host.
  let begun = false
  const noteRunning = async () => {
    if (begun) await store.write(({ machine }) => machine.noteRunning(clock.now()))
  }
  return {
    async begin() {
      if (begun) return
      await store.write(async ({ machine }) => {
        const now = clock.now()
        await machine.endAway('stopped', now)
        await machine.noteRunning(now)
        if (delivery.state().online) await machine.endAway('offline', now)
        else await machine.beginAway('offline', now)
        await machine.deleteAway(now - rememberedMs)
      })
      begun = true
    },
    noteRunning,
    networkChanged: (online) =>
      store.write(({ machine }) =>
        online ? machine.endAway('offline', clock.now()) : machine.beginAway('offline', clock.now()),
      ),
    clockJumped: ({ at, byMs }) =>
      store.write(async ({ machine }) => {
        await machine.addClockJump({ at, byMs })
        // Asleep, or a clock that was behind: none of that time could anything be sent.
        if (byMs > 0) await machine.addAway({ kind: 'asleep', since: at - byMs, until: at })
      }),
    async stop() {
      await noteRunning()
      begun = false
    },
  }
}
