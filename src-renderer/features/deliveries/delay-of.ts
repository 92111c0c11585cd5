import type { DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'

type Situation = Pick<Webhook, 'breaker' | 'blockedBy' | 'pausedRelease'> & {
  readonly options: Pick<Webhook['options'], 'throttle'>
}

/**
 * What keeps a waiting delivery beyond its time: the open breaker, one before it in the order, a paused release with
 * something older, or the limited rate once it is due. `now` in Unix ms.
 */
export const delayOf = (
  { id, status, kind, nextAttemptAt }: Pick<DeliveryDetail, 'id' | 'status' | 'kind' | 'nextAttemptAt'>,
  webhook: Situation | undefined,
  now: number,
): 'breaker' | 'order' | 'release' | 'throttle' | null => {
  if (webhook === undefined || status !== 'waiting' || (kind !== 'event' && kind !== 'resend')) return null
  if (webhook.breaker.state !== 'closed') return 'breaker'
  if (webhook.blockedBy !== null && webhook.blockedBy.deliveryId !== id) return 'order'
  if (webhook.pausedRelease !== null && id > webhook.pausedRelease.oldestHeldId) return 'release'
  return webhook.options.throttle !== null && nextAttemptAt !== null && nextAttemptAt <= now
    ? 'throttle'
    : null
}
