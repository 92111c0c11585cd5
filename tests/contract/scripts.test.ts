import { mkdirSync, mkdtempSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { beginBuild, isStale } from '../../scripts/build-state.ts'
import { readCounts, readSkipReasons, sentence, sum } from '../../scripts/test-counts.ts'

const temporaryDirectory = () => {
  const path = mkdtempSync(join(tmpdir(), 'patchbay-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const outputs = ['out/main/serve.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html']

/** A project whose source is a minute old, and what writes to it a minute later. */
const project = () => {
  const root = temporaryDirectory()
  const write = (path: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
  const age = (path: string, seconds: number) => {
    const at = statSync(join(root, path)).mtimeMs / 1000 + seconds
    utimesSync(join(root, path), at, at)
  }
  write('src-main/engine/decide.ts')
  for (const path of ['src-main/engine/decide.ts', 'src-main/engine', 'src-main']) age(path, -60)
  const build = () => {
    const succeed = beginBuild(root)
    for (const path of outputs) write(path)
    return succeed
  }
  return { root, write, age, build }
}

describe('whether a build is stale', () => {
  it('is so before the first one and after a failed one, and not after a success', () => {
    const { root, build } = project()
    expect(isStale(root)).toBe(true)
    const succeed = build()
    expect(isStale(root)).toBe(true)
    succeed()
    expect(isStale(root)).toBe(false)
  })

  it('is so after an edit, even one made while the build ran', () => {
    const { root, age, build } = project()
    const succeed = build()
    age('src-main/engine/decide.ts', 120)
    succeed()
    expect(isStale(root)).toBe(true)
  })

  it('is so after a file was deleted', () => {
    const { root, age, build } = project()
    build()()
    unlinkSync(join(root, 'src-main/engine/decide.ts'))
    age('src-main/engine', 60)
    expect(isStale(root)).toBe(true)
  })

  it('is so when something of the build is gone', () => {
    const { root, build } = project()
    build()()
    unlinkSync(join(root, 'out/main/cli.js'))
    expect(isStale(root)).toBe(true)
  })
})

describe('the counts of the tests', () => {
  const report = (content: unknown) => {
    const file = join(temporaryDirectory(), 'report.json')
    writeFileSync(file, JSON.stringify(content))
    return file
  }
  const vitest = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 }

  it('are read from both reports and summed', () => {
    const skip = { annotations: [{ type: 'skip', description: 'no display' }] }
    const playwright = report({
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 },
      suites: [{ specs: [{ tests: [skip, skip] }] }],
    })
    const counts = [readCounts('vitest', report(vitest), 0), readCounts('playwright', playwright, 1)]
    expect(sentence(sum(counts))).toBe('8 passed, 2 failed, 3 skipped')
    expect(readSkipReasons(playwright)).toEqual(['no display'])
  })

  it('have a failure when the run failed outside of its tests, or left no report', () => {
    expect(readCounts('vitest', report(vitest), 1).failed).toBe(1)
    expect(readCounts('vitest', '/nowhere.json', 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  it('say nothing of skipped tests when there are none', () => {
    expect(sentence({ passed: 412, failed: 0, skipped: 0 })).toBe('412 passed, 0 failed')
  })
})
