import { expect, test } from 'vitest'
import { z } from 'zod'
import { recoveryPlanSchema, recoverySchema } from '#contract/recoveries.ts'
import { heldGroupSchema, releaseSchema } from '#contract/releases.ts'
import { dataDirectory, runHost } from '../host/running-host.ts'
import { failingOn, on } from './run.ts'

const itemsSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string().optional() })) })
const madeSchema = z.strictObject({ deliveryId: z.string() })
const inHall = ['--organization', 'Harbour Hall']

/** The demo workspace, on which no host runs any more. One of its webhooks is active again and keeps what it held. */
const demoDirectory = async (): Promise<{ directory: string; activeId: string; pausedId: string }> => {
  const host = await runHost({ dataDirectory: await dataDirectory(), demo: true })
  const { client } = host.browser()
  await client.session.signInWithCode({
    code: new URL((await host.signInUrl()) ?? '').searchParams.get('code') ?? '',
  })
  const state = await client.session.current()
  const organizations = state.state === 'signed_in' ? state.organizations : []
  const organizationId = organizations.find(({ name }) => name === 'Harbour Hall')?.id ?? ''
  const { items } = await client.webhooks.list({ organizationId, limit: 50 })
  const idOf = (name: string) => items.find((webhook) => webhook.name === name)?.id ?? ''
  const activeId = idOf('Old ticket shop')
  await client.webhooks.resume({ organizationId, webhookId: activeId, keepHeld: true })
  await host.stop()
  return { directory: host.dataDirectory, activeId, pausedId: idOf('Newsletter') }
}

test('what is held is counted, released and discarded; what was missed is recovered', {
  timeout: 60_000,
}, async () => {
  const { directory, activeId, pausedId } = await demoDirectory()
  const ok = on(directory)
  const failing = failingOn(directory)
  const heldFor = async (webhookId: string) =>
    z.array(heldGroupSchema).parse(await ok('deliveries', 'held', ...inHall, '--webhook', webhookId))

  const [paused] = await heldFor(pausedId)
  const count = paused?.count ?? 0
  expect(paused).toMatchObject({ reason: 'paused', webhookName: 'Newsletter', release: null })
  const ofPaused = ['--status', 'held', '--webhook', pausedId, '--limit', '1']
  const { items } = itemsSchema.parse(await ok('deliveries', 'list', ...inHall, ...ofPaused))
  const one = items[0]?.id ?? ''
  const discard = ['deliveries', 'discard', pausedId, ...inHall, '--delivery', one, '--note', 'a duplicate']
  expect(await ok(...discard)).toEqual({ discarded: 1 })
  expect((await heldFor(pausedId))[0]).toMatchObject({ count: count - 1 })
  expect(await failing('deliveries', 'release', pausedId, ...inHall)).toMatchObject({ code: 'conflict' })
  const release = releaseSchema.parse(
    await ok('deliveries', 'release', activeId, ...inHall, '--per-second', '7'),
  )
  expect(release).toMatchObject({ state: 'running', perSecond: 7 })
  expect((await heldFor(activeId))[0]?.release).toMatchObject({ id: release.id })
  for (const [verb, state] of [
    ['pause-release', 'paused'],
    ['resume-release', 'running'],
    ['cancel-release', 'cancelled'],
  ] as const) {
    expect(await ok('deliveries', verb, release.id, ...inHall)).toMatchObject({ state })
  }
  expect(await ok('deliveries', 'release', pausedId, ...inHall, '--resume')).toMatchObject({
    total: count - 1,
  })
  expect((await heldFor(pausedId))[0]).toMatchObject({ webhookStatus: 'active', count: count - 1 })

  const discarded = ['--status', 'discarded']
  const plan = recoveryPlanSchema.parse(await ok('recoveries', 'plan', pausedId, ...inHall, ...discarded))
  expect(plan).toMatchObject({ count: 1, leftOut: 0 })
  const elsewhere = ['--url', 'http://192.168.0.9/hook']
  const replay = ['deliveries', 'replay', one, ...inHall, ...elsewhere]
  expect(await failing(...replay)).toMatchObject({ code: 'destination_blocked' })
  expect(await ok('deliveries', 'release-replays', pausedId, ...inHall)).toEqual({ released: 0 })
  const start = ['recoveries', 'start', ...discarded, ...inHall]
  expect(await failing(...start, pausedId, ...elsewhere)).toMatchObject({ code: 'destination_blocked' })

  const { deliveryId } = madeSchema.parse(await ok('deliveries', 'resend', one, ...inHall))
  expect(deliveryId).not.toBe(one)
  await ok('deliveries', 'discard', activeId, ...inHall, '--note', 'the shop is closed')
  const started = recoverySchema.parse(await ok(...start, activeId, '--no-canary'))
  expect(started).toMatchObject({ webhookId: activeId, state: 'running', queued: 0 })
  for (const [verb, state] of [
    ['pause', 'paused'],
    ['resume', 'running'],
    ['cancel', 'cancelled'],
  ] as const) {
    expect(await ok('recoveries', verb, started.id, ...inHall)).toMatchObject({ state })
  }
  expect(await ok('recoveries', 'list', activeId, ...inHall)).toMatchObject([
    { id: started.id, state: 'cancelled' },
  ])
})
