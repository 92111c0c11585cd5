import type { DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'

/**
 * What keeps a waiting delivery beyond its time: the open breaker, one before it in the order, or a paused release with
 * something older.
 */
export const delayOf = (
  { id, status, kind }: Pick<DeliveryDetail, 'id' | 'status' | 'kind'>,
  webhook: Pick<Webhook, 'breaker' | 'blockedBy' | 'pausedRelease'> | undefined,
): 'breaker' | 'order' | 'release' | null => {
  if (webhook === undefined || status !== 'waiting' || (kind !== 'event' && kind !== 'resend')) return null
  if (webhook.breaker.state !== 'closed') return 'breaker'
  if (webhook.blockedBy !== null && webhook.blockedBy.deliveryId !== id) return 'order'
  return webhook.pausedRelease !== null && id > webhook.pausedRelease.oldestHeldId ? 'release' : null
}
