import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { Card } from '#renderer/ui/card.tsx'
import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { DeliveryStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { AttemptInspector } from '../deliveries/attempt-inspector.tsx'
import { AttemptTimeline } from '../deliveries/attempt-timeline.tsx'
import { deliveryKindLabels } from '../deliveries/delivery-labels.ts'

const crumbs = [{ label: 'Operational subscriptions', to: paths.platformOperational }]

const View = ({ delivery }: { delivery: DeliveryDetail }) => {
  const [chosen, choose] = useSearchParam('attempt')
  const attempt =
    delivery.attemptList.find(({ number }) => String(number) === chosen) ?? delivery.attemptList.at(-1)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="grid gap-4">
        <Card title="Attempts">
          <AttemptTimeline
            delivery={delivery}
            selected={attempt}
            onSelect={({ number }) => choose(String(number))}
          />
        </Card>
        <Card title="Delivery">
          <DescriptionList>
            <Description term="Subscription">{delivery.webhookName}</Description>
            <Description term="Kind">{deliveryKindLabels[delivery.kind]}</Description>
            <Description term="Created">
              <RelativeTime at={delivery.createdAt} />
            </Description>
            <Description term="webhook-id">
              <CopyableText text={delivery.eventId} label="Copy webhook-id" />
            </Description>
            <Description term="Delivery id">
              <CopyableText text={delivery.id} label="Copy delivery id" />
            </Description>
          </DescriptionList>
        </Card>
      </div>
      <Card>
        {attempt ? (
          <AttemptInspector attempt={attempt} bodies={delivery} />
        ) : (
          <CodeBlock label="Body of the event" text={delivery.body} json wrap />
        )}
      </Card>
    </div>
  )
}

const Delivery = () => {
  const { deliveryId = '' } = useParams()
  const query = useQuery(orpc.operationalWebhooks.delivery.queryOptions({ input: { deliveryId } }))
  return (
    <QueryPage query={query} title="Delivery" crumbs={crumbs}>
      {(delivery) => (
        <Page
          title={`${delivery.eventType} → ${delivery.webhookName}`}
          crumbs={crumbs}
          badge={<DeliveryStatusBadge status={delivery.status} heldReason={delivery.heldReason} />}
        >
          <View key={delivery.id} delivery={delivery} />
        </Page>
      )}
    </QueryPage>
  )
}

/** `/platform/operational-webhooks/deliveries/:deliveryId` */
export const OperationalDeliveryPage = () => (
  <GatedPage action="platform.webhooks.view" title="Delivery">
    <Delivery />
  </GatedPage>
)
