import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { receive, receivingWorldPerTest, status, world } from './receiving-world.ts'

receivingWorldPerTest()

describe('stopping and starting', () => {
  it('puts back what a worker that died had under lease, and delivers it', async () => {
    const { url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    const ids = await world.deliverMany(webhookId, 10)
    const dead = world.queue('worker-dead')
    const now = world.clock.now()
    await dead.take({ now, wanted: [{ webhookId, limit: 10, unguardedMax: 0 }], bytesMax: 1_000_000 })
    await dead.record({
      settlements: [],
      slow: ids.slice(5),
      leaseUntil: now + 60_000,
      returned: [],
      breakers: [],
    })
    expect(ids.map(status)).toEqual([...Array(5).fill('waiting'), ...Array(5).fill('sending')])
    const { until } = await world.startLoop()
    await until(() => ids.every((id) => status(id) === 'delivered'))
    for (const id of ids) expect(world.delivery(id).attempts).toBe(1)
  })

  it('lets requests under way land before it stops, and takes no more', async () => {
    const waiting: ServerResponse[] = []
    const { url, received } = await receive((response) => {
      waiting.push(response)
      if (waiting.length === 2) setImmediate(() => void stopped())
    })
    const stopped = async () => {
      const stopping = fixture.stop(5_000)
      for (const response of waiting) response.end()
      await stopping
      done()
    }
    let done = (): void => {}
    const ended = new Promise<void>((resolve) => {
      done = resolve
    })
    const { id: webhookId } = await world.webhook({ url, concurrency: 2 })
    const ids = await world.deliverMany(webhookId, 5)
    const fixture = await world.startLoop()
    await ended
    expect(received).toHaveLength(2)
    expect(ids.map(status).sort()).toEqual(['delivered', 'delivered', 'waiting', 'waiting', 'waiting'])
  })

  it('marks a request that takes long as sending, and records it all the same', async () => {
    const waiting: ServerResponse[] = []
    const { url } = await receive((response) => void waiting.push(response))
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => status(id) === 'sending')
    expect(world.delivery(id)).toMatchObject({ leaseOwner: 'worker-1', dueAt: null, attempts: 0 })
    waiting[0]?.end()
    await until(() => status(id) === 'delivered')
    expect(world.delivery(id)).toMatchObject({ leaseOwner: null, attempts: 1 })
  })

  it.each([
    [200, 'delivered', null],
    [500, 'held', 'paused'],
  ] as const)('held while under way and answered with %i is %s', async (statusCode, ending, reason) => {
    const { url } = await receive((response) => {
      world.database.exec(`UPDATE deliveries SET status = 'held', held_reason = 'paused', due_at = NULL`)
      response.writeHead(statusCode).end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(world.delivery(id)).toMatchObject({ status: ending, heldReason: reason })
    expect(await world.attempts(id)).toHaveLength(1)
  })

  it('puts back what does not land in time', async () => {
    let arrived = (): void => {}
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const { url, receiver } = await receive(() => arrived())
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { stop } = await world.startLoop()
    await arrival
    await stop(50)
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0, leaseOwner: null })
    expect(await world.attempts(id)).toEqual([])
    await receiver.drained()
  })

  it('survives a database that cannot be written for a while, and loses nothing', async () => {
    const { received, url } = await receive((response) => {
      // Locked from the moment of the first answer on: the attempt cannot be recorded at first.
      if (received.length === 1) world.database.exec('BEGIN IMMEDIATE')
      response.end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until, troubles } = await world.startLoop()
    await until(() => troubles.length === 1)
    expect(troubles[0]).toContain('locked')
    world.database.exec('COMMIT')
    await until(() => status(id) === 'delivered')
    await until(() => troubles.at(-1) === null)
    expect(received).toHaveLength(1)
  })
})
