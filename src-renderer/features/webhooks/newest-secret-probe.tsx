import { useMutation, useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Attempt, DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { errorClassTexts } from '../deliveries/error-classes.ts'
import { wantedTypeOf } from './event-patterns.ts'
import { isUnderWay, watchMs } from './trial.ts'

const OpenDelivery = ({ delivery }: { delivery: DeliveryDetail }) => (
  <Button asChild size="sm" look="ghost">
    <Link to={paths.delivery(delivery.id)}>Open the delivery</Link>
  </Button>
)

/** Answers in the range of refusals that say nothing of the signature: not there, too slow, gone, too many. */
const notOfSignature = [404, 408, 410, 429]

/** Whether the receiver looked at the request and would not have it. */
const isRefusal = ({ statusCode }: Attempt): boolean =>
  statusCode !== null && statusCode >= 400 && statusCode < 500 && !notOfSignature.includes(statusCode)

/** What the answer says about the receiver: it knows the secret, it does not, or nobody can tell. */
const Verdict = ({ delivery, rotating }: { delivery: DeliveryDetail; rotating: boolean }) => {
  if (isUnderWay(delivery)) return <Spinner label="Sending" />
  const actions = <OpenDelivery delivery={delivery} />
  const attempt = delivery.attemptList.at(-1)
  if (delivery.status === 'delivered')
    return (
      <Banner
        tone="success"
        announce="status"
        title="Delivered: the receiver knows the new secret"
        actions={actions}
      >
        {rotating && 'The overlap is not needed any more: it can be ended.'}
      </Banner>
    )
  if (attempt && isRefusal(attempt))
    return (
      <Banner
        tone="danger"
        announce="status"
        title={`Refused with ${attempt.statusCode}: the receiver has not switched`}
        actions={actions}
      >
        {rotating
          ? 'Give it the new secret before the overlap ends, or extend the overlap.'
          : 'It does not verify with the secret that signs now, or it refuses this event for another reason.'}
      </Banner>
    )
  return (
    <Banner tone="warning" announce="status" title="Nobody can tell" actions={actions}>
      {attempt?.errorClass
        ? `${attempt.statusCode ?? errorClassTexts[attempt.errorClass].label}: the receiver may not have come to verify it.`
        : 'It was not sent.'}
    </Banner>
  )
}

const Result = ({ deliveryId, rotating }: { deliveryId: string; rotating: boolean }) => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.deliveries.get.queryOptions({
      input: { ...inOrganization, deliveryId },
      refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? watchMs : false),
    }),
  )
  if (query.data) return <Verdict delivery={query.data} rotating={rotating} />
  if (query.isError)
    return <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
  return <Spinner label="Sending" />
}

/** Sends one event that only the newest secret signs, and says what came of it. */
export const NewestSecretProbe = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const { onError, explanation } = useActionFailure()
  const [deliveryId, setDeliveryId] = useState<string | null>(null)
  const types = useQuery(orpc.eventTypes.list.queryOptions())
  const eventType = types.data && wantedTypeOf(types.data, webhook.events)?.name
  const probe = useMutation(
    orpc.webhooks.sendTest.mutationOptions({
      onSuccess: ({ deliveryId: id }) => setDeliveryId(id),
      onError,
    }),
  )
  return (
    <Card
      title="Has the receiver switched?"
      description="Sends one signed test that only the newest secret signs. It never counts as a failure."
    >
      <div className="space-y-3">
        <Button
          disabled={eventType === undefined}
          busy={probe.isPending}
          onClick={() =>
            eventType !== undefined &&
            probe.mutate({ ...inOrganization, webhookId: webhook.id, eventType, newestSecretOnly: true })
          }
        >
          <KeyRound aria-hidden />
          Send one with the new key only
        </Button>
        {types.isError && (
          <ProblemNotice failure={failureOf(types.error)} onRetry={() => void types.refetch()} />
        )}
        {deliveryId && (
          <Result
            key={deliveryId}
            deliveryId={deliveryId}
            rotating={webhook.secrets.some(({ expiresAt }) => expiresAt !== null)}
          />
        )}
      </div>
      {explanation}
    </Card>
  )
}
