import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ExpectationWatch, watchExpectations } from '#main/engine/expectations/watch.ts'
import type { OrganizationRecord, Store } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'

/** Timers that only fire when a test moves the clock. */
const timers = (world: () => EngineFixture) => {
  const waiting = new Map<object, { at: number; work: () => void }>()
  return {
    schedule(delayMs: number, work: () => void) {
      const timer = {}
      waiting.set(timer, { at: world().clock.now() + delayMs, work })
      return () => void waiting.delete(timer)
    },
    /** When the next one fires, in ms from now. */
    due: () => Array.from(waiting.values(), ({ at }) => at - world().clock.now()),
    /** Moves the clock to the next timer and fires it. */
    fire() {
      const [entry, ...others] = [...waiting]
      if (entry === undefined || others.length > 0) throw new Error(`${waiting.size} timers wait.`)
      const [timer, { at, work }] = entry
      waiting.delete(timer)
      world().clock.set(Math.max(at, world().clock.now()))
      work()
    },
    /** Resolves when a timer waits: a round has ended. */
    async settled() {
      while (waiting.size === 0) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
let max: Person
let watch: ExpectationWatch | null
let errors: unknown[]
let clockwork: ReturnType<typeof timers>

beforeEach(async () => {
  world = engineFixture()
  clockwork = timers(() => world)
  errors = []
  watch = null
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  max = await world.person(home.id, { name: 'Max', workspaceRole: 'manager' })
})
afterEach(async () => {
  await watch?.stop()
  await world.close()
})

const gatherMs = 500
const idleMs = 600_000

const expectAllowed = (organizationId = home.id, who = max, by = owner) =>
  world.engine.operations.expectations.create(by, {
    organizationId,
    subject: { kind: 'user', userId: who.id },
    action: 'webhooks.manage',
    expected: 'allowed',
    note: '',
  })
const start = (store: Store = world.store) => {
  const { schedule } = clockwork
  watch = watchExpectations({ ...world.toolbox, store }, { schedule, report: (error) => errors.push(error) })
}
const round = async () => {
  clockwork.fire()
  await clockwork.settled()
}
const failing = async (organizationId = home.id) => world.store.read.expectations.countFailing(organizationId)
const setPlan = (plan: 'free' | 'enterprise') =>
  world.store.write(({ organizations }) => organizations.setPlan(home.id, plan))

test('a round runs at the start, for what changed while nobody watched', async () => {
  await expectAllowed()
  await setPlan('free')
  expect(await failing()).toBe(0)
  start()
  expect(clockwork.due()).toEqual([0])
  await round()
  expect(await failing()).toBe(1)
  expect(clockwork.due()).toEqual([idleMs])
})

test('a round runs soon after a change of anything that a decision reads, once for a group of changes', async () => {
  await expectAllowed()
  start()
  await round()
  const off = { name: 'webhooks', reason: 'incident', by: 'Pat', at: 1 } as const
  const changes = [
    () => setPlan('free'),
    () => world.store.write(({ killSwitches }) => killSwitches.switchOff({ ...off, organizationId: null })),
    () => world.person(home.id),
    () => world.key(home.id),
    () =>
      world.store.write(({ capabilities }) =>
        capabilities.insertOverride({
          id: 'ovr_1',
          organizationId: home.id,
          occasionId: null,
          capability: 'webhooks',
          effect: 'deny',
          endsAt: null,
          note: '',
          createdAt: 1,
          createdBy: 'Pat',
        }),
      ),
  ]
  for (const change of changes) {
    await change()
    expect(clockwork.due()).toEqual([gatherMs])
    world.clock.advance(200)
    await setPlan('free')
    expect(clockwork.due()).toEqual([gatherMs - 200])
    await round()
    expect(clockwork.due()).toEqual([idleMs])
    expect(await failing()).toBe(1)
  }
  await world.webhook(home.id)
  expect(clockwork.due()).toEqual([idleMs])
})

test('what newly fails is told by the program, and its own writing starts no round', async () => {
  await expectAllowed()
  start()
  await round()
  await setPlan('free')
  await round()
  const entries = await world.store.read.audit.list({ organizationId: home.id, limit: 10 })
  expect(entries.map(({ action, actorKind }) => [action, actorKind])).toEqual([
    ['expectations.fail', 'program'],
    ['expectations.create', 'user'],
  ])
  expect(clockwork.due()).toEqual([idleMs])
})

test('a round runs at the moment when a trial ends', async () => {
  await setPlan('free')
  const endsAt = world.clock.now() + 60_000
  await world.store.write(({ capabilities }) =>
    capabilities.insertOverride({
      id: 'ovr_1',
      organizationId: home.id,
      occasionId: null,
      capability: 'webhooks',
      effect: 'grant',
      endsAt,
      note: 'a trial',
      createdAt: 1,
      createdBy: 'Pat',
    }),
  )
  await expectAllowed()
  start()
  await round()
  expect(await failing()).toBe(0)
  expect(clockwork.due()).toEqual([60_000])
  await round()
  expect(world.clock.now()).toBe(endsAt)
  expect(await failing()).toBe(1)
})

test('all organizations that have expectations are run', async () => {
  const organizations = await Promise.all(Array.from({ length: 120 }, () => world.organization()))
  for (const { id } of organizations) {
    const person = await world.person(id)
    await expectAllowed(id, person, person)
  }
  start()
  await round()
  const off = { name: 'webhooks', organizationId: null, reason: 'incident', by: 'Pat', at: 1 } as const
  await world.store.write(({ killSwitches }) => killSwitches.switchOff(off))
  await round()
  for (const { id } of organizations) expect(await failing(id)).toBe(1)
})

test('a change during a round is followed by another, and a long round by a rest', async () => {
  await expectAllowed()
  let between = async () => {}
  const { read } = world.store
  start({
    ...world.store,
    read: {
      ...read,
      expectations: {
        ...read.expectations,
        async list(query) {
          const found = await read.expectations.list(query)
          await between()
          return found
        },
      },
    },
  })
  await round()
  between = async () => {
    between = async () => {}
    world.clock.advance(1_000)
    await setPlan('free')
  }
  await world.person(home.id)
  await round()
  // A tenth of the time at most: after a second of work, nine of rest.
  expect(clockwork.due()).toEqual([9_000])
  await round()
  expect(await failing()).toBe(1)
  between = async () => {
    between = async () => {}
    world.clock.advance(1_000)
  }
  await setPlan('enterprise')
  await round()
  expect(clockwork.due()).toEqual([idleMs])
  world.clock.advance(4_000)
  await setPlan('free')
  expect(clockwork.due()).toEqual([5_000])
})

test('an error is reported, and the round is tried again', async () => {
  await expectAllowed()
  let broken = true
  const { read } = world.store
  start({
    ...world.store,
    read: {
      ...read,
      expectations: {
        ...read.expectations,
        async listOrganizationIds(query) {
          if (broken) throw new Error('The disk is gone.')
          return read.expectations.listOrganizationIds(query)
        },
      },
    },
  })
  await setPlan('free')
  await round()
  expect(errors).toEqual([new Error('The disk is gone.')])
  expect(clockwork.due()).toEqual([30_000])
  broken = false
  await round()
  expect(errors).toHaveLength(1)
  expect(await failing()).toBe(1)
})

test('the stop waits for the round under way, and none follows', async () => {
  await expectAllowed()
  let ended = false
  const { read } = world.store
  start({
    ...world.store,
    read: {
      ...read,
      expectations: {
        ...read.expectations,
        async listOrganizationIds(query) {
          await new Promise((resolve) => setImmediate(resolve))
          ended = true
          return read.expectations.listOrganizationIds(query)
        },
      },
    },
  })
  await setPlan('free')
  clockwork.fire()
  expect(ended).toBe(false)
  await watch?.stop()
  expect(ended).toBe(true)
  expect(await failing()).toBe(0)
  await setPlan('enterprise')
  expect(clockwork.due()).toEqual([])
})
