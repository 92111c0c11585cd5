import type { DeliveryDetail } from '#contract/events.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

const kindNotes = {
  test: 'A signed test: the same pipeline, network policy and TLS as real deliveries. It never counts as a failure of the webhook.',
  connectivity:
    'A connectivity check: a small unsigned POST. It only shows whether the address answers, and it never counts.',
  resend: 'Sent again by a person. It carries the same webhook-id as before, so a receiver can skip it.',
} as const

/** What the delivery waits for, or that it waits for nothing any more. */
export const DeliverySituation = ({ delivery }: { delivery: DeliveryDetail }) => {
  if (delivery.status === 'held')
    return (
      <Banner
        tone="warning"
        title={`Held: ${delivery.heldReason ? heldReasonLabels[delivery.heldReason] : 'waiting'}`}
      >
        It is kept and uses up no attempts. It goes on when the reason is gone.
      </Banner>
    )
  if (delivery.status === 'exhausted' && (delivery.kind === 'event' || delivery.kind === 'resend'))
    return (
      <Banner tone="danger" title="All attempts have failed">
        After {formatNumberOf(delivery.attempts, 'attempt')} no more follow by themselves. Once the receiver
        works, send it again.
      </Banner>
    )
  if (delivery.status === 'waiting' && delivery.nextAttemptAt !== null && delivery.attempts > 0)
    return (
      <Banner tone="accent" title="Waiting for the next attempt">
        It is due <RelativeTime at={delivery.nextAttemptAt} />
        {delivery.attemptList.at(-1)?.nextAttemptReason &&
          ` (${delivery.attemptList.at(-1)?.nextAttemptReason})`}
        .
      </Banner>
    )
  return null
}

/** What a person should know before reading the attempts: what kind of delivery it is, and what it waits for. */
export const DeliveryNotice = ({ delivery }: { delivery: DeliveryDetail }) => (
  <>
    <DeliverySituation delivery={delivery} />
    {delivery.kind !== 'event' && <Banner>{kindNotes[delivery.kind]}</Banner>}
  </>
)
