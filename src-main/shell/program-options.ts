import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultDataDirectory } from './data-directory.ts'

export interface ProgramOptions {
  readonly demo: boolean
  readonly dataDirectory: string
  /** The address of a running host, given for this start only. */
  readonly attach: string | null
}

/** `--demo`, `--data-dir DIR` and `--attach URL`. Chromium's own switches pass by. */
export const readProgramOptions = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): ProgramOptions => {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      demo: { type: 'boolean' },
      'data-dir': { type: 'string' },
      attach: { type: 'string' },
    },
  })
  const demo = values.demo === true
  const given = values['data-dir']
  return {
    demo,
    dataDirectory: typeof given === 'string' ? resolve(given) : defaultDataDirectory(demo, environment),
    attach: typeof values.attach === 'string' ? values.attach : null,
  }
}
