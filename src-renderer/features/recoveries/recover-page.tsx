import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { recoverableStatuses } from '#contract/recoveries.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { ChoiceFilter, FilterBar } from '#renderer/ui/filter-bar.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { deliveryStatusLabel } from '#renderer/ui/status-badge.tsx'
import { TimeRangeFilter } from '../events/time-range-filter.tsx'
import { useWebhookOptions } from '../webhooks/webhook-options.ts'
import { EventTypesFilter } from './event-types-filter.tsx'
import { useRecoveryFilter } from './recovery-filter.ts'
import { RecoveryList } from './recovery-list.tsx'
import { RecoveryPlan } from './recovery-plan.tsx'
import { StartRecoveryForm } from './start-recovery-form.tsx'

const crumbs = [{ label: 'Deliveries', to: paths.deliveries }]
const statusOptions = recoverableStatuses.map((status) => ({
  value: status,
  label: `${deliveryStatusLabel(status)} only`,
}))

const Recover = () => {
  const { webhookId, setWebhookId, status, setStatus, eventTypes, setEventTypes, time, filter } =
    useRecoveryFilter()
  const [url, setUrl] = useState<string>()
  return (
    <Page
      title="Recover deliveries"
      crumbs={crumbs}
      description="Sends again, oldest first, what ended without arriving. What has arrived meanwhile is left out."
    >
      <FilterBar label="What to recover">
        <ChoiceFilter
          label="Webhook"
          anyLabel="Choose a webhook"
          options={useWebhookOptions(webhookId)}
          value={webhookId}
          onValueChange={setWebhookId}
        />
        <TimeRangeFilter label="Made" time={time} />
        <ChoiceFilter
          label="Status"
          anyLabel="Exhausted and discarded"
          options={statusOptions}
          value={status}
          onValueChange={setStatus}
        />
        <EventTypesFilter chosen={eventTypes} onChange={setEventTypes} />
      </FilterBar>
      {filter === null ? (
        <Card>
          <EmptyState icon={CircleAlert} title="Choose a webhook">
            <p>A recovery sends to one webhook. Then you see what it would send.</p>
          </EmptyState>
        </Card>
      ) : (
        <>
          <div className="max-w-3xl">
            <RecoveryPlan filter={filter} url={url}>
              <StartRecoveryForm key={filter.webhookId} filter={filter} onUrl={setUrl} />
            </RecoveryPlan>
          </div>
          <RecoveryList webhookId={filter.webhookId} />
        </>
      )}
    </Page>
  )
}

/** `/deliveries/recover` */
export const RecoverPage = () => (
  <GatedPage action="deliveries.recover" title="Recover deliveries">
    <Recover />
  </GatedPage>
)
