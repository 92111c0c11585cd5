import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import type { DelayCause } from '#contract/protection.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { withinSentence } from '#renderer/ui/format.ts'
import { DueTime, usePresent } from '#renderer/ui/time.tsx'
import { throttleText } from '../webhooks/webhook-words.ts'
import { delayOf } from './delay-of.ts'

export const delayTexts: Record<DelayCause, string> = {
  breaker: 'the circuit breaker of the webhook was open',
  throttle: 'the rate of the webhook is limited',
  order: 'the webhook is ordered, and one before it was not through',
  token: 'the token endpoint gave no token and was left alone for a while',
}

export const DeliveryDelay = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { inOrganization } = useScope()
  const { data: webhook } = useQuery(
    orpc.webhooks.get.queryOptions({
      input: { ...inOrganization, webhookId: delivery.webhookId },
      retry: false,
    }),
  )
  const delay = delayOf(delivery, webhook, usePresent())
  if (delay === 'breaker')
    return (
      <Banner tone="warning" title="The circuit breaker of the webhook is open">
        So many requests failed that nothing goes out for a while. It uses up no attempts meanwhile.{' '}
        {webhook?.breaker.nextProbeAt ? (
          <>
            The next one goes out as a probe <DueTime at={webhook.breaker.nextProbeAt} />.
          </>
        ) : (
          'One delivery is under way as a probe.'
        )}
      </Banner>
    )
  if (delay === 'order')
    return (
      <Banner tone="warning" title="Waiting for its turn">
        The webhook is ordered, and{' '}
        <Link to={paths.delivery(webhook?.blockedBy?.deliveryId ?? '')} className="text-accent underline">
          a delivery before this one
        </Link>{' '}
        has failed. It goes out when that one is through, or is skipped.
      </Banner>
    )
  if (delay === 'release')
    return (
      <Banner tone="warning" title="Waiting for its turn">
        The webhook is ordered, and{' '}
        <Link to={`${paths.webhook(delivery.webhookId)}?tab=held`} className="text-accent underline">
          a release of what is held
        </Link>{' '}
        is paused. It goes out when that is through, or is cancelled.
      </Banner>
    )
  if (delay === 'throttle')
    return (
      <Banner tone="accent" title="Waiting for its turn">
        It is due, and the rate of the webhook is limited:{' '}
        {withinSentence(throttleText(webhook?.options.throttle ?? null))}. It uses up no attempts meanwhile.
      </Banner>
    )
  return null
}
