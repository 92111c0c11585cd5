import { useInfiniteQuery } from '@tanstack/react-query'
import { History, Send } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import type { DeliveryListItem } from '#contract/events.ts'
import { Gated, GatedPage, useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { DiscardDialog, type DiscardTarget } from '../held/discard-dialog.tsx'
import { recoverAddress } from '../recoveries/recover-address.ts'
import { deliveryColumns, deliveryHref, deliveryId, deliveryName } from './delivery-columns.tsx'
import { DeliveryFilters, useDeliveryFilters } from './delivery-filters.tsx'

const nothingSelected: ReadonlySet<string> = new Set()

/** One call discards so many of one webhook. */
const discardedAtOnce = 200

const targetsOf = (deliveries: readonly DeliveryListItem[]): DiscardTarget[] =>
  [...Map.groupBy(deliveries, ({ webhookId }) => webhookId)].flatMap(([webhookId, ofWebhook]) =>
    Array.from({ length: Math.ceil(ofWebhook.length / discardedAtOnce) }, (_, index) => ({
      webhookId,
      deliveryIds: ofWebhook.slice(index * discardedAtOnce, (index + 1) * discardedAtOnce).map(deliveryId),
    })),
  )

const namesOf = (deliveries: readonly DeliveryListItem[]) => {
  const names = [...new Set(deliveries.map(({ webhookName }) => webhookName))]
  return names.length > 1 ? `${names[0]}” and “${names.slice(1).join('”, “')}` : (names[0] ?? '')
}

const Deliveries = () => {
  const [selected, setSelected] = useState(nothingSelected)
  const [discarding, setDiscarding] = useState(false)
  const mayRelease = useDecision('deliveries.release')?.allowed ?? false
  const filters = useDeliveryFilters()
  const { status, webhookId } = filters
  const query = useInfiniteQuery(
    orpc.deliveries.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filters.input, cursor }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const choosing = mayRelease && status === 'held'
  const chosen = choosing ? rows.items.filter(({ id }) => selected.has(id)) : []
  return (
    <Page
      fill
      title="Deliveries"
      description="Each is one event on its way to one webhook, with every attempt that was made."
      actions={
        <Gated action="deliveries.recover">
          <Button asChild>
            <Link to={recoverAddress({ webhookId, status })}>
              <History aria-hidden />
              Recover …
            </Link>
          </Button>
        </Gated>
      }
    >
      <DeliveryFilters filters={filters}>
        {chosen.length > 0 && (
          <Button look="danger" className="ml-auto" onClick={() => setDiscarding(true)}>
            Discard {formatNumberOf(chosen.length, 'delivery', 'deliveries')}
          </Button>
        )}
      </DeliveryFilters>
      <DataTable
        label="Deliveries"
        columns={deliveryColumns}
        rows={rows}
        rowId={deliveryId}
        rowName={deliveryName}
        rowHref={deliveryHref}
        selection={choosing ? { selected, onChange: setSelected } : undefined}
        onClearFilters={filters.clear}
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
      {discarding && chosen.length > 0 && (
        <DiscardDialog
          targets={targetsOf(chosen)}
          count={chosen.length}
          of={namesOf(chosen)}
          onClose={() => setDiscarding(false)}
          onDiscarded={() => setSelected(nothingSelected)}
        />
      )}
    </Page>
  )
}

/** `/deliveries` */
export const DeliveriesPage = () => (
  <GatedPage action="deliveries.view" title="Deliveries">
    <Deliveries />
  </GatedPage>
)
