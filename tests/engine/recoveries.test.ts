import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recoveryWaitingMax } from '#contract/recoveries.ts'
import type { DeliveryStatus } from '#contract/vocabulary.ts'
import { createEngine } from '#main/engine/engine.ts'
import type { DeliveryRecord, OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
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

const recoveries = () => world.engine.operations.recoveries
const ended = async (
  count: number,
  status: DeliveryStatus = 'exhausted',
  over: Partial<DeliveryRecord> = {},
) => {
  const made = await world.deliveries(hook, count, {
    status,
    dueAt: null,
    finishedAt: 1,
    attempts: 10,
    ...over,
  })
  world.clock.advance(1_000)
  return made
}
const filter = (over = {}) => ({
  organizationId: home.id,
  webhookId: hook.id,
  since: startMs,
  until: startMs + 86_400_000,
  statuses: ['exhausted' as const],
  ...over,
})
const start = (over = {}) => recoveries().start(owner, { ...filter(), canary: false, ...over })
const get = (recoveryId: string) => recoveries().get(owner, { organizationId: home.id, recoveryId })
const tick = async () => {
  world.clock.advance(1_000)
  await world.engine.upkeep.runDue()
}
const resends = async () => {
  const { rows } = await world.store.read.deliveries.list({ organizationId: home.id, limit: 200 })
  return rows.filter(({ kind }) => kind === 'resend').reverse()
}
const again = (delivery: DeliveryRecord | undefined, status: DeliveryStatus) => {
  if (delivery === undefined) throw new Error('no delivery')
  const id = world.toolbox.ids.next('dlv')
  const dueAt = status === 'waiting' ? world.clock.now() : null
  const resend = { ...delivery, id, status, dueAt, kind: 'resend' as const, createdAt: world.clock.now() }
  return world.store.write((writer) => writer.deliveries.insertMany([resend]))
}
describe('a plan', () => {
  test('counts what ended badly in the range and never arrived, and changes nothing', async () => {
    const early = await ended(1)
    const from = world.clock.now()
    const [first] = await ended(3)
    const [arrived, underWay] = await ended(2)
    const lastAt = world.clock.now()
    await ended(1)
    await again(arrived, 'delivered')
    await again(underWay, 'waiting')
    await ended(2, 'discarded')
    await ended(1, 'delivered')
    await ended(1, 'exhausted', { kind: 'test' })
    const plan = await recoveries().plan(owner, filter({ since: from }))
    expect(early).toHaveLength(1)
    expect(plan).toEqual({ count: 4, firstAt: first?.createdAt, lastAt, leftOut: 2, estimatedMs: null })
    const both = ['exhausted' as const, 'discarded' as const]
    expect(await recoveries().plan(owner, filter({ statuses: both }))).toMatchObject({ count: 7 })
    expect(await recoveries().plan(owner, filter({ eventTypes: ['order.paid'] }))).toMatchObject({ count: 0 })
    expect(await recoveries().plan(owner, filter({ until: from }))).toMatchObject({ count: 1 })
    expect((await resends()).filter(({ createdAt }) => createdAt > lastAt + 1_000)).toEqual([])
  })
})

describe('a recovery', () => {
  test('sends each event once, oldest first, a bounded step each second, and over a restart', async () => {
    const made = await ended(250)
    const { id } = await start()
    await tick()
    expect(await get(id)).toMatchObject({ state: 'running', total: 250, queued: 100 })
    const next = createEngine(world.parts)
    await next.start()
    for (let count = 0; count < 3; count += 1) {
      world.clock.advance(1_000)
      await next.upkeep.runDue()
    }
    expect(await get(id)).toMatchObject({ state: 'done', queued: 250, delivered: 0, failed: 0 })
    const counts = await world.store.read.deliveries.countByEvent(made.map(({ eventId }) => eventId))
    expect(new Set([...counts.values()].map(({ waiting }) => waiting))).toEqual(new Set([1]))
    await refusedWith('conflict', start())
    expect(world.delivery.wakes).toBeGreaterThan(0)
  })

  test('lets no more than 500 wait for the webhook', async () => {
    await ended(20)
    await world.deliveries(hook, 495)
    const { id } = await start()
    await tick()
    await tick()
    expect(await get(id)).toMatchObject({ state: 'running', queued: 5 })
  })

  test('is paused, resumed and cancelled by a person', async () => {
    await ended(150)
    const { id: recoveryId } = await start()
    const of = { organizationId: home.id, recoveryId }
    expect(await recoveries().pause(owner, of)).toMatchObject({
      state: 'paused',
      stateReason: 'paused by Ada',
    })
    await tick()
    expect(await get(recoveryId)).toMatchObject({ queued: 0 })
    await refusedWith('conflict', start())
    expect(await recoveries().resume(owner, of)).toMatchObject({ state: 'running', stateReason: null })
    await tick()
    expect(await recoveries().cancel(owner, of)).toMatchObject({ state: 'cancelled', queued: 100 })
    await tick()
    expect(await resends()).toHaveLength(100)
    await refusedWith('conflict', recoveries().resume(owner, of))
    const told = await world.store.read.audit.list({ organizationId: home.id, limit: 9 })
    expect(told.map(({ action }) => action)).toEqual(
      ['cancel', 'resume', 'pause', 'start'].map((name) => `recoveries.${name}`),
    )
    expect(await recoveries().list(owner, { organizationId: home.id, webhookId: hook.id })).toHaveLength(1)
  })

  test('waits while there is no network or sending is switched off, and goes on by itself', async () => {
    await ended(3)
    const { id } = await start()
    const off = { name: 'delivery', organizationId: null, reason: 'drill', by: 'Pat', at: 1 } as const
    await world.store.write((writer) => writer.killSwitches.switchOff(off))
    await tick()
    const told = (waitsFor: string) => ({ state: 'running', queued: 0, waitsFor })
    expect(await get(id)).toMatchObject(told('Sending is switched off by Pat: drill.'))
    await world.store.write((writer) => writer.killSwitches.switchOn('delivery', null))
    world.delivery.current = { ...world.delivery.current, online: false }
    await tick()
    expect(await get(id)).toMatchObject(told(expect.stringContaining('The machine is offline.')))
    world.delivery.current = { ...world.delivery.current, online: true }
    await tick()
    expect(await get(id)).toMatchObject({ state: 'done', queued: 3, waitsFor: null })
  })

  test('pauses with the reason when the webhook is not active any more, and is refused then', async () => {
    await ended(10)
    const { id: recoveryId } = await start()
    await world.engine.operations.webhooks.pause(owner, { organizationId: home.id, webhookId: hook.id })
    await tick()
    expect(await get(recoveryId)).toMatchObject({
      state: 'paused',
      queued: 0,
      stateReason: expect.stringContaining('The webhook is paused'),
    })
    await refusedWith('conflict', recoveries().resume(owner, { organizationId: home.id, recoveryId }))
  })

  test('is for those who may recover here', async () => {
    await ended(1)
    const member = await world.person(home.id, { organizationRole: 'member' })
    const asked = { ...filter(), canary: true }
    await refusedWith('organization_role_not_allowed', recoveries().start(member, asked))
    const away = await world.organization()
    const stranger = await world.person(away.id)
    await refusedWith('not_found', recoveries().plan(stranger, filter({ organizationId: away.id })))
    const { id: recoveryId } = await start()
    const theirs = { organizationId: away.id, recoveryId }
    await refusedWith('not_found', recoveries().get(stranger, theirs))
    await refusedWith('not_found', recoveries().cancel(stranger, theirs))
  })
})

describe('to another address', () => {
  const url = 'https://other.example/hook'
  const replays = async () => {
    const { rows } = await world.store.read.deliveries.list({ organizationId: home.id, limit: 200 })
    return rows.filter(({ kind }) => kind === 'replay')
  }

  test('replays what fits, also for a webhook that is disabled, and counts nothing as arrived', async () => {
    await ended(3)
    const disabled = { status: 'disabled', reason: 'gone', at: startMs } as const
    await world.store.write((writer) => writer.webhooks.setStatus(hook.id, disabled))
    const { id } = await start({ url: `${url}#part` })
    await tick()
    expect(await get(id)).toMatchObject({ state: 'done', queued: 3, url })
    const made = await replays()
    expect(made.map((replay) => [replay.url, replay.status])).toEqual(Array(3).fill([url, 'waiting']))
    expect(await resends()).toEqual([])
    expect(await recoveries().plan(owner, filter())).toMatchObject({ count: 3, leftOut: 0 })
    const [entry] = await world.store.read.audit.list({ organizationId: home.id, limit: 1 })
    expect(JSON.parse(entry?.after ?? '')).toMatchObject({ url, total: 3 })
  })

  test('holds what waits, and pauses, when the capability is lost on the way', async () => {
    await ended(recoveryWaitingMax + 3)
    const { id } = await start({ url })
    for (let second = 0; second < 20; second += 1) await tick()
    const waiting = { webhookId: hook.id, occasionIds: null, replays: 'only' } as const
    const count = () => world.store.read.webhookDeliveries.countWaiting(waiting, 1_000)
    expect(await count()).toBe(recoveryWaitingMax)
    await world.engine.operations.subscription.change(owner, { organizationId: home.id, plan: 'free' })
    expect(await count()).toBe(0)
    await tick()
    expect(await get(id)).toMatchObject({ state: 'paused', queued: recoveryWaitingMax, failed: 0 })
    const held = await world.engine.operations.deliveries.held(owner, { organizationId: home.id })
    expect(held).toMatchObject([{ reason: 'suspended', count: recoveryWaitingMax }])
  })

  test('that the network policy blocks is refused, and nothing begins', async () => {
    await ended(1)
    world.policy.block('till.internal', 'a private address')
    await refusedWith('destination_blocked', start({ url: 'https://till.internal/' }))
    expect(await recoveries().list(owner, { organizationId: home.id, webhookId: hook.id })).toEqual([])
  })
})
