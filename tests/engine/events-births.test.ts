import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Capability, HeldReason, OverrideEffect } from '#contract/vocabulary.ts'
import { createIntake, type Intake } from '#main/engine/events/intake.ts'
import type { WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'
import type { Key } from '../support/makers.ts'
import { registered } from './event-inputs.ts'

let fixture: EngineFixture
let intake: Intake
let organizationId: string
let key: Key

const start = async (over?: Parameters<typeof engineFixture>[0]) => {
  fixture = engineFixture(over)
  intake = createIntake(fixture.toolbox)
  organizationId = (await fixture.organization()).id
  key = await fixture.key(organizationId)
}

/** How the delivery of an event is born. */
const birth = async (occasionId?: string) => {
  const { id, deliveries } = await intake.accept(key, organizationId, registered({ occasionId }))
  expect(deliveries).toBe(1)
  const { rows } = await fixture.store.read.deliveries.list({ organizationId, eventId: id, limit: 10 })
  return rows[0] ?? expect.fail('no delivery')
}
const due = { status: 'waiting', heldReason: null, dueAt: startMs }
const held = (heldReason: HeldReason) => ({ status: 'held', heldReason, dueAt: null })

const override = (
  capability: Capability,
  effect: OverrideEffect,
  occasionId: string | null,
  endsAt?: number,
) => fixture.override(organizationId, { occasionId, capability, effect, endsAt: endsAt ?? null })
const switchOff = (where: string | null) =>
  fixture.store.write((writer) =>
    writer.killSwitches.switchOff({
      name: 'delivery',
      organizationId: where,
      reason: 'incident',
      by: 'Pat',
      at: startMs,
    }),
  )

describe('a new delivery', () => {
  beforeEach(() => start())
  afterEach(() => fixture.close())

  it.each<[Partial<WebhookRecord>, HeldReason | null]>([
    [{ status: 'active' }, null],
    [{ status: 'paused' }, 'paused'],
    [{ status: 'disabled', statusReason: 'failing for 120 h' }, 'disabled'],
    [{ status: 'disabled', statusReason: 'gone' }, 'gone'],
    [{ status: 'suspended', statusReason: 'plan' }, 'suspended'],
  ])('of a webhook %j is held for %s', async (options, reason) => {
    await fixture.webhook(organizationId, options)
    expect(await birth()).toMatchObject(reason === null ? due : held(reason))
    expect(fixture.delivery.wakes).toBe(reason === null ? 1 : 0)
  })

  it('is held while the switch delivery is off, for everybody or for the organization', async () => {
    await fixture.webhook(organizationId)
    await switchOff(organizationId)
    expect(await birth()).toMatchObject(held('switched_off'))
    await fixture.store.write((writer) => writer.killSwitches.switchOn('delivery', organizationId))
    expect(await birth()).toMatchObject(due)
    await switchOff(null)
    expect(await birth()).toMatchObject(held('switched_off'))
  })

  it('is not held by the switch of another organization', async () => {
    await fixture.webhook(organizationId)
    await switchOff((await fixture.organization()).id)
    expect(await birth()).toMatchObject(due)
  })

  it('of a paused webhook is held as paused, whatever is switched off', async () => {
    await fixture.webhook(organizationId, { status: 'paused' })
    await switchOff(null)
    expect(await birth()).toMatchObject(held('paused'))
  })

  it('is held as suspended without the capability, even while the switch is off', async () => {
    await fixture.webhook(organizationId)
    await override('webhooks', 'deny', null)
    await switchOff(organizationId)
    expect(await birth()).toMatchObject(held('suspended'))
  })

  it('is held from the end of a trial on', async () => {
    const pro = await fixture.organization({ plan: 'pro' })
    organizationId = pro.id
    key = await fixture.key(pro.id)
    await fixture.webhook(pro.id)
    await override('api_access', 'grant', null)
    await override('webhooks', 'grant', null, startMs + 1_000)
    expect(await birth()).toMatchObject(due)
    fixture.clock.advance(1_000)
    expect(await birth()).toMatchObject(held('suspended'))
  })

  it('of an event of an occasion without the capability is held, also for a webhook of the organization', async () => {
    const gala = await fixture.occasion(organizationId)
    await fixture.webhook(organizationId)
    await override('webhooks', 'deny', gala.id)
    expect(await birth(gala.id)).toMatchObject(held('suspended'))
    expect(await birth()).toMatchObject(due)
  })

  it('goes out where only the occasion has the capability, for its own webhooks alone', async () => {
    const pro = await fixture.organization({ plan: 'pro' })
    organizationId = pro.id
    key = await fixture.key(pro.id)
    const gala = await fixture.occasion(pro.id)
    const ofGala = await fixture.webhook(pro.id, { occasionId: gala.id })
    await override('api_access', 'grant', null)
    await override('webhooks', 'grant', gala.id)
    expect(await birth(gala.id)).toMatchObject(due)
    await fixture.store.write((writer) => writer.webhooks.delete(ofGala.id, startMs))
    await fixture.webhook(pro.id)
    expect(await birth(gala.id)).toMatchObject(held('suspended'))
  })
})

describe('what another process changed', () => {
  let files: FileStore
  beforeEach(async () => {
    files = await fileStore()
    await start({ store: files.connect() })
  })
  afterEach(() => files.remove())

  it('counts from the very next event on: a paused and a deleted webhook, a new one, a lost plan', async () => {
    const other = files.connect()
    const webhook = await fixture.webhook(organizationId)
    expect(await birth()).toMatchObject(due)
    const paused = { status: 'paused', reason: null, at: startMs } as const
    await other.write((writer) => writer.webhooks.setStatus(webhook.id, paused))
    expect(await birth()).toMatchObject(held('paused'))
    await other.write((writer) => writer.webhooks.delete(webhook.id, startMs))
    expect(await intake.accept(key, organizationId, registered())).toMatchObject({ deliveries: 0 })
    const { id: _id, ...same } = webhook
    const added = { ...same, id: fixture.toolbox.ids.next('whk') }
    await other.write((writer) => writer.webhooks.insert(added))
    expect(await birth()).toMatchObject({ ...due, webhookId: added.id })
    await other.write((writer) => writer.organizations.setPlan(organizationId, 'free'))
    await expect(intake.accept(key, organizationId, registered())).rejects.toMatchObject({
      code: 'capability_missing',
    })
  })

  it('an accepted event is there for every other process at once', async () => {
    await fixture.webhook(organizationId)
    const { id } = await intake.accept(key, organizationId, registered())
    const other = files.connect()
    expect(await other.read.events.get(id)).toMatchObject({ id })
    expect((await other.read.deliveries.list({ organizationId, eventId: id, limit: 10 })).rows).toHaveLength(
      1,
    )
  })
})
