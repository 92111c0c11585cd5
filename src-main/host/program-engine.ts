import type { ConsoleContract } from '#contract/console.ts'
import type { KeyAuthentication } from '#main/engine/api-keys/authenticate.ts'
import { createDeliveries } from '#main/engine/deliveries/operations.ts'
import { createEngine } from '#main/engine/engine.ts'
import { createHousekeeping, type Housekeeping } from '#main/engine/events/housekeeping.ts'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import { createEvents } from '#main/engine/events/operations.ts'
import type { Operations } from '#main/engine/operation.ts'
import type { EngineParts, Toolbox } from '#main/engine/parts.ts'
import { createSessions, type Sessions } from '#main/engine/sessions/sessions.ts'
import { createToolbox } from '#main/engine/toolbox.ts'
import { type AskedActions, createAskedActions } from './asked-actions.ts'
import { version } from './program.ts'

/** The operations that need nothing of the host. */
export type EngineOperations = {
  readonly [Noun in Exclude<keyof ConsoleContract, 'session' | 'live'>]: Operations<ConsoleContract[Noun]>
}

/** The whole engine, as the host and the command line use it. */
export interface ProgramEngine {
  readonly operations: EngineOperations
  readonly toolbox: Toolbox
  readonly keys: KeyAuthentication
  readonly intake: Intake
  readonly sessions: Sessions
  readonly housekeeping: Housekeeping
  readonly asked: AskedActions
  /** Ends what an earlier run began. Once, before anybody is served. */
  start(): Promise<void>
  /** Accepts no more events, answers those that it took, and writes what is only remembered. */
  stop(): Promise<void>
}

export const createProgramEngine = (parts: EngineParts): ProgramEngine => {
  const plain = createToolbox(parts)
  const asked = createAskedActions(plain.access)
  const toolbox: Toolbox = { ...plain, access: asked.access }
  const engine = createEngine(parts, toolbox)
  const intake = createIntake(toolbox)
  return {
    operations: {
      ...engine.operations,
      events: createEvents(toolbox),
      deliveries: createDeliveries(toolbox),
    },
    toolbox,
    keys: engine.keys,
    intake,
    sessions: createSessions(toolbox, { version }),
    housekeeping: createHousekeeping(toolbox),
    asked,
    start: () => engine.start(),
    async stop() {
      await intake.stop()
      await engine.stop()
    },
  }
}
