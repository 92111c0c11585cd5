/**
 * node scripts/start.ts [options of the program]: opens the desktop program, or, where there is no Electron,
 * the console of the engine host in a browser.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { findElectron, installElectron } from './electron-runtime.ts'
import { openAddress } from './open-address.ts'
import { root } from './paths.ts'
import { runTool } from './run.ts'

const readySchema = z.object({ ready: z.literal(true), url: z.string(), signInUrl: z.string().nullish() })

/**
 * Ends with the child, and passes signals on to it. The child has a process group of its own, because Ctrl-C
 * in a terminal reaches the whole group and npm sends it once more, and the host takes a second signal for
 * "at once".
 */
const follow = (child: ChildProcess) => {
  let sent = 0
  const passOn = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (now - sent < 500 && sent > 0) return
    sent = now
    child.kill(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, passOn)
  child.on('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  child.on('exit', (code) => {
    process.exit(code ?? 1)
  })
}

const ownGroup = { detached: process.platform !== 'win32' }

const openDesktop = (electron: string, args: readonly string[]) =>
  follow(spawn(electron, [root, ...args], { cwd: root, stdio: 'inherit', ...ownGroup }))

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
      ...ownGroup,
    },
  )
  createInterface({ input: host.stdout }).on('line', (line) => void announce(line))
  follow(host)
}

/** Electron refuses to run its sandbox as root, and we do not run without the sandbox. */
const isLinuxRoot = () => process.platform === 'linux' && process.getuid?.() === 0

const electronOrReason = async () => {
  if (isLinuxRoot()) return { reason: 'its sandbox does not run as root' }
  const path = findElectron()
  return path === null ? installElectron() : { path }
}

const args = process.argv.slice(2)
const { code } = await runTool(join(root, 'scripts/build.ts'), ['--if-stale', '--quiet'])
if (code !== 0) process.exit(code)
const electron = await electronOrReason()
if ('path' in electron) {
  openDesktop(electron.path, args)
} else {
  console.log(`No Electron runtime here (${electron.reason}): opening the console in the browser.`)
  openInBrowser(args)
}
