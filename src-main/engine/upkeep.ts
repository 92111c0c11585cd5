import type { ClockJump } from '#main/store/interface.ts'
import { stepReleases } from './deliveries/release-steps.ts'
import type { Machine } from './machine/machine.ts'
import type { Toolbox } from './parts.ts'
import { createConditions } from './platform/conditions.ts'
import { drainSwitchedOff } from './platform/drain.ts'
import { drainOffline } from './platform/drain-offline.ts'
import { tellNotices } from './platform/notices.ts'
import { stepRecoveries } from './recoveries/steps.ts'
import { runAll } from './run-all.ts'
import { applyEverywhere, endTrials } from './suspension/suspension.ts'
import type { Backlog } from './webhooks/backlog.ts'
import { stepProbes } from './webhooks/probes.ts'

/** What becomes due by the clock alone, or by another process. The host calls it; every part is cheap when idle. */
export interface Upkeep {
  /**
   * Every second: that the program runs again, trials that end, deliveries that are released or sent again at a rate,
   * and what the delivery worker noted for operational webhooks.
   */
  runDue(): Promise<void>
  /** Every minute: that the program runs, and conditions that operational webhooks are told of. */
  observe(): Promise<void>
  /**
   * Every few minutes and at the start: brings all webhooks in line with the capabilities and switches of now, which
   * the command line may have changed, and ends what was interrupted.
   */
  sweep(): Promise<void>
  /** Notes it, and lets go what was held without network. */
  networkChanged(online: boolean): Promise<void>
  /** Every few seconds: what was held while the network was away and is reached by now. */
  drainOffline(): Promise<void>
  clockJumped(jump: ClockJump): Promise<void>
}

export const createUpkeep = (toolbox: Toolbox, machine: Machine, backlog: Backlog): Upkeep => {
  const conditions = createConditions(toolbox)
  return {
    runDue: () =>
      runAll([
        () => machine.begin(),
        () => endTrials(toolbox),
        () => stepReleases(toolbox),
        () => stepRecoveries(toolbox),
        () => stepProbes(toolbox, backlog),
        () => tellNotices(toolbox),
      ]),
    async observe() {
      await machine.noteRunning()
      await conditions.tell()
    },
    sweep: () =>
      runAll([() => backlog.finish(), () => applyEverywhere(toolbox), () => drainSwitchedOff(toolbox)]),
    networkChanged: (online) => runAll([() => machine.networkChanged(online), () => drainOffline(toolbox)]),
    drainOffline: () => drainOffline(toolbox),
    clockJumped: (jump) => machine.clockJumped(jump),
  }
}
