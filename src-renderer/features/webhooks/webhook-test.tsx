import { useQuery } from '@tanstack/react-query'
import { CircleX, FlaskConical } from 'lucide-react'
import { Link } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { Spinner } from '#renderer/ui/spinner.tsx'
import { DeliveryStatusBadge } from '#renderer/ui/status-badge.tsx'
import { AttemptInspector } from '../deliveries/attempt-inspector.tsx'
import { deliveryKindLabels } from '../deliveries/delivery-labels.ts'
import { DeliverySituation } from '../deliveries/delivery-notice.tsx'
import { ConnectivityCheck } from './connectivity-check.tsx'
import { SendTestForm } from './send-test-form.tsx'
import { isUnderWay, watchMs } from './trial.ts'

/** A trial has one attempt only, so that "exhausted" would say too much. */
const TrialStatus = ({ delivery }: { delivery: DeliveryDetail }) =>
  delivery.status === 'exhausted' ? (
    <Badge tone="danger" icon={CircleX}>
      Failed
    </Badge>
  ) : (
    <DeliveryStatusBadge status={delivery.status} heldReason={delivery.heldReason} />
  )

const Shown = ({ delivery, webhook }: { delivery: DeliveryDetail; webhook: Webhook }) => {
  const attempt = delivery.attemptList.at(-1)
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{deliveryKindLabels[delivery.kind]}</span>
        <TrialStatus delivery={delivery} />
        <Button asChild size="sm" look="ghost" className="ml-auto">
          <Link to={paths.delivery(delivery.id)}>Open the delivery</Link>
        </Button>
      </div>
      <DeliverySituation delivery={delivery} />
      {attempt ? (
        <AttemptInspector attempt={attempt} bodies={delivery} secrets={webhook.secrets} />
      ) : (
        isUnderWay(delivery) && (
          <div className="grid place-items-center py-10">
            <Spinner label="Sending" />
          </div>
        )
      )}
    </div>
  )
}

const Result = ({ deliveryId, webhook }: { deliveryId: string; webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.deliveries.get.queryOptions({
      input: { ...inOrganization, deliveryId },
      refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? watchMs : false),
    }),
  )
  if (query.data) return <Shown delivery={query.data} webhook={webhook} />
  if (query.isError)
    return <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
  return <LoadingBlock label="Loading the result" />
}

/** Trying a webhook out: the signed test, the connectivity check, and what came of the last one. */
export const WebhookTest = ({ webhook }: { webhook: Webhook }) => {
  const [deliveryId, show] = useSearchParam('delivery')
  return (
    <>
      {webhook.status !== 'active' && (
        <Banner tone="neutral">The webhook is {webhook.status}. Tests are sent all the same.</Banner>
      )}
      <div className="grid items-start gap-4 xl:grid-cols-[26rem_minmax(0,1fr)]">
        <div className="grid gap-4">
          <SendTestForm webhook={webhook} onSent={show} />
          <ConnectivityCheck webhook={webhook} onSent={show} />
        </div>
        <Card title="Result">
          <div aria-live="polite">
            {deliveryId ? (
              <Result key={deliveryId} deliveryId={deliveryId} webhook={webhook} />
            ) : (
              <EmptyState icon={FlaskConical} title="Nothing sent yet">
                <p>Send a test or check the connectivity. What was sent and what came back appears here.</p>
              </EmptyState>
            )}
          </div>
        </Card>
      </div>
    </>
  )
}
