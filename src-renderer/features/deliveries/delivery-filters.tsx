import type { ReactNode } from 'react'
import { heldReasons } from '#contract/vocabulary.ts'
import { type StatusChoice, statusChoices } from '#renderer/app/deliveries-address.ts'
import { useScope } from '#renderer/app/scope.ts'
import { Button } from '#renderer/ui/button.tsx'
import { ChoiceFilter, FilterBar } from '#renderer/ui/filter-bar.tsx'
import { capitalized } from '#renderer/ui/format.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { deliveryStatusLabel, heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { timeRangeParams, useTimeRange } from '../events/time-range.ts'
import { TimeRangeFilter } from '../events/time-range-filter.tsx'
import { useWebhookOptions } from '../webhooks/webhook-options.ts'

const filterNames = ['status', 'reason', 'webhook', 'event', 'recovery', ...timeRangeParams]

const severalLabels = {
  'waiting,sending': 'Waiting or sending',
  'waiting,sending,held': 'Waiting, sending or held',
  'exhausted,discarded': 'Exhausted or discarded',
} as const
const isSeveral = (choice: StatusChoice): choice is keyof typeof severalLabels => choice in severalLabels

const statusOptions = statusChoices.map((choice) => ({
  value: choice,
  label: isSeveral(choice) ? severalLabels[choice] : deliveryStatusLabel(choice),
}))
const reasonOptions = heldReasons.map((reason) => ({
  value: reason,
  label: capitalized(heldReasonLabels[reason]),
}))

/** The filters of the list of deliveries, as the URL keeps them. */
export const useDeliveryFilters = () => {
  const { inScope, inOrganization } = useScope()
  const [status, setStatus] = useChoiceParam('status', statusChoices, '')
  const [reason, setReason] = useChoiceParam('reason', heldReasons, '')
  const [webhookId, setWebhookId] = useSearchParam('webhook')
  const [eventId, setEventId] = useSearchParam('event')
  const [recoveryId, setRecoveryId] = useSearchParam('recovery')
  const time = useTimeRange()
  const clear = useClearParams(filterNames)
  const heldReason = status === 'held' ? reason : ''
  const isNarrowed = [status, webhookId, eventId, recoveryId, time.range].some((filter) => filter !== '')
  return {
    status,
    setStatus,
    heldReason,
    setReason,
    webhookId,
    setWebhookId,
    eventId,
    setEventId,
    recoveryId,
    setRecoveryId,
    time,
    /** Takes all of them away; undefined while there is none. */
    clear: isNarrowed ? clear : undefined,
    input: {
      // One webhook and one recovery are told of whole, whatever occasion is chosen: so are their numbers.
      ...(webhookId === '' && recoveryId === '' ? inScope : inOrganization),
      ...time.limits,
      status: status || undefined,
      heldReason: heldReason || undefined,
      webhookId: webhookId || undefined,
      eventId: eventId || undefined,
      recoveryId: recoveryId || undefined,
    },
  }
}

/** A filter that only an address sets; pressing it takes it away. */
const Of = ({ noun, id, onRemove }: { noun: string; id: string; onRemove: () => void }) => (
  <Button onClick={onRemove}>
    Of one {noun}: <code className="font-mono text-xs">…{id.slice(-6)}</code>
  </Button>
)

/** The row of filters above the list; `children`: what can be done with what is selected. */
export const DeliveryFilters = ({
  filters,
  children,
}: {
  filters: ReturnType<typeof useDeliveryFilters>
  children: ReactNode
}) => {
  const { status, webhookId, eventId, recoveryId } = filters
  return (
    <FilterBar label="Filter deliveries" onClear={filters.clear}>
      <ChoiceFilter
        label="Status"
        anyLabel="Any status"
        options={statusOptions}
        value={status}
        onValueChange={filters.setStatus}
      />
      {status === 'held' && (
        <ChoiceFilter
          label="Held for"
          anyLabel="Any reason"
          options={reasonOptions}
          value={filters.heldReason}
          onValueChange={filters.setReason}
        />
      )}
      <ChoiceFilter
        label="Webhook"
        anyLabel="Any webhook"
        options={useWebhookOptions(webhookId)}
        value={webhookId}
        onValueChange={filters.setWebhookId}
      />
      <TimeRangeFilter label="Created" time={filters.time} />
      {eventId && <Of noun="event" id={eventId} onRemove={() => filters.setEventId('')} />}
      {recoveryId && <Of noun="recovery" id={recoveryId} onRemove={() => filters.setRecoveryId('')} />}
      {children}
    </FilterBar>
  )
}
