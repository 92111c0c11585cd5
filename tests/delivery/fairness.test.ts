import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Guard } from '#main/delivery/guard.ts'
import { Lane } from '#main/delivery/lane.ts'
import { DeliveryLoop } from '#main/delivery/loop.ts'
import { Shares } from '#main/delivery/shares.ts'
import { movableClock, startMs } from '../support/engine.ts'
import { createEndlessQueue } from './endless-queue.ts'
import { createEndpoint } from './endpoint.ts'
import { fakeNetwork } from './world.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** The loop over a queue that only counts; requests hang until they are landed. */
const start = async () => {
  const clock = movableClock()
  const queue = createEndlessQueue(clock.now())
  let look = (): void => {}
  const endpoint = createEndpoint(
    clock,
    () => 'hang',
    () => look(),
  )
  let attempts = 0
  const loop = new DeliveryLoop({
    network: fakeNetwork(),
    resolve: async () => ['203.0.113.7'],
    queue,
    clock,
    random: () => 0,
    attemptId: () => `att_${++attempts}`,
    openChannel: endpoint.openChannel,
    onTokenPause: () => {},
    onChange: () => {},
    onTrouble: () => {},
  })
  closing.push(async () => {
    const stopped = loop.stop(1_000)
    while (endpoint.open > 0) {
      endpoint.land()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await stopped
  })
  await loop.start()
  return {
    loop,
    queue,
    endpoint,
    sentTo: (webhookId: string) => endpoint.sent.filter(({ host }) => host === `${webhookId}.example`).length,
    async until(met: () => boolean) {
      while (!met()) {
        await new Promise<void>((resolve) => {
          look = resolve
        })
      }
    },
  }
}

describe('a backlog of a million on one webhook', () => {
  it('lets a delivery of another go with the next turn, before any of its own has landed', async () => {
    const { loop, queue, endpoint, sentTo, until } = await start()
    queue.add({ organizationId: 'a', webhookId: 'huge', waiting: 1_000_000, concurrency: 64 })
    loop.wake()
    await until(() => sentTo('huge') === 64)
    const before = queue.takes
    queue.add({ organizationId: 'a', webhookId: 'other', waiting: 1, concurrency: 16 })
    loop.wake()
    await until(() => sentTo('other') === 1)
    expect(queue.takes - before).toBe(1)
    expect(endpoint.sent).toHaveLength(65)
  })
})

describe('an organization with a thousand webhooks whose endpoints hang', () => {
  it('leaves another its turn and its slots, before any request has landed', async () => {
    const { loop, queue, endpoint, sentTo, until } = await start()
    for (let count = 0; count < 1_000; count += 1) {
      queue.add({ organizationId: 'a', webhookId: `a${count}`, waiting: 1_000, concurrency: 64 })
    }
    loop.wake()
    await until(() => endpoint.open >= 384)
    const before = queue.takes
    queue.add({ organizationId: 'b', webhookId: 'b', waiting: 500, concurrency: 32 })
    loop.wake()
    await until(() => sentTo('b') === 32)
    expect(queue.takes - before).toBeLessThanOrEqual(2)
    expect(endpoint.open).toBe(384 + 32)
  })

  it('and that answer gets no more than its share: the other has as many under way as it may all along', async () => {
    const { loop, queue, endpoint, sentTo, until } = await start()
    for (let count = 0; count < 200; count += 1) {
      queue.add({ organizationId: 'a', webhookId: `a${count}`, waiting: 10_000, concurrency: 64 })
    }
    queue.add({ organizationId: 'b', webhookId: 'b', waiting: 10_000, concurrency: 32 })
    loop.wake()
    await until(() => endpoint.open >= 400)
    const before = sentTo('b')
    const rounds = 20
    for (let round = 0; round < rounds; round += 1) {
      const { open } = endpoint
      const sent = endpoint.sent.length
      for (let landed = 0; landed < open; landed += 1) endpoint.land()
      await until(() => endpoint.sent.length >= sent + open / 2)
    }
    expect(sentTo('b') - before).toBeGreaterThanOrEqual((rounds - 2) * 32)
  })
})

describe('a turn', () => {
  const laneOf = (webhookId: string, organizationId: string): Lane => {
    const lane = new Lane({
      webhookId,
      organizationId,
      guard: new Guard(() => {}),
      opening: {
        clock: movableClock(),
        openChannel: () => {
          throw new Error('nothing is sent')
        },
      },
    })
    lane.expect({ organizationId, dueAt: startMs, unguardedAt: null }, startMs)
    return lane
  }

  it('gives each organization something before it gives any a second webhook, and the longest unserved first', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(sizes, (webhooksOf) => {
        const lanes = new Map<string, Lane>()
        for (const [organization, webhooks] of webhooksOf.entries()) {
          for (let count = 0; count < webhooks; count += 1) {
            lanes.set(`${organization}/${count}`, laneOf(`${organization}/${count}`, `${organization}`))
          }
        }
        const wanted = new Shares().plan(lanes, startMs)
        const firsts = wanted.slice(0, webhooksOf.length).map(({ webhookId }) => webhookId)
        const served = webhooksOf.map((_, organization) => `${organization}/0`).slice(0, firsts.length)
        expect(firsts).toEqual(served)
        const slots = wanted.reduce((sum, { limit }) => sum + limit, 0)
        expect(slots).toBeLessThanOrEqual(512)
      }),
      { numRuns: 50 },
    )
  })
})
