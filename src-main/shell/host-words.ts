import { z } from 'zod'
import type { HostState } from '#contract/bridge.ts'
import { parseJson } from './json.ts'

/** The state of the engine host in a few words, for the tray and its tooltip. */
export const hostWords = (state: HostState): string => {
  switch (state.state) {
    case 'starting':
      return 'The engine is starting'
    case 'ready':
      return 'The engine is running'
    case 'restarting':
      return `The engine stopped and is being restarted (${state.reason})`
    case 'attached':
      return `Attached to ${state.address}`
    case 'stopped':
      return 'The engine is stopped'
  }
}

const reasonCharactersMax = 300
/** Of the host's log: 50 is an error, 60 the end. */
const errorLevel = 50

const logLineSchema = z.object({
  level: z.number(),
  msg: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
})

/**
 * What a line on the standard error of the host says about its end: a sentence for the person, or an error of
 * its log. Null for other lines.
 */
export const reasonIn = (line: string): string | null => {
  const logged = logLineSchema.safeParse(parseJson(line)).data
  const reason = logged ? (logged.err?.message ?? logged.msg ?? '') : line.trim()
  if (reason === '' || (logged && logged.level < errorLevel)) return null
  return reason.slice(0, reasonCharactersMax)
}
