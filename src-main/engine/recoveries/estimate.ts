import { recoveredPerSecond } from '#contract/recoveries.ts'
import type { WebhookRecord } from '#main/store/interface.ts'

/** How long a webhook needs for each of many deliveries, ms, by whatever slows it down most. */
export const msPerDelivery = (
  { concurrency, options: { ordered, throttle } }: Pick<WebhookRecord, 'concurrency' | 'options'>,
  meanAttemptMs: number,
): number =>
  Math.max(
    meanAttemptMs / (ordered ? 1 : concurrency),
    throttle === null ? 0 : (throttle.seconds * 1_000) / throttle.count,
    1_000 / recoveredPerSecond,
  )
