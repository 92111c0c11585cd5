import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Activity } from 'lucide-react'
import { Link } from 'react-router'
import type { EventListItem } from '#contract/events.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { ApiKeyName } from '#renderer/features/api-keys/api-key-name.tsx'
import { DeliveryCountChips } from '#renderer/features/deliveries/delivery-counts.tsx'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatBytes } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { OccasionName } from './occasion-name.tsx'
import { timeRangeParams, useTimeRange } from './time-range.ts'
import { TimeRangeFilter } from './time-range-filter.tsx'

const filterNames = ['type', 'search', ...timeRangeParams]

const eventId = (event: EventListItem) => event.id
const eventName = (event: EventListItem) => event.type
const eventHref = (event: EventListItem) => paths.event(event.id)

const columns: readonly Column<EventListItem>[] = [
  {
    id: 'type',
    header: 'Type',
    cell: (event) => (
      <span className="flex items-center gap-2">
        <Link to={eventHref(event)} className="truncate font-medium hover:underline">
          {event.type}
        </Link>
        {event.test && <Badge>Test</Badge>}
      </span>
    ),
  },
  {
    id: 'occasion',
    header: 'Occasion',
    width: '10rem',
    secondary: 'last',
    cell: (event) => <OccasionName occasionId={event.occasionId} />,
  },
  {
    id: 'deliveries',
    header: 'Deliveries',
    width: '12rem',
    cell: (event) => <DeliveryCountChips counts={event.deliveries} />,
  },
  {
    id: 'occurred',
    header: 'Occurred',
    width: '7rem',
    secondary: true,
    cell: (event) => <RelativeTime at={event.occurredAt} />,
  },
  {
    id: 'accepted',
    header: 'Accepted',
    width: '7rem',
    cell: (event) => <RelativeTime at={event.acceptedAt} />,
  },
  {
    id: 'size',
    header: 'Size',
    secondary: true,
    width: '5.5rem',
    align: 'end',
    cell: (event) => formatBytes(event.sizeBytes),
  },
  {
    id: 'key',
    header: 'API key',
    secondary: true,
    width: '9rem',
    cell: (event) => <ApiKeyName apiKeyId={event.apiKeyId} />,
  },
]

const useTypeOptions = () => {
  const types = useQuery(orpc.eventTypes.list.queryOptions())
  return types.data?.map(({ name }) => ({ value: name, label: name })) ?? []
}

const Events = () => {
  const { inScope } = useScope()
  const [type, setType] = useSearchParam('type')
  const [search] = useSearchParam('search')
  const time = useTimeRange()
  const clear = useClearParams(filterNames)
  const typeOptions = useTypeOptions()
  const filtered = type !== '' || search !== '' || time.range !== ''
  const query = useInfiniteQuery(
    orpc.events.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inScope,
        ...time.limits,
        cursor,
        type: type || undefined,
        search: search || undefined,
      }),
      ...keysetPaging,
    }),
  )
  return (
    <Page
      fill
      title="Events"
      description="What programs have reported. Every event is on disk before it is acknowledged."
    >
      <FilterBar label="Filter events" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search in ids and payloads" />
        <ChoiceFilter
          label="Type"
          anyLabel="Any type"
          options={
            type === '' || typeOptions.some(({ value }) => value === type)
              ? typeOptions
              : [...typeOptions, { value: type, label: type }]
          }
          value={type}
          onValueChange={setType}
        />
        <TimeRangeFilter label="Accepted" time={time} />
      </FilterBar>
      <DataTable
        label="Events"
        columns={columns}
        rows={usePagedRows(query)}
        rowId={eventId}
        rowName={eventName}
        rowHref={eventHref}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: Activity,
          title: 'No events yet',
          description: 'Create an API key and let a program send its first event.',
          actions: (
            <Button asChild>
              <Link to={`${paths.documentation}/api-keys`}>How to send an event</Link>
            </Button>
          ),
        }}
      />
    </Page>
  )
}

/** `/events` */
export const EventsPage = () => (
  <GatedPage action="events.view" title="Events">
    <Events />
  </GatedPage>
)
