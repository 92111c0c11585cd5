import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Activity } from 'lucide-react'
import { type ApiKey, apiKeyUsageRanges } from '#contract/api-keys.ts'
import { formatDuration } from '#contract/duration.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { formatCount } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { TimeSeriesChart } from '#renderer/ui/time-series-chart.tsx'
import { Callers, ImpactSentence } from './key-impact.tsx'

const rangeOptions = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
] as const

const Chart = ({ apiKey }: { apiKey: ApiKey }) => {
  const { inOrganization } = useScope()
  const [range] = useChoiceParam('range', apiKeyUsageRanges, '7d')
  const { data, error, refetch } = useQuery(
    orpc.apiKeys.usage.queryOptions({
      input: { ...inOrganization, apiKeyId: apiKey.id, range },
      placeholderData: keepPreviousData,
    }),
  )
  if (error) return <ProblemNotice failure={failureOf(error)} onRetry={() => void refetch()} />
  if (!data) return <Skeleton className="h-52 w-full" />
  if (data.calls === 0)
    return (
      <EmptyState icon={Activity} title="No call was recorded in this time">
        <p>Each call with this key is counted here, up to a minute later.</p>
      </EmptyState>
    )
  const per = formatDuration(data.bucketMs)
  return (
    <TimeSeriesChart
      label={`Calls per ${per}`}
      summary={`Calls per ${per}: ${formatCount(data.calls)}, of which ${formatCount(data.refused)} were refused.`}
      times={data.buckets.map(({ startsAt }) => startsAt)}
      bucketMs={data.bucketMs}
      series={[
        {
          label: 'Answered',
          color: 'chart-1',
          values: data.buckets.map(({ calls, refused }) => calls - refused),
        },
        { label: 'Refused', color: 'chart-2', values: data.buckets.map(({ refused }) => refused) },
      ]}
    />
  )
}

/** How often a key is used. */
export const KeyUsage = ({ apiKey }: { apiKey: ApiKey }) => {
  const [range, setRange] = useChoiceParam('range', apiKeyUsageRanges, '7d')
  return (
    <Card
      title="Calls"
      actions={
        <SegmentedControl label="Range" options={rangeOptions} value={range} onValueChange={setRange} />
      }
    >
      <Chart apiKey={apiKey} />
    </Card>
  )
}

/** Who uses a key, and from where. */
export const KeyCallers = ({ apiKey }: { apiKey: ApiKey }) => {
  const { inOrganization } = useScope()
  const { data, error, refetch } = useQuery(
    orpc.apiKeys.impact.queryOptions({ input: { ...inOrganization, apiKeyIds: [apiKey.id] } }),
  )
  const impact = data?.keys[0]
  return (
    <Card
      title="Callers"
      description={impact && impact.callersTotal > 0 ? <ImpactSentence impact={impact} /> : undefined}
    >
      {error && <ProblemNotice failure={failureOf(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-24 w-full" />}
      {impact && impact.callersTotal > 0 && <Callers impact={impact} />}
      {impact && impact.callersTotal === 0 && (
        <p className="text-muted">No call was recorded in the last 30 days.</p>
      )}
    </Card>
  )
}
