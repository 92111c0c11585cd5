/**
 * node scripts/start.ts [options of the program]: opens the desktop program, or, where there is no Electron,
 * the console of the engine host in a browser.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { buildIfStale } from './build-if-stale.ts'
import { findElectron, installElectron } from './electron-runtime.ts'
import { follow } from './follow.ts'
import { openAddress } from './open-address.ts'
import { root } from './paths.ts'

const readySchema = z.object({ ready: z.literal(true), url: z.string(), signInUrl: z.string().nullish() })

const openDesktop = (electron: string, args: readonly string[]) =>
  follow(spawn(electron, [root, ...args], { cwd: root, stdio: 'inherit' }))

const announce = async (line: string) => {
  const ready = readySchema.safeParse(parseJson(line))
  if (!ready.success) {
    console.log(line)
    return
  }
  console.log(`Patchbay is ready at ${ready.data.url}`)
  const address = ready.data.signInUrl ?? ready.data.url
  if (!(await openAddress(address))) console.log(`Open this address in a browser: ${address}`)
}

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const openInBrowser = (args: readonly string[]) => {
  const host = spawn(
    process.execPath,
    [join(root, 'out/main/serve.js'), '--json', '--explain-failures', ...args],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  createInterface({ input: host.stdout }).on('line', (line) => void announce(line))
  follow(host)
}

/** Electron refuses to run its sandbox as root, and we do not run without the sandbox. */
const isLinuxRoot = () => process.platform === 'linux' && process.getuid?.() === 0

const electronOrReason = async () => {
  const path = findElectron()
  if (isLinuxRoot())
    return { reason: `${path === null ? 'none is installed, and ' : ''}it does not run as root` }
  return path === null ? installElectron() : { path }
}

const args = process.argv.slice(2)
await buildIfStale()
const electron = await electronOrReason()
if ('path' in electron) {
  openDesktop(electron.path, args)
} else {
  console.log(`No Electron runtime here (${electron.reason}): opening the console in the browser.`)
  openInBrowser(args)
}
