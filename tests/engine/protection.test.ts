import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { type QueueFixture, queueFixture, seenAtReconsider } from '../support/work-queue.ts'

let world: QueueFixture
let home: OrganizationRecord
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = await queueFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  hook = await world.webhook(home.id, { options: { ...defaultWebhookOptions, ordered: true } })
})
afterEach(() => world.close())

const deliveries = () => world.engine.operations.deliveries
const get = () => world.engine.operations.webhooks.get(owner, { organizationId: home.id, webhookId: hook.id })
const skip = (deliveryId: string, reason = 'the badge was printed by hand') =>
  deliveries().skip(owner, { organizationId: home.id, deliveryId, reason })
const fail = async (dueAt: number) => {
  const [delivery] = (await world.take(hook.id, 1)).deliveries
  if (delivery === undefined) throw new Error('nothing is due')
  await world.settle(hook.id, delivery, { kind: 'retry', dueAt, reason: 'schedule 5 min' })
}
const statusOf = async (id: string) => (await world.store.read.deliveries.get(id))?.status

/** Three deliveries of which the first has failed. */
const blocked = async () => {
  const made = (await world.deliveries(hook, 3)).map(({ id }) => id)
  const [first = '', second = '', third = ''] = made
  const dueAt = world.clock.now() + 300_000
  await fail(dueAt)
  return { first, second, third, dueAt }
}

describe('an ordered webhook', () => {
  test('tells which delivery blocks the others, and how many', async () => {
    expect((await get()).blockedBy).toBeNull()
    const { first, dueAt } = await blocked()
    expect((await get()).blockedBy).toEqual({
      deliveryId: first,
      attempts: 1,
      nextAttemptAt: dueAt,
      waiting: 2,
    })
  })

  test('tells that newer ones wait for a release that is paused, why, and lets them go when it is cancelled', async () => {
    const newest = async () => (await get()).pausedRelease
    const [oldest] = await world.deliveries(hook, 2, { heldReason: 'paused' })
    const { id: releaseId } = await deliveries().release(owner, {
      organizationId: home.id,
      webhookId: hook.id,
      perSecond: 1,
    })
    await world.deliveries(hook, 3)
    const named = { organizationId: home.id, releaseId }
    expect(await newest()).toBeNull()
    await deliveries().pauseRelease(owner, named)
    expect(await newest()).toEqual({
      releaseId,
      oldestHeldId: oldest?.id,
      reason: 'paused by Ada',
      waiting: 3,
    })
    expect((await world.take(hook.id, 3)).deliveries).toEqual([])
    const wakes = world.delivery.wakes
    await deliveries().cancelRelease(owner, named)
    expect(await newest()).toBeNull()
    expect(world.delivery.wakes).toBeGreaterThan(wakes)
    expect((await world.take(hook.id, 3)).deliveries).toHaveLength(3)
  })

  test('is not blocked by a first delivery whose turn has only come', async () => {
    await world.deliveries(hook, 2)
    expect((await get()).blockedBy).toBeNull()
  })

  test('goes on when the first is skipped, with the reason in the audit log', async () => {
    const { first, second } = await blocked()
    expect(await skip(first)).toEqual({ deliveryId: first })
    expect(await statusOf(first)).toBe('discarded')
    expect((await get()).blockedBy).toBeNull()
    expect((await world.take(hook.id, 1)).deliveries[0]?.id).toBe(second)
    const [entry] = await world.store.read.audit.list({ organizationId: home.id, limit: 1 })
    expect(entry).toMatchObject({ action: 'deliveries.skip', actorName: 'Ada', targetId: first })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({
      webhookId: hook.id,
      reason: 'the badge was printed by hand',
      attempts: 1,
      waitingBehind: 2,
    })
  })

  test('keeps a delivery that arrived although it was skipped as delivered', async () => {
    const [first] = await world.deliveries(hook, 1)
    const [delivery] = (await world.take(hook.id, 1)).deliveries
    if (first === undefined || delivery === undefined) throw new Error('nothing is due')
    await skip(first.id)
    await world.settle(hook.id, delivery, { kind: 'delivered' })
    expect(await statusOf(first.id)).toBe('delivered')
  })

  test('has the worker look again at what it took when its first is skipped', async () => {
    await world.deliveries(hook, 1)
    const [taken] = (await world.take(hook.id, 1)).deliveries
    const seen = seenAtReconsider(world)
    await skip(taken?.id ?? '')
    expect(seen).toEqual([['discarded']])
  })

  test('lets only its first be skipped, and other webhooks none', async () => {
    const { second } = await blocked()
    await refusedWith('conflict', skip(second))
    const plain = await world.webhook(home.id)
    const [free] = await world.deliveries(plain, 1)
    await refusedWith('conflict', skip(free?.id ?? ''))
    expect(await statusOf(second)).toBe('waiting')
  })

  test('is skipped by whoever may release, of this organization', async () => {
    const { first } = await blocked()
    const member = await world.person(home.id, { organizationRole: 'member' })
    const input = { organizationId: home.id, deliveryId: first, reason: 'x' }
    await refusedWith('organization_role_not_allowed', deliveries().skip(member, input))
    const elsewhere = await world.organization()
    const stranger = await world.person(elsewhere.id)
    await refusedWith('not_found', deliveries().skip(stranger, { ...input, organizationId: elsewhere.id }))
  })
})

describe('a circuit breaker', () => {
  const keep = (probeAt: number | null) =>
    world.queue.record({
      settlements: [],
      slow: [],
      leaseUntil: 0,
      returned: [],
      breakers: [
        { webhookId: hook.id, url: hook.url, breaker: { openedAt: 5, probeAt, failed: 8, requests: 10 } },
      ],
    })

  test('is told as closed, open with the time of the next probe, or probing', async () => {
    expect((await get()).breaker).toEqual({
      state: 'closed',
      openedAt: null,
      nextProbeAt: null,
      failed: 0,
      requests: 0,
    })
    expect(await keep(30_005)).toEqual(['webhooks'])
    expect((await get()).breaker).toEqual({
      state: 'open',
      openedAt: 5,
      nextProbeAt: 30_005,
      failed: 8,
      requests: 10,
    })
    await keep(null)
    expect((await get()).breaker).toMatchObject({ state: 'probing', nextProbeAt: null })
  })

  test('of an address that the webhook has no more is not kept', async () => {
    await world.engine.operations.webhooks.update(owner, {
      organizationId: home.id,
      webhookId: hook.id,
      url: 'https://other.example/hook',
    })
    await keep(30_005)
    expect((await get()).breaker.state).toBe('closed')
  })

  test('is closed by a new address and by resuming, not by pausing or another setting', async () => {
    const one = { organizationId: home.id, webhookId: hook.id }
    const { update, pause, resume } = world.engine.operations.webhooks
    await keep(30_005)
    await update(owner, { ...one, name: 'Another name' })
    await pause(owner, one)
    expect((await get()).breaker.state).toBe('open')
    await resume(owner, one)
    expect((await get()).breaker.state).toBe('closed')
    await keep(30_005)
    await update(owner, { ...one, url: 'https://other.example/hook' })
    expect((await get()).breaker.state).toBe('closed')
  })
})
