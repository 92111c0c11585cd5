import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import type { DeliveryRecord, WebhookRecord } from '#main/store/interface.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'

let host: SeededHost
beforeAll(async () => {
  host = await startSeededHost()
})
afterAll(() => host?.stop())

const discard = { method: 'POST', path: '/v1/webhooks/{webhookId}/discard' }
const releaseReplays = { method: 'POST', path: '/v1/webhooks/{webhookId}/release-replays' }

const statusOf = async (delivery: DeliveryRecord | undefined) =>
  (await host.world.store.read.deliveries.get(delivery?.id ?? ''))?.status
const lastEntry = async ({ organizationId }: WebhookRecord) =>
  (await host.world.store.read.audit.list({ organizationId, limit: 1 }))[0]

/** A paused webhook, and calls that name it. */
const pausedWebhook = async () => {
  const { world, wire } = host
  const { id: organizationId } = await world.organization()
  const webhook = await world.webhook(organizationId, { status: 'paused' })
  const callWith = async (scope: ApiKeyScope) => {
    const { secret } = await world.key(organizationId, { name: 'ci', scopes: [scope] })
    return (route: typeof discard, input: Record<string, unknown> = {}) =>
      wire.tenant(secret, route, { webhookId: webhook.id, ...input })
  }
  return { webhook, call: await callWith('api'), manage: await callWith('admin') }
}

describe('what a webhook holds', () => {
  test('is discarded by a key that may manage webhooks: all, of a reason, or single ones, and only with a note', async () => {
    const { webhook, call, manage } = await pausedWebhook()
    const paused = await host.world.deliveries(webhook, 3, { heldReason: 'paused' })
    const [offline] = await host.world.deliveries(webhook, 1, { heldReason: 'offline' })
    expect(await call(discard, { note: 'old' })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', decision: { action: 'deliveries.release' } },
    })
    expect(await manage(discard)).toMatchObject({ status: 422, body: { errors: [{ path: '/note' }] } })
    const one = { deliveryIds: [paused[1]?.id], note: 'a test of ours' }
    expect(await manage(discard, one)).toEqual({ status: 200, body: { discarded: 1 } })
    expect(await Promise.all(paused.map(statusOf))).toEqual(['held', 'discarded', 'held'])
    expect(await lastEntry(webhook)).toMatchObject({
      action: 'deliveries.discard',
      actorKind: 'api_key',
      actorName: 'ci',
      targetId: webhook.id,
    })
    const ofReason = { reason: 'paused', note: 'too old by now' }
    expect(await manage(discard, ofReason)).toEqual({ status: 200, body: { discarded: 2 } })
    expect(await statusOf(offline)).toBe('held')
    expect(await manage(discard, { note: 'all of it' })).toEqual({ status: 200, body: { discarded: 1 } })
    expect(await manage(discard, { note: 'again' })).toEqual({ status: 200, body: { discarded: 0 } })
  })

  test('has its replays released by a key that may manage webhooks, whatever the state of the webhook', async () => {
    const { webhook, call, manage } = await pausedWebhook()
    const replays = await host.world.deliveries(webhook, 2, { kind: 'replay', heldReason: 'suspended' })
    const [event] = await host.world.deliveries(webhook, 1, { heldReason: 'suspended' })
    await host.world.store.write((writer) =>
      writer.deliveries.replayTo(
        'http://127.0.0.1:9/',
        replays.map(({ id }) => id),
      ),
    )
    expect(await call(releaseReplays)).toMatchObject({ status: 403, body: { code: 'scope_missing' } })
    expect(await manage(releaseReplays)).toEqual({ status: 200, body: { released: 2 } })
    expect(await lastEntry(webhook)).toMatchObject({
      action: 'deliveries.release_replays',
      actorName: 'ci',
      after: JSON.stringify({ released: 2 }),
    })
    for (const replay of replays) expect(await statusOf(replay)).not.toBe('held')
    expect(await statusOf(event)).toBe('held')
    expect(await manage(releaseReplays)).toEqual({ status: 200, body: { released: 0 } })
  })
})
