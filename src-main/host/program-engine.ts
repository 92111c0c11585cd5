import { createEngine, type Engine } from '#main/engine/engine.ts'
import type { EngineParts } from '#main/engine/parts.ts'
import { createSessions, type Sessions } from '#main/engine/sessions/sessions.ts'
import { createToolbox } from '#main/engine/toolbox.ts'
import { type AskedActions, createAskedActions } from './asked-actions.ts'
import { version } from './program.ts'

/** The whole engine, as the host and the command line use it. */
export interface ProgramEngine extends Engine {
  readonly sessions: Sessions
  readonly asked: AskedActions
}

export const createProgramEngine = (parts: EngineParts): ProgramEngine => {
  const plain = createToolbox(parts)
  const asked = createAskedActions(plain.access)
  const toolbox = { ...plain, access: asked.access }
  return { ...createEngine(parts, toolbox), asked, sessions: createSessions(toolbox, { version }) }
}
