/**
 * Where Electron's program is. `require('electron')` would answer that too, but it downloads the program
 * (some 100 MB) when it is missing, and waits for as long as that takes.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import electronPackage from 'electron/package.json' with { type: 'json' }
import { root, tools } from './paths.ts'
import { run } from './run.ts'

const packageFolder = join(root, 'node_modules/electron')

/** The path of Electron's program, or null when it is not on this machine. */
export const findElectron = (): string | null => {
  const pathFile = join(packageFolder, 'path.txt')
  const program = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override === undefined && program === null) return null
  const path = join(override ?? join(packageFolder, 'dist'), program ?? 'electron')
  return existsSync(path) ? path : null
}

const downloadAddress = (): string => {
  const { version } = electronPackage
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/'
  return `${mirror}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer in time'
  return error.cause instanceof Error ? error.cause.message : error.message
}

/** Null when the download can be reached, else why not. */
const reach = async (limitMs: number): Promise<string | null> => {
  try {
    const answer = await fetch(downloadAddress(), { method: 'HEAD', signal: AbortSignal.timeout(limitMs) })
    return answer.ok ? null : `the download answers ${answer.status}`
  } catch (error) {
    return reasonOf(error)
  }
}

export type Installed = { readonly path: string } | { readonly reason: string }

const reachLimitMs = 4_000
/** Long enough to unpack a copy from the download cache without any network. */
const cacheLimitMs = 8_000
const downloadLimitMs = 10 * 60_000

/** Installs Electron's program: from the download cache, else from the network where that can be reached. */
export const installElectron = async (): Promise<Installed> => {
  const unreachable = await reach(reachLimitMs)
  const timeout = unreachable === null ? downloadLimitMs : cacheLimitMs
  const quietly = unreachable !== null
  const { code, stderr } = await run(process.execPath, [tools.installElectron], {
    timeout,
    stdio: ['ignore', quietly ? 'ignore' : 'inherit', 'pipe'],
  })
  const path = findElectron()
  if (code === 0 && path !== null) return { path }
  return { reason: unreachable ?? stderr.split('\n', 1)[0] ?? 'the download failed' }
}
