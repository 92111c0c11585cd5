import type { DeliveryDetail } from '#contract/events.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { DueTime } from '#renderer/ui/time.tsx'
import { RemainingAttempts } from './remaining-attempts.tsx'

const kindNotes = {
  test: 'A signed test: the same pipeline, network policy and TLS as real deliveries. It never counts as a failure of the webhook.',
  connectivity:
    'A connectivity check: a small unsigned POST. It only shows whether the address answers, and it never counts.',
  resend: 'Sent again by a person. It carries the same webhook-id as before, so a receiver can skip it.',
  replay:
    'Replayed to another address: the same body and webhook-id, signed with the secrets of the webhook. It is tried once and never counts for the webhook.',
} as const

const heldMeanings: Record<HeldReason, string> = {
  paused: 'Somebody paused the webhook. It goes out when the webhook is resumed.',
  disabled: 'The webhook is disabled. It goes out when somebody resumes the webhook.',
  gone: 'The receiver said that it does not exist any more. It goes out when somebody resumes the webhook.',
  suspended: 'The capability “webhooks” was lost. When it is back, somebody has to resume the webhook.',
  switched_off:
    'Sending is switched off for everybody or for this organization. It goes out when it is on again.',
  offline: 'This machine had no network. It goes out when there is one.',
}

/** What the delivery waits for, or that it waits for nothing any more. */
export const DeliverySituation = ({ delivery }: { delivery: DeliveryDetail }) => {
  if (delivery.status === 'held')
    return (
      <Banner
        tone="warning"
        title={`Held${delivery.heldReason ? `: ${heldReasonLabels[delivery.heldReason]}` : ''}`}
      >
        {delivery.heldReason && `${heldMeanings[delivery.heldReason]} `}
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
    {delivery.kind !== 'event' && <Banner>{kindNotes[delivery.kind]}</Banner>}
  </>
)
