import type { HeldReason } from '#contract/vocabulary.ts'
import type { DeliveryRecord, Subscriber } from '#main/store/interface.ts'
import { resolveCapability } from '../access/capability.ts'
import type { Facts } from '../access/facts.ts'

/** The facts where the webhook is and where the event is: the organization, or one of its occasions. */
export interface DeliveryPlaces {
  readonly ofWebhook: Facts
  readonly ofEvent: Facts
}

const mayUseWebhooks = (facts: Facts): boolean => resolveCapability('webhooks', facts).granted

const isSwitchedOn = ({ switches: { delivery } }: Facts): boolean =>
  delivery.platform.on && delivery.organization.on

/** What deliveries of a webhook in this state are held for; null when it is active. */
export const heldByStatus = ({
  status,
  statusReason,
}: Pick<Subscriber, 'status' | 'statusReason'>): HeldReason | null => {
  if (status === 'active') return null
  return status === 'disabled' && statusReason === 'gone' ? 'gone' : status
}

/**
 * Why a new delivery has to wait for a person or for a condition; null when it may be sent now. The capability
 * must be there in both places: an occasion that lost it sends nothing through webhooks of the organization.
 * It comes before the switch, because what a switch held drains by itself once the switch is on again.
 */
export const holdingReason = (
  webhook: Pick<Subscriber, 'status' | 'statusReason'>,
  { ofWebhook, ofEvent }: DeliveryPlaces,
): HeldReason | null => {
  const reason = heldByStatus(webhook)
  if (reason !== null) return reason
  if (!mayUseWebhooks(ofWebhook) || !mayUseWebhooks(ofEvent)) return 'suspended'
  return isSwitchedOn(ofEvent) ? null : 'switched_off'
}

/** A delivery as it begins: due now, or held. `now` is Unix ms. */
export const newDelivery = (
  delivery: Pick<
    DeliveryRecord,
    'id' | 'organizationId' | 'occasionId' | 'eventId' | 'webhookId' | 'kind' | 'heldReason'
  >,
  now: number,
): DeliveryRecord => ({
  ...delivery,
  status: delivery.heldReason === null ? 'waiting' : 'held',
  attempts: 0,
  createdAt: now,
  dueAt: delivery.heldReason === null ? now : null,
  finishedAt: null,
  lastStatusCode: null,
  lastErrorClass: null,
})
