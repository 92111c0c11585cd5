import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Where data lives when nobody says otherwise. The host has the same rule for starts without the shell; a
 * test holds the two together, since the shell may not import the store.
 */
export const defaultDataDirectory = (demo: boolean, environment: NodeJS.ProcessEnv): string => {
  const name = demo ? 'patchbay-demo' : 'patchbay'
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  if (process.platform === 'win32') {
    return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
  }
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), name)
}
