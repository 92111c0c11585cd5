import { useQuery } from '@tanstack/react-query'
import { CircleSlash, Hourglass } from 'lucide-react'
import { Link } from 'react-router'
import type { DeliveryDetail } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Card } from '#renderer/ui/card.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { AttemptInspector } from './attempt-inspector.tsx'
import { AttemptTimeline } from './attempt-timeline.tsx'
import { deliveryKindLabels } from './delivery-labels.ts'
import { noAttemptTexts } from './no-attempt.ts'
import { BodyToSend } from './sent-body.tsx'

const Facts = ({ delivery }: { delivery: DeliveryDetail }) => (
  <DescriptionList>
    <Description term="Webhook">
      <Link to={paths.webhook(delivery.webhookId)} className="text-accent hover:underline">
        {delivery.webhookName}
      </Link>
    </Description>
    <Description term="Event">
      <Link to={paths.event(delivery.eventId)} className="text-accent hover:underline">
        {delivery.eventType}
      </Link>
    </Description>
    <Description term="Kind">{deliveryKindLabels[delivery.kind]}</Description>
    <Description term="Created">
      <RelativeTime at={delivery.createdAt} />
    </Description>
    {delivery.finishedAt !== null && (
      <Description term="Finished">
        <RelativeTime at={delivery.finishedAt} />
      </Description>
    )}
    <Description term="webhook-id">
      <CopyableText text={delivery.eventId} label="Copy webhook-id" />
    </Description>
    <Description term="Delivery id">
      <CopyableText text={delivery.id} label="Copy delivery id" />
    </Description>
  </DescriptionList>
)

const NoAttempt = ({ delivery, webhook }: { delivery: DeliveryDetail; webhook?: Webhook }) => {
  const { title, body } = noAttemptTexts(delivery)
  return (
    <div className="space-y-3">
      <EmptyState icon={delivery.finishedAt === null ? Hourglass : CircleSlash} title={title}>
        {delivery.erasedAt === null && <p>{body}</p>}
      </EmptyState>
      {delivery.erasedAt === null && <BodyToSend delivery={delivery} webhook={webhook} />}
    </div>
  )
}

/** Why the timeline is empty, where it is. */
const AttemptsMissing = ({
  delivery: { attemptList, attempts, status, nextAttemptAt },
}: {
  delivery: DeliveryDetail
}) => {
  if (attemptList.length > 0 || nextAttemptAt !== null || status === 'sending') return null
  const made = `${formatNumberOf(attempts, 'attempt')} made; the records are older than they are kept.`
  const none = status === 'held' ? 'None yet.' : 'None was made.'
  return <p className="text-muted">{attempts > 0 ? made : none}</p>
}

/** A delivery with its timeline, and the attempt that the URL names (the last one when it names none). */
export const DeliveryView = ({ delivery }: { delivery: DeliveryDetail }) => {
  const { inOrganization } = useScope()
  const webhook = useQuery(
    orpc.webhooks.get.queryOptions({
      input: { ...inOrganization, webhookId: delivery.webhookId },
      retry: false,
    }),
  )
  const [chosen, choose] = useSearchParam('attempt')
  const attempt =
    delivery.attemptList.find(({ number }) => String(number) === chosen) ?? delivery.attemptList.at(-1)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <div className="grid gap-4">
        <Card title="Attempts">
          <AttemptsMissing delivery={delivery} />
          <AttemptTimeline
            delivery={delivery}
            selected={attempt}
            onSelect={({ number }) => choose(String(number))}
          />
        </Card>
        <Card title="Delivery">
          <Facts delivery={delivery} />
        </Card>
      </div>
      <Card>
        {attempt ? (
          <AttemptInspector attempt={attempt} bodies={delivery} secrets={webhook.data?.secrets} />
        ) : (
          <NoAttempt delivery={delivery} webhook={webhook.data} />
        )}
      </Card>
    </div>
  )
}
