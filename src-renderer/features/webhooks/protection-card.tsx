import { Link } from 'react-router'
import type { BlockingDelivery, Breaker } from '#contract/protection.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { DueTime, RelativeTime } from '#renderer/ui/time.tsx'
import { orderText, throttleText } from './webhook-words.ts'

const breakerBadges = {
  closed: { tone: 'success', label: 'Closed' },
  open: { tone: 'danger', label: 'Open' },
  probing: { tone: 'warning', label: 'Probing' },
} as const

const BreakerFacts = ({ breaker }: { breaker: Breaker }) => {
  const { state, openedAt, nextProbeAt, failed, requests } = breaker
  const { tone, label } = breakerBadges[state]
  return (
    <>
      <Badge tone={tone}>{label}</Badge>
      <span className="mt-1 block text-muted">
        {openedAt === null ? (
          'It lets everything through.'
        ) : (
          <>
            Opened <RelativeTime at={openedAt} />, when {failed} of {formatNumberOf(requests, 'request')} had
            failed. Nothing goes out, and nothing uses up an attempt.{' '}
            {nextProbeAt === null ? (
              'One delivery is under way as a probe.'
            ) : (
              <>
                One delivery goes out as a probe <DueTime at={nextProbeAt} />, or with the next that is due.
              </>
            )}
          </>
        )}
      </span>
    </>
  )
}

const BlockedBy = ({ blockedBy }: { blockedBy: BlockingDelivery }) => (
  <span className="mt-1 block">
    <Badge tone="danger">Blocked</Badge>{' '}
    <Link to={paths.delivery(blockedBy.deliveryId)} className="text-accent underline">
      by a delivery
    </Link>{' '}
    that failed {formatNumberOf(blockedBy.attempts, 'time')}.
  </span>
)

/** What protects the endpoint, and what keeps deliveries waiting at the moment. */
export const ProtectionCard = ({ webhook }: { webhook: Webhook }) => {
  const { breaker, blockedBy, options } = webhook
  return (
    <Card title="Protection" description="Tests and connectivity checks go past all of it.">
      <DescriptionList>
        <Description term="Circuit breaker">
          <BreakerFacts breaker={breaker} />
        </Description>
        <Description term="Rate">{throttleText(options.throttle)}</Description>
        <Description term="Order">
          {orderText(options.ordered)}
          {blockedBy && <BlockedBy blockedBy={blockedBy} />}
        </Description>
      </DescriptionList>
    </Card>
  )
}
