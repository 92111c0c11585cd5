import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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

const hold = (count: number, webhook = hook) => world.deliveries(webhook, count, { heldReason: 'offline' })
const online = (is: boolean) => {
  world.delivery.current = { ...world.delivery.current, online: is }
  return world.engine.upkeep.networkChanged(is)
}
const get = (id: string) => world.store.read.deliveries.get(id)
const away = () => world.store.read.machine.listAway(0)
const status = () => world.engine.operations.status.get(owner, { organizationId: home.id })

describe('what is held as offline', () => {
  test('goes out when the network is back: oldest first, spread in time, and never all at once', async () => {
    await online(false)
    const made = await hold(120)
    expect(await status()).toMatchObject({ online: false, held: 120, heldOffline: 120 })
    await online(true)
    expect(await status()).toMatchObject({ online: true, held: 0, heldOffline: 0, waiting: 120 })
    const due = await Promise.all(made.map(async ({ id }) => (await get(id))?.dueAt ?? 0))
    expect(due).toEqual(due.toSorted((left, right) => left - right))
    const first = due[0] ?? 0
    expect(first - world.clock.now()).toBeGreaterThanOrEqual(0)
    expect(first - world.clock.now()).toBeLessThan(2_000)
    expect(due.map((at) => at - first)).toEqual(made.map((_, rank) => Math.floor(rank / 25) * 250))
    expect(world.delivery.wakes).toBeGreaterThan(0)
  })

  test('is spread over a minute at most, across steps, and begins at another time for each webhook', async () => {
    const made = (await hold(6_100)).map(({ id }) => id).toSorted()
    const other = await world.webhook(home.id)
    const [one] = await hold(1, other)
    await online(true)
    const first = (await get(made[0] ?? ''))?.dueAt ?? 0
    expect((await get(made[1_000] ?? ''))?.dueAt).toBe(first + 10_000)
    expect((await get(made.at(-1) ?? ''))?.dueAt).toBe(first + 60_000)
    expect((await get(one?.id ?? ''))?.dueAt).not.toBe(first)
  })

  test('and what was missed goes out at the first try of a person: how near the receiver is, is found out first', async () => {
    await online(false)
    const near = new Set<string>()
    world.delivery.reaches = (url) => near.has(url)
    world.delivery.findReach = async (url) => void near.add(url)
    const { deliveries, recoveries } = world.engine.operations
    const of = { organizationId: home.id, webhookId: hook.id }
    await hold(1)
    const { id: releaseId } = await deliveries.release(owner, { ...of, perSecond: 1 })
    await deliveries.pauseRelease(owner, { organizationId: home.id, releaseId })
    near.clear()
    await deliveries.resumeRelease(owner, { organizationId: home.id, releaseId })
    near.clear()
    await world.deliveries(hook, 1, { status: 'exhausted', dueAt: null, finishedAt: 1, attempts: 10 })
    world.clock.advance(1)
    const filter = { since: 0, until: world.clock.now(), statuses: ['exhausted' as const], canary: false }
    const { id: recoveryId } = await recoveries.start(owner, { ...of, ...filter })
    await recoveries.pause(owner, { organizationId: home.id, recoveryId })
    near.clear()
    expect(await recoveries.resume(owner, { organizationId: home.id, recoveryId })).toMatchObject({
      state: 'running',
      waitsFor: null,
    })
  })

  test('stays while the network is away, and while sending is switched off', async () => {
    const [made] = await hold(1)
    world.delivery.current = { ...world.delivery.current, online: false }
    await world.engine.upkeep.drainOffline()
    expect(await get(made?.id ?? '')).toMatchObject({ status: 'held', heldReason: 'offline' })
    world.delivery.current = { ...world.delivery.current, online: true }
    const off = { name: 'delivery', organizationId: null, reason: 'drill', by: 'Pat', at: 1 } as const
    await world.store.write((writer) => writer.killSwitches.switchOff(off))
    await world.engine.upkeep.drainOffline()
    expect(await get(made?.id ?? '')).toMatchObject({ status: 'held' })
    await world.store.write((writer) => writer.killSwitches.switchOn('delivery', null))
    await world.engine.upkeep.drainOffline()
    expect(await get(made?.id ?? '')).toMatchObject({ status: 'waiting', heldReason: null })
  })

  test('is held for another reason when there is one by then', async () => {
    const [made] = await hold(1)
    await world.store.write((writer) =>
      writer.webhooks.setStatus(hook.id, { status: 'paused', reason: null, at: 1 }),
    )
    await online(true)
    expect(await get(made?.id ?? '')).toMatchObject({ status: 'held', heldReason: 'paused' })
  })

  test('cannot be released by hand while there is no network', async () => {
    await hold(1)
    await online(false)
    const asked = { organizationId: home.id, webhookId: hook.id, perSecond: 1 }
    const refused = await refusedWith('conflict', world.engine.operations.deliveries.release(owner, asked))
    expect(refused.message).toContain('offline')
  })
})

describe('times away', () => {
  test('are kept: without network, and while the program did not run', async () => {
    const startedAt = world.clock.now()
    await world.engine.upkeep.runDue()
    world.clock.advance(1_000)
    await online(false)
    await online(false)
    world.clock.advance(1_000)
    await online(true)
    world.clock.advance(1_000)
    await world.engine.stop()
    world.clock.advance(1_000)
    await world.engine.upkeep.runDue()
    expect(await away()).toEqual([
      { kind: 'offline', since: startedAt + 1_000, until: startedAt + 2_000 },
      { kind: 'stopped', since: startedAt + 3_000, until: startedAt + 4_000 },
    ])
  })

  test('begin with a crash at the last sign of life, which comes every minute', async () => {
    const startedAt = world.clock.now()
    await world.engine.upkeep.runDue()
    world.clock.advance(60_000)
    await world.engine.upkeep.observe()
    expect(await away()).toEqual([])
    world.clock.advance(40_000)
    const next = createEngine(world.parts)
    world.clock.advance(3_600_000)
    await next.upkeep.runDue()
    expect(await away()).toEqual([
      { kind: 'stopped', since: startedAt + 60_000, until: startedAt + 3_700_000 },
    ])
  })

  test('are not those of an engine that only lent itself to the command line', async () => {
    await world.engine.stop()
    expect(await away()).toEqual([])
  })

  test('that were left open by a crash end with the next start', async () => {
    const startedAt = world.clock.now()
    await online(false)
    world.delivery.current = { ...world.delivery.current, online: true }
    world.clock.advance(5_000)
    await world.engine.upkeep.runDue()
    expect(await away()).toEqual([{ kind: 'offline', since: startedAt, until: startedAt + 5_000 }])
  })

  test('are jumps of the clock forwards, too; each jump is remembered', async () => {
    const at = world.clock.now()
    await world.engine.upkeep.clockJumped({ at, byMs: 3_600_000 })
    await world.engine.upkeep.clockJumped({ at, byMs: -60_000 })
    expect(await away()).toEqual([{ kind: 'asleep', since: at - 3_600_000, until: at }])
    expect(await world.store.read.machine.listClockJumps(5)).toEqual([
      { at, byMs: -60_000 },
      { at, byMs: 3_600_000 },
    ])
  })
})
