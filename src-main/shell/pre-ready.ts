import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App, Protocol } from 'electron'
import { consoleScheme } from './console-origin.ts'
import type { ProgramOptions } from './program-options.ts'

/** The name under which the installer registers the program with Windows. */
const applicationId = 'app.patchbay.console'

/**
 * What must happen before Electron is ready. Security checklist 4: every renderer is sandboxed, whatever a
 * window says. The files of Electron live in the data directory, so that each directory has one desktop
 * program and window settings of its own. Answers false when that one runs already; it comes forward.
 */
export const prepare = (
  app: Pick<App, 'enableSandbox' | 'setPath' | 'setAppUserModelId' | 'requestSingleInstanceLock' | 'quit'>,
  protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>,
  { dataDirectory }: Pick<ProgramOptions, 'dataDirectory'>,
): boolean => {
  app.enableSandbox()
  protocol.registerSchemesAsPrivileged([consoleScheme])
  if (process.platform === 'win32') app.setAppUserModelId(applicationId)
  const desktopFiles = join(dataDirectory, 'desktop')
  mkdirSync(desktopFiles, { recursive: true, mode: 0o700 })
  app.setPath('userData', desktopFiles)
  if (app.requestSingleInstanceLock()) return true
  app.quit()
  return false
}
