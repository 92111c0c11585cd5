import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord, WebhookRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { anonymous, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { shown } from '../support/shown.ts'

const hourMs = 3_600_000

let world: EngineFixture
let home: OrganizationRecord
let owner: Person
let hook: WebhookRecord

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id)
  hook = await world.webhook(home.id)
})
afterEach(() => world.close())

const webhooks = () => world.engine.operations.webhooks
const one = () => ({ organizationId: home.id, webhookId: hook.id })
const rotate = (over = {}) =>
  webhooks().rotateSecret(owner, { ...one(), overlapHours: 24, force: false, ...over })
const secrets = async () => (await webhooks().get(owner, one())).secrets
const ends = async () => (await secrets()).map(({ expiresAt }) => expiresAt)
const lastEntry = async () => (await world.store.read.audit.list({ organizationId: home.id, limit: 1 }))[0]

describe('a rotation', () => {
  test('answers the new secret once, and lets the old one sign until the overlap ends', async () => {
    const [old] = await secrets()
    world.clock.advance(hourMs)
    const rotated = await rotate()
    expect(world.delivery.reconsiders).toBe(1)
    const { webhook } = rotated
    const secret = shown(rotated)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(webhook.secrets).toEqual([
      {
        id: expect.any(String),
        algorithm: 'hmac',
        tail: secret.slice(-4),
        publicKey: null,
        createdAt: world.clock.now(),
        expiresAt: null,
      },
      { ...old, expiresAt: world.clock.now() + 24 * hourMs },
    ])
    expect(JSON.stringify(await webhooks().get(owner, one()))).not.toContain(secret.slice(6, 40))
  })

  test('leaves nothing of the old secret when its time is over', async () => {
    const { webhook } = await rotate()
    world.clock.advance(24 * hourMs)
    expect(await secrets()).toEqual(webhook.secrets.slice(0, 1))
    expect(await world.store.read.webhooks.listSecrets([hook.id])).toHaveLength(2)
    await world.engine.housekeeping.run()
    expect(await world.store.read.webhooks.listSecrets([hook.id])).toHaveLength(1)
  })

  test('without overlap ends all older secrets at once', async () => {
    await rotate()
    const { webhook } = await rotate({ overlapHours: 0, force: true })
    expect(webhook.secrets).toHaveLength(1)
    expect(await world.store.read.webhooks.listSecrets([hook.id])).toHaveLength(1)
  })

  test('inside an overlap is refused, and done when it is forced: what was promised to the oldest holds', async () => {
    await rotate()
    const firstEnd = world.clock.now() + 24 * hourMs
    world.clock.advance(hourMs)
    await refusedWith('conflict', rotate())
    expect(await ends()).toEqual([null, firstEnd])
    await rotate({ force: true, overlapHours: 1 })
    expect(await ends()).toEqual([null, world.clock.now() + hourMs, firstEnd])
  })

  test('never makes more than five secrets sign', async () => {
    for (let count = 1; count < 5; count += 1) await rotate({ force: true })
    await refusedWith('conflict', rotate({ force: true }))
    expect(await secrets()).toHaveLength(5)
    expect((await rotate({ force: true, overlapHours: 0 })).webhook.secrets).toHaveLength(1)
  })

  test('is told in the audit log by the ids of the secrets, never by what they are', async () => {
    const [old] = await secrets()
    const rotated = await rotate()
    const { webhook } = rotated
    const entry = await lastEntry()
    expect(entry).toMatchObject({ action: 'webhooks.rotate_secret', targetId: hook.id })
    expect(JSON.parse(entry?.before ?? '')).toEqual({ secretIds: [old?.id] })
    expect(JSON.parse(entry?.after ?? '')).toEqual({
      secretId: webhook.secrets[0]?.id,
      algorithm: 'hmac',
      overlapEndsAt: world.clock.now() + 24 * hourMs,
      forced: false,
    })
    expect(JSON.stringify(entry)).not.toContain(shown(rotated).slice(6))
  })
})

describe('an overlap', () => {
  test('is extended from now on, and never cut short by it', async () => {
    await rotate()
    const firstEnd = world.clock.now() + 24 * hourMs
    await webhooks().extendOverlap(owner, { ...one(), overlapHours: 1 })
    expect(await ends()).toEqual([null, firstEnd])
    world.clock.advance(23 * hourMs)
    await webhooks().extendOverlap(owner, { ...one(), overlapHours: 168 })
    expect(await ends()).toEqual([null, world.clock.now() + 168 * hourMs])
    expect((await lastEntry())?.action).toBe('webhooks.extend_overlap')
  })

  test('is ended at once, for good', async () => {
    const { webhook } = await rotate()
    expect((await webhooks().endOverlap(owner, one())).secrets).toEqual(webhook.secrets.slice(0, 1))
    expect((await lastEntry())?.action).toBe('webhooks.end_overlap')
    world.clock.advance(-hourMs)
    expect(await secrets()).toHaveLength(1)
  })

  test('that is not there can be neither extended nor ended', async () => {
    await refusedWith('conflict', webhooks().extendOverlap(owner, { ...one(), overlapHours: 1 }))
    await refusedWith('conflict', webhooks().endOverlap(owner, one()))
    await rotate()
    world.clock.advance(24 * hourMs)
    await refusedWith('conflict', webhooks().endOverlap(owner, one()))
  })
})

test('nobody changes secrets who may not manage the webhook', async () => {
  const away = await world.organization()
  const stranger = await world.person(away.id)
  const member = await world.person(home.id, { organizationRole: 'member' })
  const rotation = { ...one(), overlapHours: 24, force: false }
  await refusedWith('not_signed_in', webhooks().rotateSecret(anonymous, rotation))
  await refusedWith('organization_role_not_allowed', webhooks().rotateSecret(member, rotation))
  await refusedWith('organization_role_not_allowed', webhooks().endOverlap(member, one()))
  await refusedWith('not_found', webhooks().rotateSecret(stranger, { ...rotation, organizationId: away.id }))
  expect(await secrets()).toHaveLength(1)
})

test('a test with the newest secret alone is marked so, and told in the audit log', async () => {
  await webhooks().sendTest(owner, { ...one(), eventType: 'order.paid', newestSecretOnly: true })
  expect(JSON.parse((await lastEntry())?.after ?? '')).toMatchObject({ newestSecretOnly: true })
})

describe('a key pair', () => {
  test('is made for a webhook that wants one: the public key is shown at any time, the private one never', async () => {
    const rotated = await rotate({ algorithm: 'ed25519' })
    expect(rotated.secret).toBeNull()
    const [newest, old] = await secrets()
    expect(newest).toMatchObject({
      algorithm: 'ed25519',
      publicKey: expect.stringMatching(/^whpk_[\w+/]{43}=$/),
    })
    expect(newest?.tail).toBe(newest?.publicKey?.slice(-4))
    expect(old).toMatchObject({ algorithm: 'hmac', publicKey: null })
    const told = JSON.stringify([rotated, await lastEntry()])
    expect(told).not.toContain('whsk_')
  })

  test('is followed by another one unless the rotation says otherwise', async () => {
    const once = { overlapHours: 0 }
    await rotate({ ...once, algorithm: 'ed25519' })
    expect(await secrets()).toMatchObject([{ algorithm: 'ed25519' }])
    await rotate(once)
    expect(await secrets()).toMatchObject([{ algorithm: 'ed25519' }])
    expect(shown(await rotate({ ...once, algorithm: 'hmac' }))).toMatch(/^whsec_/)
  })
})
