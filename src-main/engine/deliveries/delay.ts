import type { DeliveryDelay } from '#contract/protection.ts'
import type { DeliveryRecord, WebhookProtection } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'

type Waiting = Pick<DeliveryRecord, 'id' | 'webhookId' | 'kind' | 'status' | 'dueAt'>

/** Tests, connectivity checks and replays go past all that others have to wait for. */
const mayBeKept = ({ status, kind }: Waiting): boolean =>
  status === 'waiting' && (kind === 'event' || kind === 'resend')

/** What keeps a delivery waiting, or will when it is due, as it is now; null when nothing but its time does. */
export const delayOf = (
  { id, dueAt }: Pick<Waiting, 'id' | 'dueAt'>,
  { tokenPause, breaker, firstInOrder, pausedRelease, throttled }: WebhookProtection,
  now: number,
): DeliveryDelay | null => {
  const due = Math.max(dueAt ?? now, now)
  // Not even a probe goes out without a token.
  if (tokenPause !== null && due < tokenPause.until) return { cause: 'token', until: tokenPause.until }
  // One that is due only after the probe, too: until a probe has arrived, it is no more than the next probe.
  if (breaker !== null) return { cause: 'breaker', until: breaker.probeAt }
  // The first of an order that has not been tried yet blocks nothing: its turn has come.
  const isBlocked = firstInOrder !== null && firstInOrder.attempts > 0 && firstInOrder.deliveryId !== id
  if (isBlocked) return { cause: 'order', until: null }
  if (pausedRelease !== null && id > pausedRelease.oldestHeldId) return { cause: 'release', until: null }
  return throttled && due === now ? { cause: 'throttle', until: null } : null
}

/** What keeps them waiting, by id, of those that something keeps. */
export const findDelays = async (
  { store, clock }: Pick<Toolbox, 'store' | 'clock'>,
  deliveries: readonly Waiting[],
): Promise<Map<string, DeliveryDelay>> => {
  const waiting = deliveries.filter(mayBeKept)
  const webhookIds = [...new Set(waiting.map(({ webhookId }) => webhookId))]
  const protections = await store.read.webhookProtection.getMany(webhookIds)
  const now = clock.now()
  return new Map(
    waiting.flatMap((delivery): [string, DeliveryDelay][] => {
      const protection = protections.get(delivery.webhookId)
      const delay = protection === undefined ? null : delayOf(delivery, protection, now)
      return delay === null ? [] : [[delivery.id, delay]]
    }),
  )
}
