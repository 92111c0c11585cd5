import { useMemo } from 'react'
import { type RecoverableStatus, recoverableStatuses } from '#contract/recoveries.ts'
import { useChoiceParam, useSearchParam } from '#renderer/ui/search-params.ts'
import { useTimeRange } from '../events/time-range.ts'

const eventTypesMax = 50

/** What is to be recovered, as the URL keeps it. `filter` is null until it names a webhook. */
export const useRecoveryFilter = () => {
  const [webhookId, setWebhookId] = useSearchParam('webhook')
  const [status, setStatus] = useChoiceParam('status', recoverableStatuses, '')
  const [types, setTypes] = useSearchParam('types')
  const time = useTimeRange()
  const eventTypes = useMemo(() => types.split(',').filter(Boolean).slice(0, eventTypesMax), [types])
  const filter = useMemo(() => {
    if (webhookId === '') return null
    const statuses: RecoverableStatus[] = status === '' ? [...recoverableStatuses] : [status]
    return {
      webhookId,
      // Until the time of the choice: what comes later was not looked at.
      since: time.limits.since ?? 0,
      until: time.limits.until ?? Date.now(),
      statuses,
      eventTypes: eventTypes.length === 0 ? undefined : eventTypes,
    }
  }, [webhookId, status, eventTypes, time.limits])
  return {
    webhookId,
    setWebhookId,
    status,
    setStatus,
    eventTypes,
    setEventTypes: (chosen: readonly string[]) => setTypes(chosen.join(',')),
    time,
    filter,
  }
}
export type RecoveryFilter = NonNullable<ReturnType<typeof useRecoveryFilter>['filter']>
