import type { Overview } from '#contract/settings.ts'
import { formatCount, formatDuration } from '#renderer/ui/format.ts'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { TimeSeriesChart } from '#renderer/ui/time-series-chart.tsx'

/** Delivered and failed attempts over the range. */
export const AttemptsChart = ({ overview }: { overview: Overview | undefined }) => {
  if (!overview) return <Skeleton className="h-60 w-full" />
  const delivered = overview.buckets.map((bucket) => bucket.delivered)
  const failed = overview.buckets.map((bucket) => bucket.failed)
  const total = (values: readonly number[]) => formatCount(values.reduce((sum, value) => sum + value, 0))
  return (
    <TimeSeriesChart
      label={`Attempts per ${formatDuration(overview.bucketMs)}`}
      summary={`Attempts per ${formatDuration(overview.bucketMs)}: ${total(delivered)} delivered, ${total(failed)} failed.`}
      times={overview.buckets.map((bucket) => bucket.startsAt)}
      bucketMs={overview.bucketMs}
      series={[
        { label: 'Delivered', color: 'chart-1', values: delivered },
        { label: 'Failed', color: 'chart-2', values: failed },
      ]}
    />
  )
}
