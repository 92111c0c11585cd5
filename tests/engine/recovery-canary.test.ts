import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeliveryStatus } from '#contract/vocabulary.ts'
import type { Outcome, WebhookRecord } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

let world: QueueFixture
let owner: Person
let hook: WebhookRecord
let organizationId: string

beforeEach(async () => {
  world = await queueFixture()
  const home = await world.organization()
  organizationId = home.id
  owner = await world.person(home.id)
  hook = await world.webhook(home.id)
})
afterEach(() => world.close())

const recoveries = () => world.engine.operations.recoveries
const filter = () => ({
  organizationId,
  webhookId: hook.id,
  since: startMs,
  until: startMs + 86_400_000,
  statuses: ['exhausted' as const],
})
const tick = async () => {
  world.clock.advance(1_000)
  await world.engine.upkeep.runDue()
}
const begin = async (count: number) => {
  await world.deliveries(hook, count, { status: 'exhausted', dueAt: null, finishedAt: 1, attempts: 10 })
  world.clock.advance(1_000)
  return recoveries().start(owner, { ...filter(), canary: true })
}
const get = (recoveryId: string) => recoveries().get(owner, { organizationId, recoveryId })
const settleAll = async (outcome: Outcome) => {
  const { deliveries } = await world.take(hook.id, 100)
  for (const delivery of deliveries) await world.settle(hook.id, delivery, outcome)
  return deliveries.map(({ id }) => id)
}

test('nothing follows the canary before its outcome is known; when it arrives, the others follow', async () => {
  const { id, canaryDeliveryId, state, queued } = await begin(4)
  expect({ state, queued }).toEqual({ state: 'canary', queued: 1 })
  await tick()
  expect(await get(id)).toMatchObject({ state: 'canary', queued: 1 })
  expect(await settleAll({ kind: 'delivered' })).toEqual([canaryDeliveryId])
  await tick()
  expect(await get(id)).toMatchObject({ state: 'done', queued: 4, delivered: 1, failed: 0 })
  await settleAll({ kind: 'delivered' })
  expect(await get(id)).toMatchObject({ delivered: 4 })
  const plan = await recoveries().plan(owner, filter())
  expect(plan).toMatchObject({ count: 0, firstAt: null, leftOut: 4, estimatedMs: 0 })
})

test('a canary that fails pauses the recovery, and a person may let the others follow all the same', async () => {
  const { id: recoveryId } = await begin(3)
  await settleAll({ kind: 'retry', dueAt: world.clock.now() + 3_600_000, reason: 'schedule' })
  await tick()
  expect(await get(recoveryId)).toMatchObject({
    state: 'paused',
    queued: 1,
    stateReason: expect.stringContaining('The first delivery was not delivered'),
  })
  await recoveries().resume(owner, { organizationId, recoveryId })
  await tick()
  expect(await get(recoveryId)).toMatchObject({ state: 'done', queued: 3 })
  await settleAll({ kind: 'exhausted' })
  expect(await get(recoveryId)).toMatchObject({ delivered: 0, failed: 2 })
})

test('what is under way, has failed and has arrived is counted and listed alike, without what others have made', async () => {
  const { id: recoveryId } = await begin(4)
  await settleAll({ kind: 'delivered' })
  await tick()
  const { deliveries } = await world.take(hook.id, 1)
  for (const delivery of deliveries) await world.settle(hook.id, delivery, { kind: 'exhausted' })
  await world.deliveries(hook, 2)
  const countOf = async (status?: DeliveryStatus[]) => {
    const by = { organizationId, recoveryId, status, limit: 50 }
    return (await world.engine.operations.deliveries.list(owner, by)).items.length
  }
  expect(await get(recoveryId)).toMatchObject({ queued: 4, delivered: 1, failed: 1, underWay: 2 })
  expect(await countOf()).toBe(4)
  expect(await countOf(['delivered'])).toBe(1)
  expect(await countOf(['exhausted', 'discarded'])).toBe(1)
  expect(await countOf(['waiting', 'sending', 'held'])).toBe(2)
  const { id: elsewhere } = await world.organization()
  const stranger = await world.person(elsewhere)
  const by = { organizationId: elsewhere, recoveryId, limit: 50 }
  expect((await world.engine.operations.deliveries.list(stranger, by)).items).toEqual([])
})

test('a canary that is held without network is waited for', async () => {
  const { id: recoveryId, canaryDeliveryId } = await begin(3)
  const wanted = [{ webhookId: hook.id, limit: 9, unguardedMax: 9 }]
  const wish = { now: world.clock.now(), wanted, bytesMax: 1_000_000, unreachable: () => true }
  await world.queue.take(wish)
  const canary = () => world.store.read.deliveries.get(canaryDeliveryId ?? '')
  expect(await canary()).toMatchObject({ status: 'held', heldReason: 'offline' })
  await tick()
  expect(await get(recoveryId)).toMatchObject({ state: 'canary', queued: 1 })
  await world.engine.upkeep.drainOffline()
  world.clock.advance(5_000)
  await settleAll({ kind: 'delivered' })
  await tick()
  expect(await get(recoveryId)).toMatchObject({ state: 'done', queued: 3 })
})

test('a canary that is discarded before it was sent pauses the recovery, too', async () => {
  const { id: recoveryId, canaryDeliveryId } = await begin(3)
  await world.store.write((writer) =>
    writer.webhookProtection.skip(canaryDeliveryId ?? '', world.clock.now()),
  )
  await tick()
  expect(await get(recoveryId)).toMatchObject({ state: 'paused', queued: 1 })
  expect((await get(recoveryId)).stateReason).toContain('was not delivered')
})

test('a recovery of one is over with its canary', async () => {
  const { id } = await begin(1)
  expect(await get(id)).toMatchObject({ state: 'done', queued: 1 })
})

test('a plan to another address tells how long it takes there, whatever the throttle of the webhook', async () => {
  const url = 'https://other.example/hook'
  const options = { throttle: { count: 1, seconds: 60 } }
  await world.engine.operations.webhooks.update(owner, { organizationId, webhookId: hook.id, options })
  await world.deliveries(hook, 4, { status: 'exhausted', dueAt: null, finishedAt: 1, attempts: 10 })
  world.clock.advance(1_000)
  expect(await recoveries().plan(owner, { ...filter(), url })).toMatchObject({ count: 4, estimatedMs: null })
  await recoveries().start(owner, { ...filter(), url, canary: true })
  await settleAll({ kind: 'delivered' })
  expect(await recoveries().plan(owner, { ...filter(), url })).toMatchObject({ count: 4, estimatedMs: 40 })
  expect(await recoveries().plan(owner, filter())).toMatchObject({ estimatedMs: null })
})
