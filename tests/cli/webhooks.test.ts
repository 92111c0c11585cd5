import { expect, test } from 'vitest'
import { z } from 'zod'
import { webhookSchema, webhookSecretSchema } from '#contract/webhooks.ts'
import { runHostOfAda } from '../host/running-host.ts'
import { createdSchema, failingOn, installation, on, run } from './run.ts'

const deliveriesSchema = z.object({ items: z.array(z.object({ id: z.string() })) })
const slow = { timeout: 60_000 }

test('a webhook is made paused, resumed, paused and deleted', slow, async () => {
  const directory = await installation()
  const ok = on(directory)
  const make = ['webhooks', 'create', '--url', 'https://example.com/hook', '--events', 'order.*', '--paused']
  const { id } = createdSchema.parse(await ok(...make))
  const sendOne = () => ok('events', 'send', '--type', 'order.paid', '--example')
  await sendOne()
  const show = async () => webhookSchema.parse(await ok('webhooks', 'show', id))
  expect(await show()).toMatchObject({ status: 'paused', recent: { held: 1, waiting: 0 } })
  expect(await ok('webhooks', 'resume', id, '--keep-held')).toMatchObject({ recent: { held: 1, waiting: 0 } })
  await ok('webhooks', 'pause', id)
  expect(await ok('webhooks', 'resume', id)).toMatchObject({ recent: { held: 0, waiting: 1 } })
  await ok('webhooks', 'pause', id)
  expect(await ok('webhooks', 'probe', id)).toMatchObject({ probe: { state: 'running' } })
  const told = await run(['webhooks', 'show', id, '--data-dir', directory])
  expect(told.out).toMatch(/^probe +running: delivery dlv_\w+, since \d{4}-/m)
  expect(await ok('webhooks', 'delete', id)).toEqual({ deleted: 1 })
})

test(
  'a signing secret is rotated, once more only when forced, and its overlap extended and ended',
  slow,
  async () => {
    const directory = await installation()
    const ok = on(directory)
    const make = ['webhooks', 'create', '--url', 'https://example.com/hook', '--events', 'order.*']
    const { id, secret } = createdSchema.parse(await ok(...make))
    const rotatedSchema = z.object({ secret: z.string(), secrets: z.array(webhookSecretSchema) })
    const rotated = rotatedSchema.parse(await ok('webhooks', 'rotate', id, '--overlap-hours', '2'))
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.secrets).toMatchObject([{ expiresAt: null }, { tail: secret.slice(-4) }])
    expect(await failingOn(directory)('webhooks', 'rotate', id)).toMatchObject({ code: 'conflict' })
    const again = rotatedSchema.parse(await ok('webhooks', 'rotate', id, '--force'))
    expect(again.secrets).toHaveLength(3)
    const { secrets } = webhookSchema.parse(
      await ok('webhooks', 'extend-overlap', id, '--overlap-hours', '48'),
    )
    expect(secrets.slice(1).every(({ expiresAt }) => (expiresAt ?? 0) > Date.now() + 47 * 3_600_000)).toBe(
      true,
    )
    expect(await ok('webhooks', 'end-overlap', id)).toMatchObject({ secrets: [{ expiresAt: null }] })
  },
)

test(
  'what keeps a delivery waiting is told: one before it in an order, which is skipped for a reason, and an open breaker',
  slow,
  async () => {
    const { host, allowLoopback } = await runHostOfAda()
    await allowLoopback()
    const ok = on(host.dataDirectory)
    const nobody = 'http://127.0.0.1:9/hook'
    const make = ['webhooks', 'create', '--url', nobody, '--events', 'order.*', '--ordered']
    const { id } = createdSchema.parse(await ok(...make))
    for (let sent = 0; sent < 2; sent += 1) await ok('events', 'send', '--type', 'order.paid', '--example')
    const show = async () => webhookSchema.parse(await ok('webhooks', 'show', id))
    await expect.poll(async () => (await show()).blockedBy?.waiting, { timeout: 10_000 }).toBe(1)
    const blocking = (await show()).blockedBy?.deliveryId ?? ''
    const told = await run(['webhooks', 'show', id, '--data-dir', host.dataDirectory])
    expect(told.out).toMatch(new RegExp(`blocked by +${blocking}: 1 waits behind it`))
    const { items } = deliveriesSchema.parse(await ok('deliveries', 'list', '--webhook', id))
    const behind = items.find((delivery) => delivery.id !== blocking)
    const shown = await run(['deliveries', 'show', behind?.id ?? '', '--data-dir', host.dataDirectory])
    expect(shown.out).toMatch(
      /status +waiting \(order\)\nwaits for +its webhook is ordered, and one before it failed\n/,
    )
    const other = ['webhooks', 'create', '--url', nobody, '--events', 'ticket.*', '--schedule', '0,1h']
    const { id: tried } = createdSchema.parse(await ok(...other))
    for (let sent = 0; sent < 10; sent += 1)
      await ok('events', 'send', '--type', 'ticket.issued', '--example')
    const isOpen = async () => webhookSchema.parse(await ok('webhooks', 'show', tried)).breaker.state
    await expect.poll(isOpen, { timeout: 10_000 }).toBe('open')
    const waiting = deliveriesSchema.parse(await ok('deliveries', 'list', '--webhook', tried)).items[0]
    const later = await run(['deliveries', 'show', waiting?.id ?? '', '--data-dir', host.dataDirectory])
    expect(later.out).toMatch(
      /waits for +the circuit breaker of its webhook is open; a probe goes out from \d{4}-\S+Z on\n/,
    )
    await ok('deliveries', 'skip', blocking, '--reason', 'the order was a test')
    expect((await show()).blockedBy?.deliveryId).not.toBe(blocking)
  },
)
