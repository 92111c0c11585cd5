import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClaimedDelivery, Outcome } from '#main/store/interface.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

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
