import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { Link, useParams } from 'react-router'
import type { z } from 'zod'
import type { eventDetailSchema } from '#contract/events.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import {
  deliveryHref,
  deliveryId,
  deliveryName,
  deliveryOfEventColumns,
} from '#renderer/features/deliveries/delivery-columns.tsx'
import { Badge } from '#renderer/ui/badge.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { CodeBlock } from '#renderer/ui/code-block.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { formatBytes } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { QueryPage } from '#renderer/ui/query-page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { ErasedBody } from './erased-body.tsx'
import { OccasionName } from './occasion-name.tsx'

type EventDetail = z.infer<typeof eventDetailSchema>

const crumbs = [{ label: 'Events', to: paths.events }]

const Facts = ({ event }: { event: EventDetail }) => (
  <DescriptionList>
    <Description term="Occurred">
      <AbsoluteTime at={event.occurredAt} />
    </Description>
    <Description term="Accepted">
      <AbsoluteTime at={event.acceptedAt} />
    </Description>
    <Description term="Occasion">
      <OccasionName occasionId={event.occasionId} />
    </Description>
    <Description term="Size">{formatBytes(event.sizeBytes)}</Description>
    <Description term="Sent by">
      {event.apiKeyId === null ? (
        'No API key'
      ) : (
        <Link to={paths.apiKey(event.apiKeyId)} className="text-accent hover:underline">
          {event.apiKeyName ?? event.apiKeyId}
        </Link>
      )}
    </Description>
    <Description term="Idempotency key">
      {event.idempotencyKey === null ? (
        <span className="text-muted">None</span>
      ) : (
        <CopyableText text={event.idempotencyKey} label="Copy idempotency key" />
      )}
    </Description>
    <Description term="Event id">
      <CopyableText text={event.id} label="Copy event id" />
    </Description>
  </DescriptionList>
)

const EventDeliveries = ({ event }: { event: EventDetail }) => {
  const { inOrganization } = useScope()
  const query = useInfiniteQuery(
    orpc.deliveries.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...inOrganization, cursor, eventId: event.id }),
      ...keysetPaging,
    }),
  )
  return (
    <section aria-labelledby="event-deliveries" className="space-y-2">
      <h2 id="event-deliveries" className="text-base font-semibold">
        Deliveries
      </h2>
      <DataTable
        embedded
        label="Deliveries"
        columns={deliveryOfEventColumns}
        rows={usePagedRows(query)}
        rowId={deliveryId}
        rowName={deliveryName}
        rowHref={deliveryHref}
        empty={{
          icon: Send,
          title: 'No webhook asked for this event',
          description: 'It is kept all the same. A webhook created later gets events from then on.',
        }}
      />
    </section>
  )
}

const Event = () => {
  const { eventId = '' } = useParams()
  const { inOrganization } = useScope()
  const query = useQuery(orpc.events.get.queryOptions({ input: { ...inOrganization, eventId } }))
  return (
    <QueryPage query={query} title="Event" crumbs={crumbs}>
      {(event) => (
        <Page title={event.type} crumbs={crumbs} badge={event.test && <Badge>Test</Badge>}>
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <Card title="Event">
              <Facts event={event} />
            </Card>
            {event.erasedAt === null ? (
              <CodeBlock label="Body, as it was accepted" text={event.body} json wrap />
            ) : (
              <ErasedBody at={event.erasedAt} />
            )}
          </div>
          <EventDeliveries event={event} />
        </Page>
      )}
    </QueryPage>
  )
}

/** `/events/:eventId` */
export const EventPage = () => (
  <GatedPage action="events.view" title="Event">
    <Event />
  </GatedPage>
)
