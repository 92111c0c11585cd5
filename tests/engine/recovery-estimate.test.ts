import { expect, test } from 'vitest'
import { defaultWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import { msPerDelivery, msPerReplay } from '#main/engine/recoveries/estimate.ts'

test.each<[string, Partial<WebhookOptions>, number, number]>([
  ['no more than a recovery makes each second', {}, 4, 10],
  ['the time of its attempts, shared by those at once', {}, 800, 50],
  ['the time of its attempts, one after the other when it is ordered', { ordered: true }, 800, 800],
  ['its throttle', { throttle: { count: 20, seconds: 60 } }, 800, 3_000],
  ['its attempts rather than a generous throttle', { throttle: { count: 1_000, seconds: 1 } }, 800, 50],
])('a recovery is slowed down by %s', (_what, options, meanAttemptMs, expected) => {
  const webhook = { concurrency: 16, options: { ...defaultWebhookOptions, ...options } }
  expect(msPerDelivery(webhook, meanAttemptMs)).toBe(expected)
})

test('to another address it is not slowed down by order and throttle, which replays go past', () => {
  const options = { ...defaultWebhookOptions, ordered: true, throttle: { count: 1, seconds: 60 } }
  const webhook = { concurrency: 16, options }
  expect(msPerReplay(webhook, 800)).toBe(50)
  expect(msPerReplay(webhook, 4)).toBe(10)
})
