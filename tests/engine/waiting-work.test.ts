import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recoveryWaitingMax } from '#contract/recoveries.ts'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import { type QueueFixture, queueFixture } from '../support/work-queue.ts'

let world: QueueFixture

beforeEach(async () => {
  world = await queueFixture()
})
afterEach(() => world.close())

const operations = () => world.engine.operations
const runDue = () => {
  world.clock.advance(1_000)
  return world.engine.upkeep.runDue()
}
const switchOff = ({ id: organizationId }: OrganizationRecord) =>
  world.store.write((writer) =>
    writer.killSwitches.switchOff({ name: 'delivery', organizationId, reason: 'drill', by: 'Pat', at: 1 }),
  )

const startRelease = async (webhook: WebhookRecord) => {
  const { organizationId, id: webhookId } = webhook
  const owner = await world.person(organizationId)
  await world.deliveries(webhook, 1, { heldReason: 'paused' })
  return operations().deliveries.release(owner, { organizationId, webhookId, perSecond: 1 })
}
const startRecovery = async (webhook: WebhookRecord, { canary = false, count = 1 } = {}) => {
  const { organizationId, id: webhookId } = webhook
  const owner = await world.person(organizationId)
  await world.deliveries(webhook, count, { status: 'exhausted', dueAt: null, finishedAt: 1, attempts: 10 })
  const filter = { since: startMs, until: startMs + 3_600_000, statuses: ['exhausted' as const] }
  world.clock.advance(1)
  return operations().recoveries.start(owner, { organizationId, webhookId, canary, ...filter })
}
const releaseState = async (id: string) => (await world.store.read.releases.get(id))?.state
const recoveryState = async (id: string) => (await world.store.read.recoveries.get(id))?.state

/** From now on these rows cannot be changed. */
const breakUpdates = (table: string, ids: readonly string[]): void => {
  const database = new Database(world.path)
  const those = ids.map((id) => `'${id}'`).join()
  database.exec(`CREATE TRIGGER broken BEFORE UPDATE ON ${table} WHEN NEW.id IN (${those})
    BEGIN SELECT RAISE(ABORT, 'it is broken'); END`)
  database.close()
}

/** How often it wrote while the given seconds went by. */
const writesIn = async (seconds: number): Promise<number> => {
  const write = vi.spyOn(world.store, 'write')
  for (let second = 0; second < seconds; second += 1) await runDue()
  const count = write.mock.calls.length
  write.mockRestore()
  return count
}
const run = (sql: string, ...values: unknown[]): void => {
  const database = new Database(world.path)
  database.prepare(sql).run(...values)
  database.close()
}

describe.each([
  ['releases', startRelease, releaseState],
  ['recoveries', startRecovery, recoveryState],
])('%s', (table, start, stateOf) => {
  test('go on although a hundred older ones wait where sending is switched off, which writes nothing', async () => {
    const silent = await world.organization()
    const waiting: string[] = []
    for (let count = 0; count < 100; count += 1) {
      waiting.push((await start(await world.webhook(silent.id))).id)
    }
    await switchOff(silent)
    const { id } = await start(await world.webhook((await world.organization()).id))
    await runDue()
    expect(await stateOf(id)).toBe('done')
    expect(await writesIn(1)).toBe(0)
    expect(new Set(await Promise.all(waiting.map(stateOf)))).toEqual(new Set(['running']))
  })

  test('go on although one before them fails each time; that is told, and so is every other failure', async () => {
    const home = await world.organization()
    const [first, second, last] = [
      await start(await world.webhook(home.id)),
      await start(await world.webhook(home.id)),
      await start(await world.webhook(home.id)),
    ]
    breakUpdates(table, [first.id, second.id])
    await expect(runDue()).rejects.toThrow(
      expect.objectContaining({
        message: '2 failed. The first: it is broken',
        errors: [expect.any(Error), expect.any(Error)],
      }),
    )
    expect(await stateOf(last.id)).toBe('done')
    expect(await stateOf(first.id)).toBe('running')
    expect(world.delivery.wakes).toBeGreaterThan(0)
  })
})

describe('without a write', () => {
  const deliver = (id: string | null) =>
    run(`UPDATE deliveries SET status = 'delivered', attempts = 1, due_at = NULL WHERE id = ?`, id)
  let webhook: WebhookRecord
  beforeEach(async () => {
    webhook = await world.webhook((await world.organization()).id)
    // What the program writes when it begins.
    await runDue()
  })

  test('a canary that is under way is waited for; one write follows from its outcome', async () => {
    const { id, canaryDeliveryId } = await startRecovery(webhook, { canary: true, count: 3 })
    expect(await writesIn(3)).toBe(0)
    expect(await recoveryState(id)).toBe('canary')
    deliver(canaryDeliveryId)
    expect(await writesIn(2)).toBe(1)
    expect(await world.store.read.recoveries.get(id)).toMatchObject({ state: 'done', queued: 3 })
  })

  test('as many as may wait are waited for, also when the canary has arrived', async () => {
    await world.deliveries(webhook, recoveryWaitingMax)
    const { id, canaryDeliveryId } = await startRecovery(webhook, { canary: true, count: 3 })
    deliver(canaryDeliveryId)
    expect(await writesIn(3)).toBe(1)
    expect(await world.store.read.recoveries.get(id)).toMatchObject({ state: 'running', queued: 1 })
    run(`UPDATE deliveries SET status = 'delivered', due_at = NULL WHERE status = 'waiting'`)
    expect(await writesIn(2)).toBe(1)
    expect(await recoveryState(id)).toBe('done')
  })

  test('a probe that is under way is waited for; one write ends it', async () => {
    const owner = await world.person(webhook.organizationId)
    await world.store.write((writer) =>
      writer.webhooks.setStatus(webhook.id, { status: 'disabled', reason: 'failing', at: 1 }),
    )
    const { organizationId, id: webhookId } = webhook
    const { probe } = await operations().webhooks.probeAndResume(owner, { organizationId, webhookId })
    expect(await writesIn(3)).toBe(0)
    run(`UPDATE deliveries SET status = 'exhausted', due_at = NULL WHERE id = ?`, probe?.deliveryId)
    expect(await writesIn(2)).toBe(1)
    const present = await operations().webhooks.get(owner, { organizationId, webhookId })
    expect(present.probe?.state).toBe('failed')
  })

  test('the time is waited for that the rate of a release asks for', async () => {
    const { id } = await startRelease(webhook)
    const write = vi.spyOn(world.store, 'write')
    world.clock.advance(999)
    await world.engine.upkeep.runDue()
    expect(write).not.toHaveBeenCalled()
    world.clock.advance(1)
    await world.engine.upkeep.runDue()
    expect(write).toHaveBeenCalledOnce()
    expect(await releaseState(id)).toBe('done')
  })
})

test('a trial ends although the end of one before it cannot be recorded', async () => {
  for (let count = 0; count < 2; count += 1) {
    const { id } = await world.organization()
    await world.override(id, { capability: 'api_access', effect: 'grant', endsAt: startMs + 1 + count })
  }
  const ended = async () =>
    (await world.store.read.capabilities.listEnded(startMs + 9, 9)).map(({ id }) => id)
  const [first = '', second] = await ended()
  expect(second).toBeDefined()
  breakUpdates('capability_overrides', [first])
  await expect(runDue()).rejects.toThrow('it is broken')
  expect(await ended()).toEqual([first])
})

test('a failing webhook is disabled although one before it cannot be', async () => {
  const home = await world.organization()
  const [broken, sound] = [await world.webhook(home.id), await world.webhook(home.id)]
  const database = new Database(world.path)
  const lastAt = startMs + 121 * 3_600_000
  database.prepare('UPDATE webhooks SET failing_since = ?, last_attempt_at = ?').run(startMs, lastAt)
  database.close()
  breakUpdates('webhooks', [broken.id])
  world.clock.set(lastAt)
  await expect(world.engine.upkeep.observe()).rejects.toThrow('it is broken')
  const disabled = await world.store.read.webhooks.listOfStatus(home.id, 'disabled')
  expect(disabled.map(({ id }) => id)).toEqual([sound.id])
  expect(world.delivery.reconsiders).toBe(1)
})
