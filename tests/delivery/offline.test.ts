import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorClass } from '#contract/vocabulary.ts'
import { noFacts } from '#main/delivery/connect.ts'
import type { Exchange } from '#main/delivery/flight.ts'
import type { OpenChannel } from '#main/delivery/way.ts'
import { type DeliveryWorld, openDeliveryWorld } from './world.ts'

let world: DeliveryWorld
beforeEach(async () => {
  world = await openDeliveryWorld()
})
afterEach(() => world.close())

const exchange = (over: Partial<Exchange>): Exchange => ({
  ...noFacts,
  startedAt: world.clock.now(),
  finishedAt: world.clock.now(),
  statusCode: 200,
  failure: null,
  responseHeaders: null,
  responseBody: null,
  responseBodyTruncated: false,
  firstByteMs: null,
  bodyMs: null,
  ...over,
})
const answered = (remoteAddress: string | null = null) => exchange({ remoteAddress })
const failed = (errorClass: ErrorClass, remoteAddress: string | null = null) =>
  exchange({ statusCode: null, failure: { errorClass, message: 'as told' }, remoteAddress })

/** Channels that answer by host, without any network; what went out is kept. */
const hosts = (answer: (host: string) => Exchange) => {
  const sent: string[] = []
  const openChannel: OpenChannel = ({ destination }) => ({
    destination,
    send(_, done) {
      sent.push(destination.hostname)
      const result = answer(destination.hostname)
      setImmediate(() => done(result))
    },
    close: () => {},
    destroy: () => {},
  })
  return { sent, openChannel }
}

const cloud = 'https://hooks.example.com/a'
const till = 'http://192.168.1.20/hook'
const here = 'http://127.0.0.1:4000/hook'
const heldOffline = { status: 'held', heldReason: 'offline', attempts: 0 }

describe('an attempt that fails because the machine has no network', () => {
  it.each<ErrorClass>(['dns', 'unreachable', 'timeout', 'reset'])(
    '(%s) is no attempt, counts for nothing, and its delivery is held as offline',
    async (errorClass) => {
      world.network.willFind('lan')
      const { id: webhookId } = await world.webhook({ url: cloud })
      const { id } = await world.deliver(webhookId)
      const { openChannel } = hosts(() => failed(errorClass))
      const { until, topics } = await world.startLoop({ openChannel })
      await until(() => world.delivery(id).status === 'held')
      expect(world.delivery(id)).toMatchObject(heldOffline)
      expect(await world.attempts(id)).toEqual([])
      expect(
        world.database
          .prepare('SELECT failing_since, consecutive_failures, last_attempt_at FROM webhooks')
          .all(),
      ).toEqual([{ failing_since: null, consecutive_failures: 0, last_attempt_at: null }])
      expect(world.database.prepare('SELECT * FROM attempt_hours').all()).toEqual([])
      expect(topics).toContain('deliveries')
    },
  )

  it.each<ErrorClass>(['refused', 'tls', 'blocked', 'protocol'])(
    'is told from one that somebody or something answered (%s): that is a failure',
    async (errorClass) => {
      world.network.willFind('lan')
      const { id: webhookId } = await world.webhook({ url: cloud })
      const { id } = await world.deliver(webhookId)
      const { until } = await world.startLoop({ openChannel: hosts(() => failed(errorClass)).openChannel })
      await until(() => world.delivery(id).attempts === 1)
      expect(world.network.checks).toBe(0)
    },
  )

  it('is told from a name that does not exist while the network is there', async () => {
    const { id: webhookId } = await world.webhook({ url: cloud })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop({ openChannel: hosts(() => failed('dns')).openChannel })
    await until(() => world.delivery(id).attempts === 1)
    expect(world.network.checks).toBe(1)
    expect((await world.attempts(id))[0]).toMatchObject({
      errorClass: 'dns',
      nextAttemptReason: 'schedule 5 s',
    })
  })

  it('is told from one at a time at which another receiver out there answered', async () => {
    world.network.willFind('lan')
    const broken = await world.webhook({ url: 'https://broken.example.com/' })
    const sound = await world.webhook({ url: cloud })
    const { id } = await world.deliver(broken.id)
    await world.deliver(sound.id)
    const { openChannel } = hosts((host) => (host === 'broken.example.com' ? failed('dns') : answered()))
    const { until } = await world.startLoop({ openChannel })
    await until(() => world.delivery(id).attempts === 1)
    expect(world.network.reach()).toBe('world')
  })

  it('is told of the token endpoint, too, though the receiver is near: the delivery waits without an attempt', async () => {
    world.network.willFind('lan')
    const { id: webhookId } = await world.webhook({ url: till })
    const tokenUrl = 'https://auth.example.com/token'
    const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till', scope: null } as const
    await world.configure(webhookId, { authentication }, { clientSecret: 'secret' })
    const { id } = await world.deliver(webhookId)
    let token: Exchange = failed('dns')
    const { sent, openChannel } = hosts((host) => (host === 'auth.example.com' ? token : answered()))
    const { loop, until } = await world.startLoop({ openChannel })
    const other = await world.webhook({ url: here })
    for (let count = 1; count <= 2; count += 1) {
      const asked = () => sent.filter((host) => host === 'auth.example.com').length
      // The pause after a failure counts from when it is known.
      while (asked() < count || loop.view().inFlight > 0)
        await new Promise((resolve) => setImmediate(resolve))
      const elsewhere = await world.deliver(other.id)
      world.clock.advance(1_000)
      loop.wake()
      await until(() => world.delivery(elsewhere.id).status === 'delivered')
    }
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', attempts: 0 })
    token = exchange({ responseBody: Buffer.from('{"access_token":"t1"}') })
    world.network.set('world')
    world.clock.advance(1_000)
    loop.wake()
    await until(() => world.delivery(id).status === 'delivered')
    expect(sent).toContain('192.168.1.20')
    expect(await world.attempts(id)).toHaveLength(1)
  })

  it('is a failure all the same for a test: it is made once, by a person who waits for it', async () => {
    world.network.set('lan')
    const { id: webhookId } = await world.webhook({ url: cloud })
    const { id } = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop({ openChannel: hosts(() => failed('dns')).openChannel })
    await until(() => world.delivery(id).status === 'exhausted')
    expect(await world.attempts(id)).toHaveLength(1)
  })
})

describe('while the machine is offline', () => {
  it('what becomes due is held, and what is due later waits on', async () => {
    world.network.set('lan')
    const { id: webhookId } = await world.webhook({ url: cloud })
    const ids = await world.deliverMany(webhookId, 1_200)
    const later = await world.deliver(webhookId, { dueAt: world.clock.now() + 60_000, attempts: 1 })
    const { sent, openChannel } = hosts(() => answered())
    const { loop, until } = await world.startLoop({ openChannel })
    await until(() => world.count('held') === ids.length)
    expect(world.delivery(later.id)).toMatchObject({ status: 'waiting', attempts: 1 })
    world.clock.advance(60_000)
    loop.wake()
    await until(() => world.delivery(later.id).status === 'held')
    expect(world.delivery(later.id)).toMatchObject({ ...heldOffline, attempts: 1 })
    expect(sent).toEqual([])
  })

  it('this machine itself and the local network are delivered to', async () => {
    world.network.set('lan')
    const local = await world.webhook({ url: here })
    const lan = await world.webhook({ url: till })
    const far = await world.webhook({ url: cloud })
    const first = await world.deliver(local.id)
    const second = await world.deliver(lan.id)
    const third = await world.deliver(far.id)
    const { sent, openChannel } = hosts(() => answered())
    const { until } = await world.startLoop({ openChannel })
    await until(() => world.count('delivered') === 2 && world.count('held') === 1)
    expect([first.id, second.id].map((id) => world.delivery(id).status)).toEqual(['delivered', 'delivered'])
    expect(world.delivery(third.id)).toMatchObject(heldOffline)
    expect(sent.sort()).toEqual(['127.0.0.1', '192.168.1.20'])
  })

  it('a host of the local network that is down is a failure, but not when the cable is pulled', async () => {
    world.network.set('lan')
    const { id: webhookId } = await world.webhook({ url: till })
    const down = await world.deliver(webhookId)
    const { loop, until } = await world.startLoop({
      openChannel: hosts(() => failed('unreachable')).openChannel,
    })
    await until(() => world.delivery(down.id).attempts === 1)
    world.network.willFind('machine')
    const pulled = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(pulled.id).status === 'held')
    expect(world.delivery(pulled.id)).toMatchObject(heldOffline)
  })

  it('a paused webhook holds as paused, not as offline', async () => {
    world.network.set('machine')
    const { id: webhookId } = await world.webhook({ url: cloud, status: 'paused' })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).status === 'held')
    expect(world.delivery(id).heldReason).toBe('paused')
  })

  it('an answer from out there shows that it is over', async () => {
    world.network.set('lan')
    const { id: webhookId } = await world.webhook({ url: cloud })
    const { id } = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop({ openChannel: hosts(() => answered()).openChannel })
    await until(() => world.delivery(id).status === 'delivered')
    expect(world.network.reach()).toBe('world')
  })
})

describe('a receiver on the own premises that has a public name', () => {
  const premises = '192.168.1.20'
  const venue = 'https://till.venue.example.com/hook'
  const resolve = async () => [premises]

  it('is delivered to while the internet is away, and its answers do not pass for the internet', async () => {
    const { id: webhookId } = await world.webhook({ url: venue })
    const before = await world.deliver(webhookId)
    const { openChannel } = hosts(() => answered(premises))
    const { loop, until } = await world.startLoop({ openChannel, resolve })
    await until(() => world.delivery(before.id).status === 'delivered')
    world.network.set('lan')
    const meanwhile = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(meanwhile.id).status !== 'waiting')
    expect(world.delivery(meanwhile.id).status).toBe('delivered')
    expect(world.network.reach()).toBe('lan')
  })

  it.each<ErrorClass>(['timeout', 'reset'])(
    'that gives tokens, too, and is down has failed, and is delivered to when it is up again (%s)',
    async (errorClass) => {
      world.network.set('lan')
      const { id: webhookId } = await world.webhook({ url: venue })
      const tokenUrl = 'https://till.venue.example.com/token'
      const authentication = { kind: 'oauth2', tokenUrl, clientId: 'till', scope: null } as const
      await world.configure(webhookId, { authentication }, { clientSecret: 'secret' })
      let answer = exchange({ remoteAddress: premises, responseBody: Buffer.from('{}') })
      const { openChannel } = hosts(() => answer)
      const first = await world.deliver(webhookId, { kind: 'test' })
      const { loop, until } = await world.startLoop({ openChannel, resolve })
      await until(() => world.delivery(first.id).status === 'exhausted')
      answer = failed(errorClass, premises)
      const { id } = await world.deliver(webhookId)
      world.clock.advance(1_000)
      loop.wake()
      await until(() => world.delivery(id).attempts === 1 || world.delivery(id).status === 'held')
      expect(await world.attempts(id)).toMatchObject([{ errorClass }])
      answer = exchange({ remoteAddress: premises, responseBody: Buffer.from('{"access_token":"t1"}') })
      world.clock.advance(10_000)
      loop.wake()
      await until(() => world.delivery(id).status !== 'waiting')
      expect(world.delivery(id).status).toBe('delivered')
      expect(world.network.reach()).toBe('lan')
    },
  )

  it('is found by its name when it was never heard of', async () => {
    world.network.set('lan')
    const { id: webhookId } = await world.webhook({ url: venue })
    const first = await world.deliver(webhookId)
    const { openChannel } = hosts(() => answered(premises))
    const { loop, until } = await world.startLoop({ openChannel, resolve })
    await until(() => world.delivery(first.id).status === 'held')
    const second = await world.deliver(webhookId)
    loop.wake()
    await until(() => world.delivery(second.id).status !== 'waiting')
    expect(world.delivery(second.id).status).toBe('delivered')
  })

  it('that is down has failed, as one that is called by its address', async () => {
    world.network.willFind('lan')
    const { id: webhookId } = await world.webhook({ url: venue })
    const { id } = await world.deliver(webhookId)
    const { openChannel } = hosts(() => failed('unreachable', premises))
    const { until } = await world.startLoop({ openChannel, resolve })
    await until(() => world.delivery(id).attempts === 1 || world.delivery(id).status === 'held')
    expect(world.delivery(id)).toMatchObject({ status: 'waiting', attempts: 1 })
  })

  it.each<ErrorClass>(['dns', 'timeout'])(
    'is held as offline when its name resolves no more (%s)',
    async (errorClass) => {
      let answer = answered(premises)
      const { id: webhookId } = await world.webhook({ url: venue })
      const before = await world.deliver(webhookId)
      const { openChannel } = hosts(() => answer)
      const { loop, until } = await world.startLoop({
        openChannel,
        resolve: async () => {
          throw new Error('ENOTFOUND')
        },
      })
      await until(() => world.delivery(before.id).status === 'delivered')
      answer = failed(errorClass)
      world.network.willFind('lan')
      const { id } = await world.deliver(webhookId)
      loop.wake()
      await until(() => world.delivery(id).status === 'held' || world.delivery(id).attempts === 1)
      expect(world.delivery(id)).toMatchObject(heldOffline)
    },
  )
})
