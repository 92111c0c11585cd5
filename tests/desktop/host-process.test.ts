import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostState } from '#contract/bridge.ts'
import { createHostProcess } from '#main/shell/host-process.ts'
import { reasonIn } from '#main/shell/host-words.ts'
import { FakeUtilityProcess } from './fake-electron.ts'

const supervised = () => {
  const children: FakeUtilityProcess[] = []
  const lines: string[] = []
  const states: HostState[] = []
  let launches = 0
  const host = createHostProcess({
    newTarget: () => {
      launches += 1
      return { kind: 'socket', socketPath: `/socket-${launches}`, token: `token-${launches}` }
    },
    fork: () => {
      const child = new FakeUtilityProcess()
      children.push(child)
      return child
    },
    log: (line) => lines.push(line),
  })
  host.onState((state) => states.push(state))
  const last = () => children[children.length - 1] ?? new FakeUtilityProcess()
  return { host, children, lines, states, last }
}

/** Lines travel through a stream: one turn of the real event loop brings them. */
const print = async (child: FakeUtilityProcess, stream: 'stdout' | 'stderr', line: string) => {
  child[stream].write(`${line}\n`)
  await new Promise((turn) => setImmediate(turn))
}
const ready = (child: FakeUtilityProcess) => print(child, 'stdout', '{"ready":true,"socket":"/socket"}')

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_000_000 })
  return () => vi.useRealTimers()
})

describe('why a host ended', () => {
  it.each([
    ['Another Patchbay owns this directory.', 'Another Patchbay owns this directory.'],
    ['{"level":60,"err":{"message":"disk full"},"msg":"Patchbay ends"}', 'disk full'],
    ['{"level":50,"msg":"the worker died"}', 'the worker died'],
    ['{"level":40,"msg":"slow"}', null],
    ['   ', null],
    ['x'.repeat(1_000), 'x'.repeat(300)],
  ])('is read from %.70s', (line, reason) => {
    expect(reasonIn(line)).toBe(reason)
  })
})

describe('the supervisor of the engine host', () => {
  it('is starting until the host says that it is ready', async () => {
    const { host, states, last } = supervised()
    host.start()
    expect(host.state()).toEqual({ state: 'starting' })
    await print(last(), 'stdout', 'not this line')
    await print(last(), 'stdout', '{"ready":false}')
    expect(host.state()).toEqual({ state: 'starting' })
    await ready(last())
    expect(states).toEqual([{ state: 'starting' }, { state: 'ready' }])
  })

  it('takes a message for the ready line as well', () => {
    const { host, last } = supervised()
    host.start()
    last().emit('message', { ready: true, socket: '/socket-1' })
    expect(host.state()).toEqual({ state: 'ready' })
  })

  it('holds calls until the host is ready and then tells them where it is', async () => {
    const { host, last } = supervised()
    host.start()
    const target = host.target(10_000)
    await ready(last())
    expect(await target).toEqual({ kind: 'socket', socketPath: '/socket-1', token: 'token-1' })
  })

  it('does not hold a call for ever', async () => {
    const { host } = supervised()
    host.start()
    const target = host.target(10_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await target).toBeNull()
  })

  it('starts the host again, with a new socket and token, when it dies, and says why', async () => {
    const { host, children, last } = supervised()
    host.start()
    await ready(last())
    await print(last(), 'stderr', 'out of memory')
    last().emit('exit', 134)
    expect(host.state()).toEqual({
      state: 'restarting',
      attempt: 1,
      nextStartAt: 1_000_500,
      reason: 'out of memory',
    })
    await vi.advanceTimersByTimeAsync(500)
    expect(children).toHaveLength(2)
    await ready(last())
    expect(host.state()).toEqual({ state: 'ready' })
    expect(await host.target(0)).toMatchObject({ socketPath: '/socket-2', token: 'token-2' })
  })

  it('waits twice as long before each next start, at most 30 s', async () => {
    const { host, last } = supervised()
    host.start()
    const delays: number[] = []
    for (let attempt = 0; attempt < 9; attempt += 1) {
      last().emit('exit', 1)
      const state = host.state()
      if (state.state !== 'restarting') throw new Error(state.state)
      delays.push(state.nextStartAt - Date.now())
      await vi.advanceTimersByTimeAsync(state.nextStartAt - Date.now())
    }
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('begins with the short wait again after the host has been well for a minute', async () => {
    const { host, last } = supervised()
    host.start()
    last().emit('exit', 1)
    await vi.advanceTimersByTimeAsync(500)
    await ready(last())
    await vi.advanceTimersByTimeAsync(60_000)
    last().emit('exit', 1)
    expect(host.state()).toMatchObject({ attempt: 1 })
  })

  it('ends a host that does not become ready in three minutes', async () => {
    const { host, last } = supervised()
    host.start()
    await vi.advanceTimersByTimeAsync(180_000)
    expect(last().kills).toBe(1)
    last().emit('exit', 0)
    expect(host.state()).toMatchObject({ state: 'restarting', reason: 'not ready after 180 s' })
  })

  it('stops the host with one signal and waits until it is gone', async () => {
    const { host, children, last } = supervised()
    host.start()
    await ready(last())
    const stopped = host.stop()
    expect(last().kills).toBe(1)
    last().emit('exit', 0)
    await stopped
    expect(host.state()).toEqual({ state: 'stopped' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(children).toHaveLength(1)
    expect(last().kills).toBe(1)
  })

  it('gives a second signal to a host that takes too long to stop', async () => {
    const { host, last } = supervised()
    host.start()
    await ready(last())
    const stopped = host.stop()
    await vi.advanceTimersByTimeAsync(15_000)
    await stopped
    expect(last().kills).toBe(2)
  })

  it('does not start again when it is stopped while it waits', async () => {
    const { host, children, last } = supervised()
    host.start()
    last().emit('exit', 1)
    await host.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(children).toHaveLength(1)
    expect(await host.target(1_000)).toBeNull()
  })

  it('logs what the host prints', async () => {
    const { host, lines, last } = supervised()
    host.start()
    await print(last(), 'stdout', 'hello')
    await print(last(), 'stderr', 'careful')
    expect(lines).toEqual(['hello', 'careful'])
  })
})
