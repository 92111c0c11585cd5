import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Eraser } from 'lucide-react'
import { useWatch } from 'react-hook-form'
import {
  defaultRetentionDays,
  type Removed,
  type Retention,
  type RetentionDays,
  type RetentionKind,
  retentionDaysMax,
  retentionDaysMin,
  retentionDaysSchema,
  retentionKinds,
} from '#contract/retention.ts'
import { openCountMax } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { UnsavedChanges } from '#renderer/app/unsaved-changes.tsx'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { FormProblem, NumberField, useZodForm } from '#renderer/ui/form.tsx'
import { formatCountUpTo, formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'

const labels: Record<RetentionKind, { label: string; hint: string }> = {
  events: { label: 'Events and deliveries', hint: 'After the last delivery of the event has ended.' },
  attempts: { label: 'Attempts', hint: 'Headers, phases and errors of each request.' },
  response_bodies: { label: 'Response bodies', hint: 'What receivers answered.' },
  key_calls: { label: 'Calls with API keys', hint: 'By hour and by caller.' },
  hourly_counts: { label: 'Counts by hour', hint: 'What the charts are drawn from.' },
  connection_history: { label: 'History of connections', hint: 'Who connected what, and when.' },
}

/** What the days in the form would remove now. */
const useOld = (days: RetentionDays | null) => {
  const { inOrganization } = useScope()
  return useQuery({
    ...orpc.retention.preview.queryOptions({
      input: { ...inOrganization, days: days ?? defaultRetentionDays },
    }),
    enabled: days !== null,
  })
}

const sumOf = (removed: Removed) => Object.values(removed).reduce((sum, count) => sum + count, 0)

const LastPass = ({ retention: { last, running } }: { retention: Retention }) => {
  if (running) {
    return (
      <span role="status">
        Removing {labels[running.kind].label.toLowerCase()}: {formatNumberOf(sumOf(running.removed), 'row')}{' '}
        so far
      </span>
    )
  }
  if (last === null) return <span>Nothing was removed yet. A pass is made four times a day.</span>
  return (
    <span>
      The last pass ended <RelativeTime at={last.at} /> and removed{' '}
      {formatNumberOf(sumOf(last.removed), 'row')}.
    </span>
  )
}

const PruneNow = ({ running }: { running: boolean }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const run = useMutation(
    orpc.retention.run.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: orpc.retention.key() }),
      onError,
    }),
  )
  return (
    <>
      <Button busy={run.isPending || running} onClick={() => run.mutate(inOrganization)}>
        <Eraser aria-hidden />
        Remove what is old now
      </Button>
      {explanation}
    </>
  )
}

const DaysForm = ({ retention }: { retention: Retention }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, form, onSubmit, failure, busy } = useZodForm(retentionDaysSchema, {
    defaultValues: retention.days,
    submit: async (days) => {
      await client.retention.set({ ...inOrganization, days })
      await queryClient.invalidateQueries({ queryKey: orpc.retention.key() })
      form.reset(days)
      toast.success('Saved')
    },
    placeOf: ([first, second]) =>
      first === 'days' ? (retentionKinds.find((kind) => kind === second) ?? null) : null,
  })
  // As text: each reading of the form is another object.
  const typed = useDebounced(JSON.stringify(useWatch({ control })))
  const old = useOld(retentionDaysSchema.safeParse(JSON.parse(typed)).data ?? null)
  return (
    <form onSubmit={onSubmit} noValidate aria-label="How long things are kept" className="space-y-4">
      <FormProblem failure={failure} />
      <UnsavedChanges when={form.formState.isDirty} what="how long things are kept" />
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
        {retentionKinds.map((kind) => (
          <NumberField
            key={kind}
            control={control}
            name={kind}
            label={`${labels[kind].label}, days`}
            min={retentionDaysMin}
            max={retentionDaysMax}
            hint={
              <>
                {labels[kind].hint}{' '}
                {old.data && `Would remove now: ${formatCountUpTo(old.data[kind], openCountMax)}.`}
              </>
            }
          />
        ))}
      </div>
      {old.isError && <ProblemNotice failure={failureOf(old.error)} onRetry={() => void old.refetch()} />}
      <Button type="submit" look="primary" busy={busy} disabled={!form.formState.isDirty}>
        Save
      </Button>
    </form>
  )
}

const DaysList = ({ days }: { days: RetentionDays }) => (
  <dl className="grid gap-x-4 gap-y-2 sm:grid-cols-2 xl:grid-cols-3">
    {retentionKinds.map((kind) => (
      <div key={kind}>
        <dt className="text-muted">{labels[kind].label}</dt>
        <dd className="font-medium">{days[kind]} days</dd>
      </div>
    ))}
  </dl>
)

/** How long each kind is kept, what that would remove, and the passes that remove it. */
export const RetentionCard = ({ retention, mayManage }: { retention: Retention; mayManage: boolean }) => (
  <Card
    title="Retention"
    description={<LastPass retention={retention} />}
    actions={mayManage && <PruneNow running={retention.running !== null} />}
  >
    <div className="space-y-4">
      {mayManage ? <DaysForm retention={retention} /> : <DaysList days={retention.days} />}
      <Banner>
        What waits, is held or is under way is never removed. The audit log is kept for ever: its chain has no
        gaps.
      </Banner>
    </div>
  </Card>
)
