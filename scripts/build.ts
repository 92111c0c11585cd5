/** node scripts/build.ts [--if-stale] [--quiet]: builds the program into out/. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { beginBuild, isStale } from './build-state.ts'
import { root } from './paths.ts'

const { values } = parseArgs({
  options: { 'if-stale': { type: 'boolean' }, quiet: { type: 'boolean' } },
})

const waitForOtherBuildMs = 180_000

/** One build at a time. The lock is SQLite's, so that it is free again however its owner ends. */
const withBuildLock = async (build: () => Promise<void>) => {
  const { default: Database } = await import('better-sqlite3')
  mkdirSync(join(root, 'out'), { recursive: true })
  const lock = new Database(join(root, 'out', '.lock'), { timeout: waitForOtherBuildMs })
  lock.exec('BEGIN EXCLUSIVE')
  try {
    await build()
  } finally {
    lock.exec('ROLLBACK')
    lock.close()
  }
}

const build = async () => {
  // Another process may have built while this one waited.
  if (values['if-stale'] && !isStale(root)) return
  const { build: buildRooms } = await import('electron-vite')
  const succeed = beginBuild(root)
  await buildRooms({ root, logLevel: values.quiet ? 'warn' : 'info' })
  succeed()
}

process.chdir(root)
if (!values['if-stale'] || isStale(root)) {
  try {
    await withBuildLock(build)
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error)
    console.error('The build failed.')
    process.exitCode = 1
  }
}
