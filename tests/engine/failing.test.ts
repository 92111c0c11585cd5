import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEngine } from '#main/engine/engine.ts'
import { type Conditions, createConditions } from '#main/engine/platform/conditions.ts'
import { awayMs } from '#main/engine/webhooks/failing-time.ts'
import type { OrganizationRecord, Outcome, WebhookRecord } from '#main/store/interface.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

const hourMs = 3_600_000

let world: QueueFixture
let home: OrganizationRecord
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = await queueFixture()
  home = await world.organization({ name: 'Harbour Hall' })
  owner = await world.person(home.id, { name: 'Ada' })
  hook = await world.webhook(home.id, { name: 'CRM', url: 'https://crm.example/hook' })
})
afterEach(() => world.close())

const one = () => ({ organizationId: home.id, webhookId: hook.id })
const get = () => world.engine.operations.webhooks.get(owner, one())
const observe = () => world.engine.upkeep.observe()
const notified = async () => (await world.engine.operations.notifications.list(owner, one())).toReversed()
const at = (hours: number) => world.clock.set(startedAt + hours * hourMs)
let startedAt: number

const attempt = async (outcome: Outcome) => {
  const wanted = [{ webhookId: hook.id, limit: 1, unguardedMax: 1 }]
  const { claims } = await world.queue.take({ now: world.clock.now(), wanted, bytesMax: 1_000_000 })
  const [delivery] = claims[0]?.deliveries ?? []
  if (delivery === undefined) throw new Error('There is nothing to deliver.')
  await world.settle(hook.id, delivery, outcome)
  return delivery.id
}
const fail = async () => {
  await world.deliveries(hook, 1)
  return attempt({ kind: 'exhausted' })
}

beforeEach(() => {
  startedAt = world.clock.now()
})

describe('time away', () => {
  test('counts once where it overlaps, and only within the time that is asked for', () => {
    const away = [
      { kind: 'asleep', since: 30, until: 50 },
      { kind: 'offline', since: 0, until: 40 },
      { kind: 'offline', since: 90, until: null },
    ] as const
    expect(awayMs(away, 10, 100)).toBe(40 + 10)
    expect(awayMs(away, 60, 80)).toBe(0)
  })
})

describe('a webhook of which every attempt fails', () => {
  test('is disabled by the first failure after 120 hours, with what follows held, and the console says why', async () => {
    await fail()
    at(119)
    await fail()
    await observe()
    expect(await get()).toMatchObject({
      status: 'active',
      failing: { since: startedAt, failingMs: 119 * hourMs, disabledAt: startedAt + 120 * hourMs },
    })
    at(121)
    await observe()
    expect((await get()).status).toBe('active')
    await fail()
    await observe()
    expect(await get()).toMatchObject({ status: 'disabled', statusReason: 'failing', failing: null })
    await world.engine.upkeep.runDue()
    const last = (await notified()).at(-1)
    expect(last).toMatchObject({ type: 'webhook.disabled', subjectId: hook.id, data: { reason: 'failing' } })
    const audit = await world.store.read.audit.list({ organizationId: home.id, limit: 1 })
    expect(audit).toMatchObject([{ action: 'webhooks.disable', actorKind: 'program' }])
  })

  test('is not disabled for time in which the machine was away', async () => {
    await fail()
    const since = startedAt + hourMs
    await world.store.write(({ machine }) =>
      machine.addAway({ kind: 'offline', since, until: since + 100 * hourMs }),
    )
    at(130)
    await fail()
    await observe()
    expect(await get()).toMatchObject({ status: 'active', failing: { failingMs: 30 * hourMs } })
    at(221)
    await fail()
    await observe()
    expect((await get()).status).toBe('disabled')
  })

  test('is not disabled, nor warned of, for time in which the program lay dead after a crash', async () => {
    await world.engine.upkeep.runDue()
    await fail()
    at(10)
    await observe()
    at(70)
    const next = createEngine(world.parts)
    await next.upkeep.runDue()
    await next.upkeep.observe()
    expect(await get()).toMatchObject({ failing: { failingMs: 10 * hourMs } })
    const warnings = (await notified()).filter(({ type }) => type === 'webhook.failing')
    expect(warnings.map(({ data }) => data.percent)).toEqual([0])
    at(130)
    await fail()
    await next.upkeep.observe()
    expect(await get()).toMatchObject({ status: 'active', failing: { failingMs: 70 * hourMs } })
  })

  test('is disabled although hundreds of others have failed for as long, and may stay', async () => {
    for (let count = 0; count < 200; count += 1) await world.webhook(home.id)
    const { id } = await world.webhook(home.id)
    const database = new Database(world.path)
    const set = database.prepare('UPDATE webhooks SET failing_since = ?, last_attempt_at = ? WHERE id <= ?')
    set.run(startedAt, startedAt, id)
    database.prepare('UPDATE webhooks SET last_attempt_at = ? WHERE id = ?').run(startedAt + 121 * hourMs, id)
    database.close()
    at(121)
    await observe()
    expect((await world.store.read.webhooks.get(id))?.status).toBe('disabled')
    expect((await get()).status).toBe('active')
  })

  test('is disabled neither by tests nor by failures close together', async () => {
    await fail()
    at(121)
    await world.deliveries(hook, 1, { kind: 'test' })
    await attempt({ kind: 'exhausted' })
    await observe()
    expect((await get()).status).toBe('active')
  })

  test('is told of at one hour, 50, 70 and 90 percent, each once; and that it recovered', async () => {
    await fail()
    for (const hours of [0.5, 1, 2, 60, 61, 84, 108, 109]) {
      at(hours)
      await observe()
    }
    const told = await notified()
    expect(told.map(({ type, data }) => [type, data.percent])).toEqual([
      ['webhook.failing', 0],
      ['webhook.failing', 50],
      ['webhook.failing', 70],
      ['webhook.failing', 90],
    ])
    await world.deliveries(hook, 1)
    await attempt({ kind: 'delivered' })
    await observe()
    await observe()
    expect((await notified()).map(({ type }) => type).slice(4)).toEqual(['webhook.recovered'])
  })

  test('is counted for the status bar and listed alike, as long as it is active', async () => {
    await world.webhook(home.id)
    const place = { organizationId: home.id, occasionId: null }
    const counted = async () => (await world.store.read.overview.readStatus(place)).failingWebhooks
    const listed = async () => {
      const { items } = await world.engine.operations.webhooks.list(owner, {
        ...place,
        failing: true,
        limit: 9,
      })
      return items.map(({ id }) => id)
    }
    expect([await counted(), await listed()]).toEqual([0, []])
    await fail()
    expect([await counted(), await listed()]).toEqual([1, [hook.id]])
    await world.engine.operations.webhooks.pause(owner, one())
    expect([await counted(), await listed()]).toEqual([0, []])
  })

  test('is told of once when nobody looked before: as near as it is', async () => {
    await fail()
    at(90)
    await observe()
    await observe()
    expect((await notified()).map(({ data }) => data.percent)).toEqual([70])
  })
})

describe('more failing webhooks than one round looks at', () => {
  const failingFor = (hours: number, webhooks: readonly WebhookRecord[]) => {
    const database = new Database(world.path)
    const set = database.prepare('UPDATE webhooks SET failing_since = ?, last_attempt_at = ? WHERE id = ?')
    const since = startedAt - hours * hourMs
    for (const { id } of webhooks) set.run(since, since, id)
    database.close()
  }
  const webhooks = async (count: number) => {
    const made: WebhookRecord[] = []
    for (let index = 0; index < count; index += 1) made.push(await world.webhook(home.id))
    return made
  }
  const all = async () =>
    (await world.engine.operations.notifications.list(owner, { organizationId: home.id })).toReversed()
  /** What each of the rounds tells: the ids of webhooks. */
  const inRounds = async (conditions: Conditions, rounds: number) => {
    const told: (string | null)[][] = []
    let before = (await all()).length
    for (let round = 0; round < rounds; round += 1) {
      await conditions.tell()
      const present = await all()
      told.push(present.slice(before).map(({ subjectId }) => subjectId))
      before = present.length
    }
    return told
  }

  test('are told of in the rounds that follow, so many in each', async () => {
    const [a, b, c, d, e] = (await webhooks(5)).map(({ id }) => id)
    failingFor(1, await world.store.read.webhooks.getMany([a, b, c, d, e].filter((id) => id !== undefined)))
    expect(await inRounds(createConditions(world.toolbox, 2), 4)).toEqual([[a, b], [c, d], [e], []])
  })

  test('get their turn although those before them are not to be told of, and they in theirs', async () => {
    const young = await webhooks(4)
    const old = await webhooks(2)
    failingFor(1, young)
    failingFor(3, old)
    const until = startedAt - 10 * 60_000
    await world.store.write(({ machine }) =>
      machine.addAway({ kind: 'offline', since: startedAt - hourMs, until }),
    )
    const conditions = createConditions(world.toolbox, 2)
    const ids = (of: readonly WebhookRecord[]) => of.map(({ id }) => id)
    expect(await inRounds(conditions, 4)).toEqual([[], [], ids(old), []])
    at(1)
    expect(await inRounds(conditions, 3)).toEqual([ids(young.slice(0, 2)), ids(young.slice(2)), []])
  })

  test('are each told of as near as they are, and of nothing that is past', async () => {
    const [far = hook] = await webhooks(1)
    const [near = hook] = await webhooks(1)
    failingFor(84, [far])
    failingFor(110, [near])
    expect(await inRounds(createConditions(world.toolbox, 1), 4)).toEqual([[far.id], [near.id], [], []])
    expect((await all()).map(({ data }) => data.percent)).toEqual([70, 90])
  })

  test('are told of although one of them cannot be', async () => {
    const [broken = hook, sound = hook] = await webhooks(2)
    failingFor(1, [broken, sound])
    const database = new Database(world.path)
    database.exec(`CREATE TRIGGER broken BEFORE INSERT ON notifications WHEN NEW.subject_id = '${broken.id}'
      BEGIN SELECT RAISE(ABORT, 'it is broken'); END`)
    database.close()
    await expect(createConditions(world.toolbox).tell()).rejects.toThrow('it is broken')
    expect((await all()).map(({ subjectId }) => subjectId)).toEqual([sound.id])
  })
})

describe('a probe', () => {
  const probe = () => world.engine.operations.webhooks.probeAndResume(owner, one())
  const runDue = () => world.engine.upkeep.runDue()
  const status = async (id: string) => (await world.store.read.deliveries.get(id))?.status
  const disable = () =>
    world.store.write((writer) =>
      writer.webhooks.setStatus(hook.id, { status: 'disabled', reason: 'failing', at: 1 }),
    )

  test('sends the oldest held event, resumes the webhook when it is answered, and sends it no second time', async () => {
    await disable()
    const held = await world.deliveries(hook, 2, { heldReason: 'disabled' })
    expect(await probe()).toMatchObject({ status: 'disabled', probe: { state: 'running', startedBy: 'Ada' } })
    await runDue()
    expect((await get()).status).toBe('disabled')
    await attempt({ kind: 'delivered' })
    await runDue()
    expect(await get()).toMatchObject({
      status: 'active',
      probe: { state: 'passed', deliveryId: held[0]?.id },
    })
    expect(await Promise.all(held.map(({ id }) => status(id)))).toEqual(['delivered', 'waiting'])
    expect(await world.store.read.deliveries.listAttempts(held[0]?.id ?? '')).toMatchObject([{ number: 1 }])
  })

  test('that fails leaves all as it is', async () => {
    await disable()
    const [held] = await world.deliveries(hook, 1, { heldReason: 'gone' })
    await probe()
    await attempt({ kind: 'exhausted' })
    await runDue()
    expect(await get()).toMatchObject({ status: 'disabled', probe: { state: 'failed' } })
    expect(await status(held?.id ?? '')).toBe('held')
  })

  test('sends an example where nothing is held', async () => {
    await disable()
    await probe()
    await attempt({ kind: 'delivered' })
    await runDue()
    expect(await get()).toMatchObject({ status: 'active', probe: { state: 'passed' } })
  })

  test('times out when nobody sends it', async () => {
    await disable()
    const { probe: running } = await probe()
    world.clock.advance(3 * 60_000)
    await runDue()
    expect(await get()).toMatchObject({ status: 'disabled', probe: { state: 'timed_out' } })
    expect(await status(running?.deliveryId ?? '')).toBe('discarded')
  })

  test('is not for an active webhook, nor beside another probe, nor for who may not manage it', async () => {
    await refusedWith('conflict', probe())
    await disable()
    await probe()
    await refusedWith('conflict', probe())
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const asked = world.engine.operations.webhooks.probeAndResume(staff, one())
    await refusedWith('role_not_allowed', asked)
  })
})
