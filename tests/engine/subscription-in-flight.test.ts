import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClaimedDelivery, Outcome } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import { type QueueFixture, queueFixture, seenAtReconsider } from '../support/work-queue.ts'

let world: QueueFixture

beforeEach(async () => {
  world = await queueFixture()
})
afterEach(() => world.close())

test('requests that are under way when the capability is lost end as they end, and nothing follows them', async () => {
  const home = await world.organization()
  const owner = await world.person(home.id)
  const { id: webhookId, ...hook } = await world.webhook(home.id)
  await world.deliveries({ id: webhookId, ...hook }, 5)
  const { deliveries } = await world.take(webhookId, 4)
  const [quick, failing, slow, slowFailing] = deliveries
  if (!quick || !failing || !slow || !slowFailing) throw new Error('Four deliveries were to be claimed.')
  const leaseUntil = world.clock.now() + 60_000
  await world.queue.record({
    settlements: [],
    slow: [slow.id, slowFailing.id],
    leaseUntil,
    returned: [],
    breakers: [],
  })

  await world.engine.operations.subscription.change(owner, { organizationId: home.id, plan: 'pro' })
  expect(world.delivery.reconsiders).toBeGreaterThan(0)

  const retry: Outcome = { kind: 'retry', dueAt: world.clock.now() + 5_000, reason: 'schedule' }
  await world.settle(webhookId, quick, { kind: 'delivered' })
  await world.settle(webhookId, failing, retry)
  await world.settle(webhookId, slow, { kind: 'delivered' })
  await world.settle(webhookId, slowFailing, retry)

  const stateOf = async ({ id }: ClaimedDelivery) => {
    const delivery = await world.store.read.deliveries.get(id)
    return [delivery?.status, delivery?.heldReason, delivery?.attempts]
  }
  expect(await stateOf(quick)).toEqual(['delivered', null, 1])
  expect(await stateOf(failing)).toEqual(['held', 'suspended', 1])
  expect(await stateOf(slow)).toEqual(['delivered', null, 1])
  expect(await stateOf(slowFailing)).toEqual(['held', 'suspended', 1])
  const numbers = await world.store.read.webhookDeliveries.getNumbers([webhookId], 0)
  expect(numbers.get(webhookId)).toMatchObject({ waiting: 0, held: 3 })
  expect((await world.take(webhookId, 9)).deliveries).toEqual([])
})

test('the worker looks again at what it took once, when all that waits is held', async () => {
  const home = await world.organization()
  const owner = await world.person(home.id)
  for (let count = 0; count < 2; count += 1) {
    const webhook = await world.webhook(home.id)
    await world.deliveries(webhook, 1_001)
    await world.take(webhook.id, 4)
  }
  const seen = seenAtReconsider(world)
  await world.engine.operations.subscription.change(owner, { organizationId: home.id, plan: 'pro' })
  expect(seen.map((statuses) => [statuses.length, ...new Set(statuses)])).toEqual([[2_002, 'held']])
})

test('the worker looks again once at what it took for webhooks that are disabled', async () => {
  const home = await world.organization()
  for (let count = 0; count < 2; count += 1) {
    const webhook = await world.webhook(home.id)
    await world.deliveries(webhook, 2)
    for (const hours of [0, 121]) {
      const [delivery] = (await world.take(webhook.id, 1)).deliveries
      if (delivery === undefined) throw new Error('Nothing was claimed.')
      world.clock.set(startMs + hours * 3_600_000)
      await world.settle(webhook.id, delivery, { kind: 'exhausted' })
    }
    world.clock.set(startMs)
  }
  world.clock.set(startMs + 121 * 3_600_000)
  await world.engine.upkeep.observe()
  const disabled = await world.store.read.webhooks.listOfStatus(home.id, 'disabled')
  expect([disabled.length, world.delivery.reconsiders]).toEqual([2, 1])
})
