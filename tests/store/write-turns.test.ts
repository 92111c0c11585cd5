import { afterEach, describe, expect, it, vi } from 'vitest'
import { createTurnMemory, takeTurns, turnHolders } from '#main/store/write-turns.ts'

const pair = () => {
  const memory = createTurnMemory()
  return { host: takeTurns(memory, turnHolders.host), worker: takeTurns(memory, turnHolders.worker) }
}

afterEach(() => void vi.restoreAllMocks())

describe('turns in writing', () => {
  it('go to whoever asks while nobody writes', async () => {
    const { host, worker } = pair()
    await host.take()
    expect([host.areTaken(), worker.areTaken()]).toEqual([false, true])
    host.end()
    await worker.take()
    expect(host.areTaken()).toBe(true)
    worker.end()
    expect(host.areTaken()).toBe(false)
  })

  it('pass to the other one that waits, however often the first asks again', async () => {
    const { host, worker } = pair()
    const order: string[] = []
    await host.take()
    const waiting = worker.take().then(() => order.push('worker'))
    host.end()
    const again = host.take().then(() => order.push('host'))
    await waiting
    expect(order).toEqual(['worker'])
    worker.end()
    await again
    expect(order).toEqual(['worker', 'host'])
    host.end()
  })

  it('are taken from one that has gone away in its turn', async () => {
    const { host, worker } = pair()
    await worker.take()
    const tick = vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(100)
    await host.take()
    expect(tick).toHaveBeenCalledTimes(2)
    expect(worker.areTaken()).toBe(true)
    worker.end()
    expect(worker.areTaken()).toBe(true)
    host.end()
    expect(worker.areTaken()).toBe(false)
  })

  it('are left alone by an end without a turn', async () => {
    const { host, worker } = pair()
    await host.take()
    worker.end()
    expect(worker.areTaken()).toBe(true)
  })
})
