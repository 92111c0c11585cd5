import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HeldReason } from '#contract/vocabulary.ts'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  hook = await world.webhook(home.id)
})
afterEach(() => world.close())

const webhooks = () => world.engine.operations.webhooks
const one = () => ({ organizationId: home.id, webhookId: hook.id })
const actionsTold = async () =>
  (await world.store.read.audit.list({ organizationId: home.id, limit: 50 })).map(({ action }) => action)
const delivery = (id: string) => world.store.read.deliveries.get(id)
const held = (webhook: WebhookRecord, count: number, heldReason: HeldReason) =>
  world.deliveries(webhook, count, { status: 'held', heldReason, dueAt: null })
const setStatus = (status: WebhookRecord['status'], reason: string | null = null) =>
  world.store.write((writer) => writer.webhooks.setStatus(hook.id, { status, reason, at: world.clock.now() }))

describe('pausing', () => {
  test('says who did it and when, tells the worker, and is told once', async () => {
    world.clock.advance(70)
    const paused = await webhooks().pause(owner, one())
    expect(paused).toMatchObject({
      status: 'paused',
      statusReason: 'paused by Ada',
      statusChangedAt: world.clock.now(),
    })
    expect(world.delivery.reconsiders).toBe(1)
    await webhooks().pause(owner, one())
    expect(await actionsTold()).toEqual(['webhooks.pause'])
  })

  test.each(['disabled', 'suspended'] as const)('does not hide that a webhook is %s', async (status) => {
    await setStatus(status, 'gone')
    await refusedWith('conflict', webhooks().pause(owner, one()))
    expect((await world.store.read.webhooks.get(hook.id))?.status).toBe(status)
  })
})

describe('resuming', () => {
  test('lets what was held for the webhook wait for its turn, due now, the oldest first', async () => {
    await webhooks().pause(owner, one())
    const first = await held(hook, 2, 'paused')
    world.clock.advance(60_000)
    const second = await held(hook, 2, 'paused')
    world.clock.advance(60_000)
    const resumed = await webhooks().resume(owner, one())
    expect(resumed).toMatchObject({ status: 'active', statusReason: null, recent: { waiting: 4, held: 0 } })
    for (const { id } of [...first, ...second]) {
      expect(await delivery(id)).toMatchObject({
        status: 'waiting',
        heldReason: null,
        dueAt: world.clock.now(),
      })
    }
    expect(await actionsTold()).toEqual(['webhooks.resume', 'webhooks.pause'])
  })

  test.each(['paused', 'disabled', 'gone', 'suspended'] as const)(
    'releases what is held as %s',
    async (reason) => {
      await setStatus('disabled')
      const [made] = await held(hook, 1, reason)
      await webhooks().resume(owner, one())
      expect(await delivery(made?.id ?? '')).toMatchObject({ status: 'waiting' })
    },
  )

  test.each(['switched_off', 'offline'] as const)(
    'leaves what is held as %s: that is not over',
    async (reason) => {
      await setStatus('paused')
      const [made] = await held(hook, 1, reason)
      await webhooks().resume(owner, one())
      expect(await delivery(made?.id ?? '')).toMatchObject({ status: 'held', heldReason: reason })
    },
  )

  test('touches no delivery of another webhook', async () => {
    const other = await world.webhook(home.id, { status: 'paused' })
    const [made] = await held(other, 1, 'paused')
    await setStatus('paused')
    await webhooks().resume(owner, one())
    expect(await delivery(made?.id ?? '')).toMatchObject({ status: 'held' })
  })

  test('goes in steps of at most a thousand, so that others can write in between', async () => {
    await setStatus('paused')
    await held(hook, 2_500, 'paused')
    let commits = 0
    world.store.onChange((topics) => {
      if (topics.includes('deliveries')) commits += 1
    })
    const { recent } = await webhooks().resume(owner, one())
    expect(recent).toMatchObject({ waiting: 2_500, held: 0 })
    expect(commits).toBe(3)
  })

  test('stops when somebody pauses the webhook again meanwhile', async () => {
    await setStatus('paused')
    await held(hook, 1_500, 'paused')
    const pausedAgain = new Promise<unknown>((resolve) => {
      const stop = world.store.onChange((topics) => {
        if (!topics.includes('deliveries')) return
        stop()
        resolve(setStatus('paused'))
      })
    })
    await webhooks().resume(owner, one())
    await pausedAgain
    const numbers = await world.store.read.webhookDeliveries.getNumbers([hook.id], 0)
    expect(numbers.get(hook.id)).toMatchObject({ waiting: 1_000, held: 500 })
  })

  test('again ends what an interrupted resume left, without a second entry in the audit log', async () => {
    const [made] = await held(hook, 1, 'paused')
    await webhooks().resume(owner, one())
    expect(await delivery(made?.id ?? '')).toMatchObject({ status: 'waiting' })
    expect(await actionsTold()).toEqual([])
  })

  test('forgets the failures of before', async () => {
    await setStatus('disabled', 'gone')
    await webhooks().resume(owner, one())
    const status = await world.store.read.overview.readStatus({ organizationId: home.id, occasionId: null })
    expect(status.failingWebhooks).toBe(0)
  })

  test('of a suspended webhook needs the capability to be there again', async () => {
    await setStatus('suspended')
    await world.store.write((writer) => writer.organizations.setPlan(home.id, 'pro'))
    await refusedWith('capability_missing', webhooks().resume(owner, one()))
    await world.store.write((writer) => writer.organizations.setPlan(home.id, 'enterprise'))
    expect((await webhooks().resume(owner, one())).status).toBe('active')
  })
})

describe('deleting', () => {
  const remove = (...ids: string[]) => webhooks().delete(owner, { organizationId: home.id, webhookIds: ids })

  test('discards what waits and what is held, keeps the history, and takes the secrets away', async () => {
    const [waiting] = await world.deliveries(hook, 1)
    const [paused] = await held(hook, 1, 'paused')
    const [done] = await world.deliveries(hook, 1, { status: 'delivered', dueAt: null, finishedAt: 5 })
    expect(await remove(hook.id)).toEqual({ deleted: 1 })
    for (const made of [waiting, paused]) {
      expect(await delivery(made?.id ?? '')).toMatchObject({
        status: 'discarded',
        heldReason: null,
        dueAt: null,
        finishedAt: world.clock.now(),
      })
    }
    expect(await delivery(done?.id ?? '')).toMatchObject({ status: 'delivered', webhookName: hook.name })
    expect(await world.store.read.webhooks.listSecrets([hook.id])).toEqual([])
  })

  test('goes in steps', async () => {
    await world.deliveries(hook, 1_200)
    await held(hook, 1_200, 'offline')
    let commits = 0
    world.store.onChange((topics) => {
      if (topics.includes('deliveries')) commits += 1
    })
    await remove(hook.id)
    expect(commits).toBe(2)
    const numbers = await world.store.read.overview.readStatus({ organizationId: home.id, occasionId: null })
    expect(numbers).toMatchObject({ waiting: 0, held: 0 })
  })

  test('makes the webhook unknown to every operation', async () => {
    await remove(hook.id)
    await refusedWith('not_found', webhooks().get(owner, one()))
    await refusedWith('not_found', webhooks().update(owner, { ...one(), name: 'x' }))
    await refusedWith('not_found', webhooks().resume(owner, one()))
    await refusedWith('not_found', remove(hook.id))
    const { items } = await webhooks().list(owner, { organizationId: home.id, limit: 5 })
    expect(items).toEqual([])
  })

  test.each([0, 1])('changes nothing when the one at place %i is foreign', async (place) => {
    const away = await world.organization()
    const foreign = await world.webhook(away.id)
    const ids = place === 0 ? [foreign.id, hook.id] : [hook.id, foreign.id]
    await refusedWith('not_found', remove(...ids))
    expect(await world.store.read.webhooks.getMany(ids)).toHaveLength(2)
    expect(await actionsTold()).toEqual([])
  })

  test('demands the right for each of them where it is', async () => {
    const gala = await world.occasion(home.id)
    const ofGala = await world.webhook(home.id, { occasionId: gala.id })
    await world.override(home.id, { occasionId: gala.id, capability: 'webhooks', effect: 'deny' })
    await refusedWith('capability_denied', remove(hook.id, ofGala.id))
    expect(await remove(hook.id)).toEqual({ deleted: 1 })
  })

  test('counts a webhook that was named twice once', async () => {
    expect(await remove(hook.id, hook.id)).toEqual({ deleted: 1 })
    expect(await actionsTold()).toEqual(['webhooks.delete'])
  })
})

describe('the start of the program', () => {
  test('ends a resume and a deletion that were interrupted', async () => {
    const [leftHeld] = await held(hook, 1, 'paused')
    const deleted = await world.webhook(home.id)
    const [leftWaiting] = await world.deliveries(deleted, 1)
    await world.store.write((writer) => writer.webhooks.delete(deleted.id, world.clock.now()))
    const paused = await world.webhook(home.id, { status: 'paused' })
    const [rightlyHeld] = await held(paused, 1, 'paused')
    await world.engine.start()
    expect(await delivery(leftHeld?.id ?? '')).toMatchObject({ status: 'waiting' })
    expect(await delivery(leftWaiting?.id ?? '')).toMatchObject({ status: 'discarded' })
    expect(await delivery(rightlyHeld?.id ?? '')).toMatchObject({ status: 'held' })
  })

  test('ends the resume of a suspended webhook that was interrupted: a person wanted it', async () => {
    const [leftHeld] = await held(hook, 1, 'suspended')
    await setStatus('active')
    await world.engine.start()
    expect(await delivery(leftHeld?.id ?? '')).toMatchObject({ status: 'waiting' })
    const [later] = await held(hook, 1, 'suspended')
    await world.engine.start()
    expect(await delivery(later?.id ?? '')).toMatchObject({ status: 'held' })
  })
})
