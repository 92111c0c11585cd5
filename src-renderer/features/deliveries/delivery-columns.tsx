import { Link } from 'react-router'
import type { DeliveryListItem } from '#contract/events.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { DeliveryStatusBadge } from '#renderer/ui/status-badge.tsx'
import { DueTime, RelativeTime } from '#renderer/ui/time.tsx'
import { LastResult } from './attempt-result.tsx'
import { waitTexts } from './delivery-delay.tsx'
import { deliveryKindLabels } from './delivery-labels.ts'
import { isDueLater } from './due-later.ts'

export const deliveryId = (delivery: DeliveryListItem) => delivery.id
export const deliveryName = (delivery: DeliveryListItem) => `${delivery.eventType} to ${delivery.webhookName}`
export const deliveryHref = (delivery: DeliveryListItem) => `/deliveries/${delivery.id}`

const hostOf = (url: string) => URL.parse(url)?.host ?? url

/** What it waits for, or when it is tried again. */
const Next = ({ delivery }: { delivery: DeliveryListItem }) => {
  const { delay, attempts, nextAttemptAt } = delivery
  const isRepeatedLater = attempts > 0 && isDueLater(delivery, Date.now())
  if (delay !== null && !isRepeatedLater)
    return <span className="truncate text-xs text-muted">{waitTexts[delay.cause]}</span>
  if (nextAttemptAt === null || attempts === 0) return null
  return (
    <span className="truncate text-xs text-muted">
      next <DueTime at={nextAttemptAt} />
    </span>
  )
}

const columns = {
  event: {
    id: 'event',
    header: 'Event',
    cell: (delivery) => (
      <span className="flex items-center gap-2">
        <Link to={deliveryHref(delivery)} className="truncate font-medium hover:underline">
          {delivery.eventType}
        </Link>
        {delivery.kind !== 'event' && <Badge>{deliveryKindLabels[delivery.kind]}</Badge>}
      </span>
    ),
  },
  webhook: {
    id: 'webhook',
    header: 'Webhook',
    cell: (delivery) => <span title={delivery.url}>{delivery.webhookName}</span>,
  },
  status: {
    id: 'status',
    header: 'Status',
    width: '13.5rem',
    cell: (delivery) => (
      <span className="flex items-center gap-2">
        <DeliveryStatusBadge status={delivery.status} heldReason={delivery.heldReason} />
        <Next delivery={delivery} />
      </span>
    ),
  },
  result: {
    id: 'result',
    header: 'Last result',
    secondary: true,
    width: '10rem',
    cell: (delivery) => <LastResult delivery={delivery} />,
  },
  attempts: {
    id: 'attempts',
    header: 'Attempts',
    secondary: true,
    width: '5.5rem',
    align: 'end',
    cell: (delivery) => delivery.attempts,
  },
  created: {
    id: 'created',
    header: 'Created',
    secondary: true,
    width: '7rem',
    cell: (delivery) => <RelativeTime at={delivery.createdAt} />,
  },
} as const satisfies Record<string, Column<DeliveryListItem>>

/** Columns of the list of all deliveries. */
export const deliveryColumns: readonly Column<DeliveryListItem>[] = Object.values(columns)

/** Columns where the event is known: the deliveries of one event. */
export const deliveryOfEventColumns: readonly Column<DeliveryListItem>[] = [
  {
    ...columns.webhook,
    cell: (delivery) => (
      <span title={delivery.url}>
        <Link to={deliveryHref(delivery)} className="font-medium hover:underline">
          {delivery.webhookName}
        </Link>{' '}
        <span className="text-muted">{hostOf(delivery.url)}</span>
      </span>
    ),
  },
  columns.status,
  columns.result,
  columns.attempts,
  columns.created,
]

/** Columns where the webhook is known: the deliveries of one webhook, beside other things. */
export const deliveryOfWebhookColumns: readonly Column<DeliveryListItem>[] = [
  columns.event,
  { ...columns.status, width: '13rem' },
  { ...columns.result, width: '9.5rem', secondary: 'last' },
  columns.attempts,
  { ...columns.created, width: '6.5rem', secondary: false },
]
