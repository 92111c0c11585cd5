import { describe, expect, it } from 'vitest'
import { sourcesIn } from './source-reader.ts'
import { reachesOutside, readsClockOrDice, tooLong } from './source-rules.ts'

const of = (path: string, text: string) => ({ path, text })

describe('the source', () => {
  it('has no file of more than 400 lines', () => {
    const sources = ['src-preload', 'src-main', 'src-renderer', 'scripts'].flatMap(sourcesIn)
    expect(sources.flatMap(tooLong)).toEqual([])
  })

  it('takes clock and chance from outside in the engine and in the delivery', () => {
    const sources = ['src-main/engine', 'src-main/delivery'].flatMap(sourcesIn)
    // The entry of the worker is the outside: it makes the clock that the others are given.
    const checked = sources.filter(({ path }) => path !== 'src-main/delivery/worker.ts')
    expect(checked.length).toBeGreaterThan(10)
    expect(checked.flatMap(readsClockOrDice)).toEqual([])
  })

  it('reaches the host and the shell from one file of the console', () => {
    const sources = sourcesIn('src-renderer').filter(({ path }) => path !== 'src-renderer/bridge.ts')
    expect(sources.length).toBeGreaterThan(10)
    expect(sources.flatMap(reachesOutside)).toEqual([])
  })
})

describe('the checks of the source', () => {
  it('count lines', () => {
    expect(tooLong(of('a.ts', 'x\n'.repeat(400)))).toEqual([])
    expect(tooLong(of('a.ts', 'x\n'.repeat(401)))).toEqual(['a.ts has 401 lines'])
  })

  it.each(['Date.now()', "Date['now']()", 'const f = Math.random', 'new Date()'])(
    'see the clock in %s',
    (text) => {
      expect(readsClockOrDice(of('a.ts', text))).toHaveLength(1)
    },
  )

  it.each(['new Date(0)', 'clock.now()', '// Date.now()', "'Math.random'"])('see no clock in %s', (text) => {
    expect(readsClockOrDice(of('a.ts', text))).toEqual([])
  })

  it.each([
    "fetch('/rpc')",
    "window.fetch('/rpc')",
    'globalThis.patchbay',
    "window['patchbay']",
    "new EventSource('/rpc')",
    "new WebSocket('ws://x')",
    "navigator.sendBeacon('/x')",
  ])('see a way outside in %s', (text) => {
    expect(reachesOutside(of('a.tsx', text))).not.toEqual([])
  })

  it.each(['query.refetch()', 'prefetch()', 'window.location', "'fetch'"])(
    'see no way outside in %s',
    (text) => {
      expect(reachesOutside(of('a.tsx', text))).toEqual([])
    },
  )
})
