import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import type { DelayCause, WaitCause } from '#contract/protection.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { withinSentence } from '#renderer/ui/format.ts'
import { DueTime, usePresent } from '#renderer/ui/time.tsx'
import { throttleText } from '../webhooks/webhook-words.ts'
import { isDueLater } from './due-later.ts'

export const delayTexts: Record<DelayCause, string> = {
  breaker: 'the circuit breaker of the webhook was open',
  throttle: 'the rate of the webhook is limited',
  order: 'the webhook is ordered, and one before it was not through',
  token: 'the token endpoint gave no token and was left alone for a while',
}

/** The same of a delivery that waits, where there is little room. */
export const waitTexts: Record<WaitCause, string> = {
  token: 'no token yet',
  breaker: 'breaker open',
  throttle: 'rate is limited',
  order: 'order is blocked',
  release: 'release is paused',
}

/** When the next probe goes to the endpoint, and whether the delivery is due only after it. Null: one is under way. */
const Probe = ({ delivery, at }: { delivery: DeliveryDetail; at: number | null }) => {
  const now = usePresent()
  return (
    <>
      {at === null && 'One delivery is under way as a probe'}
      {at !== null && at <= now && 'The next one that is due goes out as a probe'}
      {at !== null && at > now && (
        <>
          One delivery goes out as a probe <DueTime at={at} />, or with the next that is due
        </>
      )}
      {delivery.nextAttemptAt !== null && isDueLater(delivery, now) && (
        <>
          ; this one is due <DueTime at={delivery.nextAttemptAt} />
        </>
      )}
      .
    </>
  )
}

export const DeliveryDelay = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { inOrganization } = useScope()
  const { data: webhook } = useQuery(
    orpc.webhooks.get.queryOptions({
      input: { ...inOrganization, webhookId: delivery.webhookId },
      retry: false,
    }),
  )
  const { cause, until } = delivery.delay ?? { cause: null, until: null }
  if (cause === 'token')
    return (
      <Banner tone="warning" title="Waiting for a token">
        The token endpoint of the webhook gave none and asked to be left alone, so nothing goes out and no
        attempt is used up.{' '}
        {until !== null && (
          <>
            It is asked again <DueTime at={until} />.
          </>
        )}
        {webhook?.tokenPause && <span className="text-muted"> {webhook.tokenPause.reason}</span>}
      </Banner>
    )
  if (cause === 'breaker')
    return (
      <Banner tone="warning" title="The circuit breaker of the webhook is open">
        So many requests failed that nothing goes out for a while. It uses up no attempts meanwhile.{' '}
        <Probe delivery={delivery} at={until} />
      </Banner>
    )
  if (cause === 'order')
    return (
      <Banner tone="warning" title="Waiting for its turn">
        The webhook is ordered, and{' '}
        <Link to={paths.delivery(webhook?.blockedBy?.deliveryId ?? '')} className="text-accent underline">
          a delivery before this one
        </Link>{' '}
        has failed. It goes out when that one is through, or is skipped.
      </Banner>
    )
  if (cause === 'release')
    return (
      <Banner tone="warning" title="Waiting for its turn">
        The webhook is ordered, and{' '}
        <Link to={`${paths.webhook(delivery.webhookId)}?tab=held`} className="text-accent underline">
          a release of what is held
        </Link>{' '}
        is paused. It goes out when that is through, or is cancelled.
      </Banner>
    )
  if (cause === 'throttle')
    return (
      <Banner tone="accent" title="Waiting for its turn">
        It is due, and the rate of the webhook is limited:{' '}
        {withinSentence(throttleText(webhook?.options.throttle ?? null))}. It uses up no attempts meanwhile.
      </Banner>
    )
  return null
}
