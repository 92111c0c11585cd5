import { join } from 'node:path'
import { isStale } from './build-state.ts'
import { root } from './paths.ts'
import { runTool } from './run.ts'

/** Builds when `out/` is older than the source, and ends this script when that fails. Says nothing otherwise. */
export const buildIfStale = async (): Promise<void> => {
  if (!isStale(root)) return
  // Its words go to standard error: standard output belongs to the program.
  const { code } = await runTool(join(root, 'scripts/build.ts'), ['--if-stale', '--quiet'], {
    stdio: ['ignore', 2, 2],
  })
  if (code !== 0) process.exit(code)
}
