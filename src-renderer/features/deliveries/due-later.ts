import type { DeliveryListItem } from '#contract/events.ts'

/** Whether a delivery behind an open breaker is due only after the next probe: then its own time says more of when it goes. */
export const isDueLater = (
  { delay, nextAttemptAt }: Pick<DeliveryListItem, 'delay' | 'nextAttemptAt'>,
  now: number,
): boolean =>
  delay?.cause === 'breaker' && nextAttemptAt !== null && nextAttemptAt > Math.max(delay.until ?? now, now)
