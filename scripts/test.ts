/** node scripts/test.ts: lint, types, build, vitest, Playwright; goes on after a failure and sums up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './install-browser.ts'
import { root, tools } from './paths.ts'
import { runTool } from './run.ts'
import { type Counts, readCounts, readSkipReasons, sentence, sum } from './test-counts.ts'

const reports = mkdtempSync(join(tmpdir(), 'patchbay-reports-'))
const lines: string[] = []
const counts: Counts[] = []

const heading = (name: string) => console.log(`\n── ${name} ──`)

/** A step without tests of its own. A failed one counts as one failure, so that the last line tells. */
const check = async (name: string, tool: string, args: readonly string[]): Promise<boolean> => {
  heading(name)
  const { code } = await runTool(tool, args)
  lines.push(`${name}: ${code === 0 ? 'ok' : 'failed'}`)
  if (code !== 0) counts.push({ passed: 0, failed: 1, skipped: 0 })
  return code === 0
}

const runVitest = async () => {
  heading('vitest')
  const file = join(reports, 'vitest.json')
  const { code } = await runTool(tools.vitest, [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const counted = readCounts('vitest', file, code)
  lines.push(`vitest: ${sentence(counted)}`)
  counts.push(counted)
}

const runPlaywright = async () => {
  heading('Playwright')
  const file = join(reports, 'playwright.json')
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const { code } = await runTool(tools.playwright, ['test', '--reporter=list,json'], { env })
  const counted = readCounts('playwright', file, code)
  lines.push(`Playwright: ${sentence(counted)}`)
  for (const reason of readSkipReasons(file)) lines.push(`  skipped: ${reason}`)
  counts.push(counted)
}

const fail = (line: string) => {
  lines.push(line)
  counts.push({ passed: 0, failed: 1, skipped: 0 })
}

await check('lint', tools.biome, ['check', '.'])
await check('types', join(root, 'scripts/types.ts'), [])
const built = await check('build', join(root, 'scripts/build.ts'), ['--quiet'])
await runVitest()
if (!built) fail('Playwright: not run, there is nothing built to test')
else if (!(await ensureBrowser())) fail('Playwright: not run, no browser could be found or installed')
else await runPlaywright()
rmSync(reports, { recursive: true, force: true })

const total = sum(counts)
console.log(`\n${lines.join('\n')}\n\n${sentence(total)}`)
process.exitCode = total.failed === 0 ? 0 : 1
