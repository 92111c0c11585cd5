import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { Link } from 'react-router'
import { deliveryStatuses } from '#contract/vocabulary.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar } from '#renderer/ui/filter-bar.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { deliveryStatusLabel } from '#renderer/ui/status-badge.tsx'
import { deliveryColumns, deliveryHref, deliveryId, deliveryName } from './delivery-columns.tsx'

const filterNames = ['status', 'webhook', 'event'] as const
const statusOptions = deliveryStatuses.map((status) => ({
  value: status,
  label: deliveryStatusLabel(status),
}))
const webhookOptionsMax = 200

/** The webhooks to filter by. The one of the URL is always among them, even when it is on none of the pages. */
const useWebhookOptions = (chosen: string) => {
  const { inScope } = useScope()
  const webhooks = useQuery(
    orpc.webhooks.list.queryOptions({ input: { ...inScope, limit: webhookOptionsMax } }),
  )
  const options = webhooks.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []
  if (chosen === '' || options.some(({ value }) => value === chosen)) return options
  return [...options, { value: chosen, label: webhooks.isPending ? 'Loading' : 'Another webhook' }]
}

const Deliveries = () => {
  const { inScope } = useScope()
  const [status, setStatus] = useChoiceParam('status', deliveryStatuses, '')
  const [webhookId, setWebhookId] = useSearchParam('webhook')
  const [eventId, setEventId] = useSearchParam('event')
  const clear = useClearParams(filterNames)
  const filtered = status !== '' || webhookId !== '' || eventId !== ''
  const query = useInfiniteQuery(
    orpc.deliveries.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inScope,
        cursor,
        status: status || undefined,
        webhookId: webhookId || undefined,
        eventId: eventId || undefined,
      }),
      ...keysetPaging,
    }),
  )
  return (
    <Page
      fill
      title="Deliveries"
      description="Each is one event on its way to one webhook, with every attempt that was made."
    >
      <FilterBar label="Filter deliveries" onClear={filtered ? clear : undefined}>
        <ChoiceFilter
          label="Status"
          anyLabel="Any status"
          options={statusOptions}
          value={status}
          onValueChange={setStatus}
        />
        <ChoiceFilter
          label="Webhook"
          anyLabel="Any webhook"
          options={useWebhookOptions(webhookId)}
          value={webhookId}
          onValueChange={setWebhookId}
        />
        {eventId && (
          <Button onClick={() => setEventId('')}>
            Of one event: <code className="font-mono text-xs">…{eventId.slice(-6)}</code>
          </Button>
        )}
      </FilterBar>
      <DataTable
        label="Deliveries"
        columns={deliveryColumns}
        rows={usePagedRows(query)}
        rowId={deliveryId}
        rowName={deliveryName}
        rowHref={deliveryHref}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: Send,
          title: 'No deliveries yet',
          description: 'A delivery appears here when an event comes in that a webhook has subscribed to.',
          actions: (
            <Button asChild>
              <Link to={paths.webhooks}>See webhooks</Link>
            </Button>
          ),
        }}
      />
    </Page>
  )
}

/** `/deliveries` */
export const DeliveriesPage = () => (
  <GatedPage action="deliveries.view" title="Deliveries">
    <Deliveries />
  </GatedPage>
)
