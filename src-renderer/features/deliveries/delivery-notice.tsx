import type { DeliveryDetail } from '#contract/events.ts'
import { ErasedBody } from '#renderer/features/events/erased-body.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { DueTime } from '#renderer/ui/time.tsx'
import { DeliveryDelay } from './delivery-delay.tsx'
import { heldReasonTexts } from './held-reasons.ts'
import { RemainingAttempts } from './remaining-attempts.tsx'

const kindNotes = {
  test: 'A signed test: the same pipeline, network policy and TLS as real deliveries. It never counts as a failure of the webhook.',
  connectivity:
    'A connectivity check: a small unsigned POST. It only shows whether the address answers, and it never counts.',
  resend: 'Sent again by a person. It carries the same webhook-id as before, so a receiver can skip it.',
  replay:
    'Replayed to another address: the same body and webhook-id, signed with the secrets of the webhook. It is tried once and never counts for the webhook.',
} as const

/** What the delivery waits for, or that it waits for nothing any more. */
export const DeliverySituation = ({ delivery }: { delivery: DeliveryDetail }) => {
  const isOfAnEvent = delivery.kind !== 'test' && delivery.kind !== 'connectivity'
  if (delivery.status === 'held')
    return (
      <Banner
        tone="warning"
        title={`Held${delivery.heldReason ? `: ${heldReasonLabels[delivery.heldReason]}` : ''}`}
      >
        {delivery.heldReason && `${heldReasonTexts[delivery.heldReason].meaning} `}
        It is kept and uses up no attempts.
      </Banner>
    )
  if (delivery.status === 'exhausted' && (delivery.kind === 'event' || delivery.kind === 'resend'))
    return (
      <Banner tone="danger" title="All attempts have failed">
        After {formatNumberOf(delivery.attempts, 'attempt')} no more follow by themselves. Once the receiver
        works, send it again.
      </Banner>
    )
  if (delivery.status === 'discarded' && delivery.erasedAt === null && isOfAnEvent)
    return (
      <Banner title="Discarded">
        It ended without being delivered: somebody discarded or skipped it, or its webhook was deleted. The
        audit log tells who did it, and why. Only a resend or a recovery sends its event again.
      </Banner>
    )
  if (delivery.status === 'waiting' && delivery.nextAttemptAt !== null && delivery.attempts > 0)
    return (
      <Banner tone="accent" title={`Waiting for attempt ${delivery.attempts + 1}`}>
        <p>
          It is due <DueTime at={delivery.nextAttemptAt} />
          {delivery.attemptList.at(-1)?.nextAttemptReason &&
            ` (${delivery.attemptList.at(-1)?.nextAttemptReason})`}
          .
        </p>
        <RemainingAttempts delivery={delivery} dueAt={delivery.nextAttemptAt} />
      </Banner>
    )
  return null
}

/** What a person should know before reading the attempts: what kind of delivery it is, and what it waits for. */
export const DeliveryNotice = ({ delivery }: { delivery: DeliveryDetail }) => (
  <>
    <DeliverySituation delivery={delivery} />
    <DeliveryDelay delivery={delivery} />
    {delivery.erasedAt !== null && <ErasedBody at={delivery.erasedAt} />}
    {delivery.kind !== 'event' && <Banner>{kindNotes[delivery.kind]}</Banner>}
  </>
)
