import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Plan } from '#contract/vocabulary.ts'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const change = (plan: Plan) =>
  world.engine.operations.subscription.change(owner, { organizationId: home.id, plan })
const resume = ({ id: webhookId }: WebhookRecord) =>
  world.engine.operations.webhooks.resume(owner, { organizationId: home.id, webhookId })
const statusOf = async ({ id }: WebhookRecord) => (await world.store.read.webhooks.get(id))?.status
const delivery = async (made: { id: string } | undefined) => {
  const found = await world.store.read.deliveries.get(made?.id ?? '')
  return found === null ? null : { status: found.status, heldReason: found.heldReason, dueAt: found.dueAt }
}

const deny = (occasionId: string) =>
  world.override(home.id, { occasionId, capability: 'webhooks', effect: 'deny' })

describe('replays that wait', () => {
  const replay = async (hook: WebhookRecord, occasionId: string | null = null) =>
    (await world.deliveries(hook, 1, { kind: 'replay', occasionId }))[0]

  test('are held when the capability is lost, whatever the state of the webhook, and released with it', async () => {
    const hook = await world.webhook(home.id)
    const paused = await world.webhook(home.id, { status: 'paused' })
    const made = [await replay(hook), await replay(paused)]
    expect(await change('pro')).toMatchObject({ heldDeliveries: 2 })
    for (const one of made) {
      expect(await delivery(one)).toEqual({ status: 'held', heldReason: 'suspended', dueAt: null })
    }
    await change('enterprise')
    await world.engine.upkeep.sweep()
    expect(await delivery(made[0])).toMatchObject({ status: 'held' })
    await resume(hook)
    await resume(paused)
    for (const one of made) expect(await delivery(one)).toMatchObject({ status: 'waiting' })
  })

  test('are released without their webhook when the capability is back, and by nobody before', async () => {
    const { deliveries } = world.engine.operations
    const hook = await world.webhook(home.id)
    const gala = await world.occasion(home.id)
    const [event] = await world.deliveries(hook, 1)
    const made = [await replay(hook), await replay(hook, gala.id)]
    await change('pro')
    const asked = { organizationId: home.id, webhookId: hook.id }
    await refusedWith('capability_missing', deliveries.releaseReplays(owner, asked))
    await change('enterprise')
    await deny(gala.id)
    const [group] = await deliveries.held(owner, asked)
    expect(group).toMatchObject({ reason: 'suspended', webhookStatus: 'suspended', count: 3, replays: 2 })
    const { wakes } = world.delivery
    expect(await deliveries.releaseReplays(owner, asked)).toEqual({ released: 1 })
    expect(world.delivery.wakes).toBe(wakes + 1)
    const waiting = { status: 'waiting', heldReason: null, dueAt: world.clock.now() }
    expect(await delivery(made[0])).toEqual(waiting)
    expect(await delivery(made[1])).toMatchObject({ status: 'held' })
    expect(await delivery(event)).toMatchObject({ status: 'held' })
    expect(await statusOf(hook)).toBe('suspended')
    const [entry] = await world.store.read.audit.list({ organizationId: home.id, limit: 1 })
    expect(entry).toMatchObject({
      action: 'deliveries.release_replays',
      actorName: 'Ada',
      targetId: hook.id,
    })
    expect(await deliveries.releaseReplays(owner, asked)).toEqual({ released: 0 })
  })

  test('are not released while sending is switched off', async () => {
    const hook = await world.webhook(home.id, { status: 'paused' })
    await replay(hook)
    await change('pro')
    await change('enterprise')
    const off = { name: 'delivery', organizationId: null, reason: 'drill', by: 'Pat', at: 1 } as const
    await world.store.write((writer) => writer.killSwitches.switchOff(off))
    const asked = { organizationId: home.id, webhookId: hook.id }
    await refusedWith('switched_off', world.engine.operations.deliveries.releaseReplays(owner, asked))
  })

  test('are held for events of an occasion that lost it; the others go on', async () => {
    const gala = await world.occasion(home.id)
    const hook = await world.webhook(home.id, { status: 'disabled' })
    const [ofGala, ofHome] = [await replay(hook, gala.id), await replay(hook)]
    await deny(gala.id)
    await world.engine.upkeep.sweep()
    expect(await delivery(ofGala)).toMatchObject({ status: 'held', heldReason: 'suspended' })
    expect(await delivery(ofHome)).toMatchObject({ status: 'waiting' })
  })

  test('go on when the capability is back before the webhook is resumed', async () => {
    const hook = await world.webhook(home.id)
    await change('pro')
    await change('enterprise')
    const made = await replay(hook)
    await world.engine.upkeep.sweep()
    expect(await statusOf(hook)).toBe('suspended')
    expect(await delivery(made)).toMatchObject({ status: 'waiting' })
  })

  test('of an ordered webhook are released past its order', async () => {
    const hook = await world.webhook(home.id, { options: { ...defaultWebhookOptions, ordered: true } })
    const made = await replay(hook)
    await change('pro')
    await change('enterprise')
    await resume(hook)
    expect(await delivery(made)).toMatchObject({ status: 'waiting' })
    const protection = await world.store.read.webhookProtection.getMany([hook.id])
    expect(protection.get(hook.id)?.firstInOrder).toBeNull()
  })
})
