/** node scripts/types.ts: type-checks every room with its own tsconfig. */

import { tools } from './paths.ts'
import { runTool } from './run.ts'

const rooms = ['src-preload/contract', 'src-preload', 'src-main', 'src-renderer', 'tests']

/** tsc is parallel inside; two at once keep a small machine busy without filling its memory. */
const atOnce = 2

const waiting = [...rooms]
const failed: string[] = []

const checkNext = async (): Promise<void> => {
  const room = waiting.shift()
  if (room === undefined) return
  const { code, stdout, stderr } = await runTool(tools.tsc, ['-p', room], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (code !== 0) {
    failed.push(room)
    console.log(`${stdout}${stderr}`.trimEnd())
  }
  await checkNext()
}

await Promise.all(Array.from({ length: atOnce }, checkNext))
console.log(failed.length === 0 ? `types: ${rooms.length} rooms` : `types: failed in ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
