import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everything that a build reads. */
const inputs = [
  'src-main',
  'src-preload',
  'src-renderer',
  'resources',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
]

/** Everything that a build must have left behind. */
const outputs = ['out/main/serve.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html']

const modifiedAt = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null

/** Folders count too: a deleted file leaves no other trace. */
const isNewer = (path: string, than: number): boolean => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return false
  if (stats.mtimeMs > than) return true
  return stats.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), than))
}

const stampOf = (root: string) => join(root, 'out', '.built')

/** Whether `out/` is older than what it is made of, or incomplete. */
export const isStale = (root: string): boolean => {
  const builtAt = modifiedAt(stampOf(root))
  if (builtAt === null) return true
  if (outputs.some((path) => modifiedAt(join(root, path)) === null)) return true
  return inputs.some((path) => isNewer(join(root, path), builtAt))
}

/**
 * Marks the start of a build; the returned function marks its success. The stamp carries the time of the
 * start, by the file system's own clock, so that an edit made while the build runs is not lost.
 */
export const beginBuild = (root: string): (() => void) => {
  mkdirSync(join(root, 'out'), { recursive: true })
  const pending = join(root, 'out', '.building')
  writeFileSync(pending, '')
  return () => renameSync(pending, stampOf(root))
}
