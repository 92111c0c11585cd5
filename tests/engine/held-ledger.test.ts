import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HeldReason } from '#contract/vocabulary.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { createEngine } from '#main/engine/engine.ts'
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

const operations = () => world.engine.operations.deliveries
const one = () => ({ organizationId: home.id, webhookId: hook.id })
const hold = async (count: number, reason: HeldReason = 'paused', webhook = hook) => {
  const made = await world.deliveries(webhook, count, { heldReason: reason })
  return made.map(({ id }) => id)
}
const release = (over = {}) => operations().release(owner, { ...one(), perSecond: 10, ...over })
const statusOf = async (id: string) => (await world.store.read.deliveries.get(id))?.status
const statuses = (ids: readonly string[]) => Promise.all(ids.map(statusOf))
const tick = async (ms = 1_000) => {
  world.clock.advance(ms)
  await world.engine.upkeep.runDue()
}
const latest = async () => (await operations().releases(owner, one()))[0]
const actions = async () =>
  (await world.store.read.audit.list({ organizationId: home.id, limit: 50 })).map(({ action }) => action)
const setStatus = (status: WebhookRecord['status']) =>
  world.store.write((writer) => writer.webhooks.setStatus(hook.id, { status, reason: null, at: 1 }))
const switchOff = () =>
  world.store.write((writer) =>
    writer.killSwitches.switchOff({
      name: 'delivery',
      organizationId: null,
      reason: 'drill',
      by: 'Pat',
      at: 1,
    }),
  )

describe('the held ledger', () => {
  test('counts by webhook and reason, with the oldest and the newest', async () => {
    const startedAt = world.clock.now()
    await hold(2)
    world.clock.advance(5_000)
    await hold(1)
    await hold(1, 'switched_off')
    const other = await world.webhook(home.id, { status: 'paused' })
    await hold(1, 'paused', other)
    await world.deliveries(hook, 1)
    const away = await world.organization()
    await hold(1, 'paused', await world.webhook(away.id))
    const told = { webhookId: hook.id, webhookName: hook.name, webhookStatus: 'active', release: null }
    const groups = await operations().held(owner, { organizationId: home.id })
    expect(groups).toEqual([
      { ...told, reason: 'paused', count: 3, replays: 0, oldestAt: startedAt, newestAt: startedAt + 5_000 },
      {
        ...told,
        reason: 'switched_off',
        count: 1,
        replays: 0,
        oldestAt: startedAt + 5_000,
        newestAt: startedAt + 5_000,
      },
      expect.objectContaining({ webhookId: other.id, webhookStatus: 'paused', count: 1 }),
    ])
    expect(await operations().held(owner, { organizationId: home.id, webhookId: other.id })).toHaveLength(1)
    const running = await release({ perSecond: 1 })
    const [first] = await operations().held(owner, { organizationId: home.id })
    expect(first?.release).toEqual(running)
  })

  test('is for those who may see deliveries here', async () => {
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    await refusedWith('role_not_allowed', operations().held(staff, { organizationId: home.id }))
    const away = await world.organization()
    const stranger = await world.person(away.id)
    const foreign = { organizationId: away.id, webhookId: hook.id }
    await refusedWith('not_found', operations().held(stranger, foreign))
    await refusedWith('not_found', operations().releases(stranger, foreign))
    await refusedWith('not_found', operations().release(stranger, { ...foreign, perSecond: 1 }))
    await refusedWith('not_found', operations().discard(stranger, { ...foreign, note: 'x' }))
  })
})

describe('a release', () => {
  test('lets the oldest go first, so many per second, and ends when none is left', async () => {
    const ids = await hold(25)
    expect(await release()).toMatchObject({ state: 'running', total: 25, released: 0, createdBy: 'Ada' })
    await tick()
    expect(await statuses(ids)).toEqual([...Array(10).fill('waiting'), ...Array(15).fill('held')])
    expect(world.delivery.wakes).toBe(1)
    await tick(500)
    expect(await latest()).toMatchObject({ released: 15, state: 'running' })
    await tick(500)
    await tick()
    expect(await latest()).toMatchObject({ released: 25, state: 'done', finishedAt: world.clock.now() })
    expect(new Set(await statuses(ids))).toEqual(new Set(['waiting']))
    expect(await actions()).toEqual(['deliveries.release'])
  })

  test('concerns one reason when it is told so', async () => {
    const paused = await hold(3)
    const gone = await hold(3, 'gone')
    await release({ reason: 'gone' })
    await tick()
    expect(await statuses([...paused, ...gone])).toEqual([
      ...Array(3).fill('held'),
      ...Array(3).fill('waiting'),
    ])
  })

  test('after a long sleep, or with a clock that was set back, is no storm', async () => {
    await hold(200)
    await release()
    await tick(3_600_000)
    expect(await latest()).toMatchObject({ released: 50 })
    await tick(-7_200_000)
    await tick()
    expect(await latest()).toMatchObject({ released: 60 })
  })

  test('goes on in another run of the program', async () => {
    await hold(15)
    await setStatus('paused')
    await world.engine.operations.webhooks.resume(owner, { ...one(), keepHeld: true })
    await release()
    await tick()
    const next = createEngine(world.parts)
    await next.start()
    world.clock.advance(1_000)
    await next.upkeep.runDue()
    expect(await latest()).toMatchObject({ released: 15, state: 'done' })
  })

  test('is paused, resumed and cancelled; what was not released stays held', async () => {
    const ids = await hold(30)
    const { id: releaseId } = await release()
    const named = { organizationId: home.id, releaseId }
    expect(await operations().pauseRelease(owner, named)).toMatchObject({
      state: 'paused',
      stateReason: 'paused by Ada',
    })
    await tick()
    expect(await latest()).toMatchObject({ released: 0 })
    expect(await operations().resumeRelease(owner, named)).toMatchObject({
      state: 'running',
      stateReason: null,
    })
    await tick()
    expect(await operations().cancelRelease(owner, named)).toMatchObject({ state: 'cancelled', released: 10 })
    await tick()
    expect((await statuses(ids)).filter((status) => status === 'held')).toHaveLength(20)
    await refusedWith('conflict', operations().resumeRelease(owner, named))
    await refusedWith('conflict', operations().cancelRelease(owner, named))
  })

  test.each(['paused', 'disabled', 'suspended'] as const)(
    'is refused while the webhook is %s, and pauses when it becomes so',
    async (status) => {
      await hold(20)
      await setStatus(status)
      expect((await refusedWith('conflict', release())).message).toContain(`The webhook is ${status}`)
      await setStatus('active')
      const { id: releaseId } = await release()
      await setStatus(status)
      await tick()
      expect(await latest()).toMatchObject({ state: 'paused', released: 0 })
      expect((await latest())?.stateReason).toContain(`The webhook is ${status}`)
      await refusedWith('conflict', operations().resumeRelease(owner, { organizationId: home.id, releaseId }))
    },
  )

  test('is refused while sending is switched off, and waits when it is', async () => {
    await hold(20)
    await release()
    expect(await latest()).toMatchObject({ waitsFor: null })
    await switchOff()
    await tick()
    const waiting = { state: 'running', waitsFor: expect.stringContaining('drill') }
    expect(await latest()).toMatchObject({ ...waiting, released: 0 })
    const [group] = await operations().held(owner, { organizationId: home.id })
    expect(group?.release).toMatchObject(waiting)
    await operations().cancelRelease(owner, {
      organizationId: home.id,
      releaseId: (await latest())?.id ?? '',
    })
    expect((await refusedWith('switched_off', release())).message).toContain('drill')
  })

  test('waits while there is no network, and goes on by itself when it is back', async () => {
    await hold(20)
    await release()
    world.delivery.current = { ...world.delivery.current, online: false }
    await tick()
    await tick()
    const waitsFor = expect.stringContaining('The machine is offline.')
    expect(await latest()).toMatchObject({ state: 'running', released: 0, waitsFor })
    world.delivery.current = { ...world.delivery.current, online: true }
    expect(await latest()).toMatchObject({ state: 'running', waitsFor: null })
    await tick()
    expect(await latest()).toMatchObject({ state: 'done', released: 20 })
  })

  test('is refused without the capability, when nothing is held, and while another is not over', async () => {
    await refusedWith('conflict', release())
    await hold(20)
    await release()
    await refusedWith('conflict', release())
    const poor = await world.organization({ plan: 'free' })
    const person = await world.person(poor.id)
    const theirs = await world.webhook(poor.id)
    const asked = { organizationId: poor.id, webhookId: theirs.id, perSecond: 1 }
    await refusedWith('capability_missing', operations().release(person, asked))
  })

  test('ends with its webhook', async () => {
    await hold(20)
    const { id } = await release()
    await world.engine.operations.webhooks.delete(owner, { organizationId: home.id, webhookIds: [hook.id] })
    await tick()
    expect(await world.store.read.releases.get(id)).toMatchObject({ state: 'cancelled' })
  })
})

describe('discarding', () => {
  test('ends all that the webhook holds at the moment, in steps, with the note in the audit log', async () => {
    const ids = await hold(600)
    const [waiting] = await world.deliveries(hook, 1)
    const note = 'the till was replaced'
    expect(await operations().discard(owner, { ...one(), note })).toEqual({ discarded: 600 })
    expect(new Set(await statuses(ids))).toEqual(new Set(['discarded']))
    expect(await statusOf(waiting?.id ?? '')).toBe('waiting')
    const entries = await world.store.read.audit.list({ organizationId: home.id, limit: 9 })
    expect(entries.map(({ after }) => JSON.parse(after ?? ''))).toEqual([
      { note, reason: null, discarded: 100 },
      { note, reason: null, discarded: 500 },
    ])
  })

  test('ends those that are named and held, of this webhook and reason only', async () => {
    const [first = '', second = ''] = await hold(2)
    const [gone = ''] = await hold(1, 'gone')
    const [foreign = ''] = await hold(1, 'paused', await world.webhook(home.id))
    const deliveryIds = [first, gone, foreign]
    const asked = { ...one(), deliveryIds, reason: 'paused' as const, note: 'wrong' }
    expect(await operations().discard(owner, asked)).toEqual({ discarded: 1 })
    expect(await statuses([first, second, gone, foreign])).toEqual(['discarded', 'held', 'held', 'held'])
  })
})

describe('a webhook', () => {
  const webhooks = () => world.engine.operations.webhooks

  test('may begin paused, and collects from the start', async () => {
    const { webhook } = await webhooks().create(owner, {
      organizationId: home.id,
      url: 'https://hooks.example/in',
      events: ['*'],
      timeoutMs: 15_000,
      concurrency: 16,
      scheduleMs: null,
      options: defaultWebhookOptions,
      startPaused: true,
    })
    expect(webhook).toMatchObject({ status: 'paused', statusReason: 'paused by Ada' })
    const example = { type: 'attendee.registered', data: world.parts.eventTypes.list()[0]?.example ?? {} }
    const known = world.parts.eventTypes.list().find(({ name }) => name === example.type)
    await world.engine.intake.accept(owner, home.id, { ...example, data: known?.example ?? {} })
    const groups = await operations().held(owner, { organizationId: home.id, webhookId: webhook.id })
    expect(groups).toMatchObject([{ reason: 'paused', count: 1 }])
  })

  test('that is resumed may keep what it holds, over a restart, until it is released at a rate', async () => {
    const ids = await hold(5)
    await setStatus('paused')
    await webhooks().resume(owner, { ...one(), keepHeld: true })
    await world.engine.start()
    expect(new Set(await statuses(ids))).toEqual(new Set(['held']))
    await release()
    await tick()
    expect(new Set(await statuses(ids))).toEqual(new Set(['waiting']))
  })
  test('is resumed by its release in the same moment, or neither is done', async () => {
    await setStatus('paused')
    await refusedWith('conflict', release({ resume: true }))
    expect((await world.store.read.webhooks.get(hook.id))?.status).toBe('paused')
    const [id] = await hold(1)
    await refusedWith('conflict', release())
    expect(await release({ resume: true })).toMatchObject({ state: 'running', total: 1 })
    expect((await world.store.read.webhooks.get(hook.id))?.status).toBe('active')
    expect(await statusOf(id ?? '')).toBe('held')
    expect((await actions()).slice(0, 2)).toEqual(['deliveries.release', 'webhooks.resume'])
    await tick()
    expect(await statusOf(id ?? '')).toBe('waiting')
  })
})
