import { recoveredPerSecond } from '#contract/recoveries.ts'
import type { WebhookRecord } from '#main/store/interface.ts'

/** How long a webhook needs for each of many deliveries, ms, by whatever slows it down most. */
export const msPerDelivery = (
  { concurrency, options: { ordered, throttle } }: Pick<WebhookRecord, 'concurrency' | 'options'>,
  meanAttemptMs: number,
): number =>
  Math.max(
    msPerReplay({ concurrency: ordered ? 1 : concurrency }, meanAttemptMs),
    throttle === null ? 0 : (throttle.seconds * 1_000) / throttle.count,
  )

/** The same to another address: replays go past the order and the throttle of the webhook. */
export const msPerReplay = (
  { concurrency }: Pick<WebhookRecord, 'concurrency'>,
  meanAttemptMs: number,
): number => Math.max(meanAttemptMs / concurrency, 1_000 / recoveredPerSecond)
