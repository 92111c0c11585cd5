/** node scripts/package.ts [options of electron-builder]: installers for this platform in release/. */
import { join } from 'node:path'
import { findElectron, installElectron } from './electron-runtime.ts'
import { root, tools } from './paths.ts'
import { runTool } from './run.ts'

const electron = findElectron() === null ? await installElectron() : null
if (electron && 'reason' in electron) {
  console.error(
    `Nothing was packaged: an installer contains Electron itself, and that could not be downloaded (${electron.reason}). ` +
      'Run this where github.com can be reached, or set ELECTRON_MIRROR to a mirror that can.',
  )
  process.exit(1)
}
const built = await runTool(join(root, 'scripts/build.ts'), [])
if (built.code !== 0) process.exit(built.code)
const packaged = await runTool(tools.electronBuilder, process.argv.slice(2))
if (packaged.code !== 0) console.error('electron-builder failed: see above.')
process.exit(packaged.code)
