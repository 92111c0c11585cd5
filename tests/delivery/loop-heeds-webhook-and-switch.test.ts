import { describe, expect, it, vi } from 'vitest'
import { verify } from '#main/delivery/verify.ts'
import { nothing } from './receivers.ts'
import { receive, receivingWorldPerTest, status, world } from './receiving-world.ts'

receivingWorldPerTest()

describe('the webhook', () => {
  it('is disabled by 410, and what waits for it is held', async () => {
    const { received, url } = await receive((response) => response.writeHead(410).end())
    const { id: webhookId } = await world.webhook({ url, concurrency: 1 })
    const later = await world.deliverMany(webhookId, 3, { dueAt: world.clock.now() + 3_600_000 })
    const { id } = await world.deliver(webhookId)
    const { until, topics } = await world.startLoop()
    await until(() => [id, ...later].every((one) => status(one) === 'held'))
    for (const one of [id, ...later]) expect(world.delivery(one).heldReason).toBe('gone')
    expect(await world.store.read.webhooks.get(webhookId)).toMatchObject({
      status: 'disabled',
      statusReason: 'gone',
      statusChangedAt: expect.any(Number),
    })
    expect(received).toHaveLength(1)
    expect(topics).toContain('webhooks')
  })

  it.each([
    ['paused', null, 'paused'],
    ['suspended', null, 'suspended'],
    ['disabled', null, 'disabled'],
    ['disabled', 'gone', 'gone'],
  ] as const)('%s (%s) gets no events, they are held; a test still goes', async (state, reason, held) => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url, status: state, statusReason: reason })
    const ids = await world.deliverMany(webhookId, 1_200)
    const test = await world.deliver(webhookId, { kind: 'test' })
    const { until } = await world.startLoop()
    await until(() => status(test.id) === 'delivered')
    for (const id of ids) expect(world.delivery(id)).toMatchObject({ status: 'held', heldReason: held })
    expect(received).toHaveLength(1)
  })

  it('that is paused while a request is under way holds its retry', async () => {
    const { url } = await receive(async (response) => {
      await world.store.write((writer) =>
        writer.webhooks.setStatus(webhookId, { status: 'paused', reason: null, at: world.clock.now() }),
      )
      response.writeHead(500).end()
    })
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    const { until } = await world.startLoop()
    await until(() => world.delivery(id).attempts === 1)
    expect(world.delivery(id)).toMatchObject({ status: 'held', heldReason: 'paused', dueAt: null })
  })

  it('that is deleted has its deliveries discarded', async () => {
    const { received, url } = await receive()
    const { id: webhookId } = await world.webhook({ url })
    const { id } = await world.deliver(webhookId)
    await world.store.write((writer) => writer.webhooks.delete(webhookId, world.clock.now()))
    const { until } = await world.startLoop()
    await until(() => status(id) === 'discarded')
    expect(received).toEqual([])
  })

  it('keeps its numbers and its hours', async () => {
    const { url } = await receive((response, _, count) => response.writeHead(count <= 2 ? 500 : 200).end())
    const { id: webhookId } = await world.webhook({ url, concurrency: 1 })
    const [first = '', second = ''] = await world.deliverMany(webhookId, 2)
    const { loop, until } = await world.startLoop()
    await until(() => [first, second].every((id) => world.delivery(id).attempts === 1))
    const row = () => world.database.prepare('SELECT * FROM webhooks').get()
    expect(row()).toMatchObject({ consecutive_failures: 2, last_success_at: null })
    expect(row()).toMatchObject({ failing_since: expect.any(Number), last_attempt_at: expect.any(Number) })
    const third = await world.deliver(webhookId)
    loop.wake()
    await until(() => status(third.id) === 'delivered')
    expect(row()).toMatchObject({ consecutive_failures: 0, failing_since: null })
    expect(row()).toMatchObject({ last_success_at: expect.any(Number) })
    expect(world.database.prepare('SELECT delivered, failed FROM attempt_hours').all()).toEqual([
      { delivered: 1, failed: 2 },
    ])
  })

  it('signs with every secret that is valid at the moment, newest first, and not with an old one', async () => {
    const { received, url } = await receive()
    const { id: webhookId, secret, secretId } = await world.webhook({ url })
    const now = world.clock.now()
    const old = await world.secret(webhookId, { createdAt: now - 1, expiresAt: now + 60_000 })
    const older = await world.secret(webhookId, { createdAt: now - 2, expiresAt: now })
    const { loop, until } = await world.startLoop()
    const { id } = await world.deliver(webhookId)
    await until(() => status(id) === 'delivered')
    expect((await world.attempts(id))[0]?.secretIds).toEqual([secretId, old.id])
    const { headers, body } = received[0] ?? nothing
    const check = (candidate: string) => verify(headers, body, [candidate], { nowMs: now }).valid
    expect([secret, old.secret, older.secret].map(check)).toEqual([true, true, false])

    world.clock.advance(60_000)
    const next = await world.deliver(webhookId)
    loop.wake()
    await until(() => status(next.id) === 'delivered')
    expect((await world.attempts(next.id))[0]?.secretIds).toEqual([secretId])
  })

  it('whose secret cannot be read is left alone and named, and delays nobody', async () => {
    const { url } = await receive()
    const broken = await world.webhook({ url })
    const sound = await world.webhook({ url })
    world.database.exec(`UPDATE webhook_secrets SET sealed = x'00' WHERE webhook_id = '${broken.id}'`)
    const stuck = await world.deliver(broken.id)
    const { id } = await world.deliver(sound.id)
    const { until, troubles } = await world.startLoop()
    await until(() => status(id) === 'delivered')
    await until(() => troubles.length > 0)
    expect(troubles[0]).toContain(broken.id)
    expect(status(stuck.id)).toBe('waiting')
  })

  it('that cannot be sent to is no trouble any more once it is deleted', async () => {
    const { id: webhookId, secretId } = await world.webhook()
    world.database.prepare('DELETE FROM webhook_secrets WHERE id = ?').run(secretId)
    await world.deliver(webhookId)
    const { loop, until, troubles } = await world.startLoop()
    await until(() => troubles.at(-1)?.includes(webhookId) ?? false)
    await world.store.write(async (writer) => {
      await writer.webhooks.delete(webhookId, world.clock.now())
      await writer.webhookDeliveries.discardOpen({ webhookId, at: world.clock.now(), limit: 10 })
    })
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 61_000)
    loop.wake()
    await until(() => troubles.at(-1) === null)
    vi.restoreAllMocks()
  })
})

describe('the switch', () => {
  it.each(['platform', 'organization'])(
    '%s stops all sending, and sending goes on after it',
    async (whose) => {
      const { received, url } = await receive()
      const { id: webhookId } = await world.webhook({ url })
      const organizationId = whose === 'platform' ? null : world.organizationId
      await world.store.write((writer) =>
        writer.killSwitches.switchOff({
          name: 'delivery',
          organizationId,
          reason: 'test',
          by: 'Pat',
          at: world.clock.now(),
        }),
      )
      const { id } = await world.deliver(webhookId)
      const { loop, until } = await world.startLoop()
      const other = await world.webhook({ url, status: 'paused' })
      const aside = await world.deliver(other.id)
      loop.wake()
      await until(() => status(aside.id) === 'held')
      expect(received).toEqual([])
      expect(status(id)).toBe('waiting')
      await world.store.write((writer) => writer.killSwitches.switchOn('delivery', organizationId))
      loop.wake()
      await until(() => status(id) === 'delivered')
      expect(received).toHaveLength(1)
    },
  )
})
