import { Send } from 'lucide-react'
import { Link } from 'react-router'
import { formatDuration } from '#contract/duration.ts'
import type { Overview } from '#contract/settings.ts'
import { paths } from '#renderer/app/paths.ts'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { formatCount } from '#renderer/ui/format.ts'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { TimeSeriesChart } from '#renderer/ui/time-series-chart.tsx'

/** Delivered and failed attempts over the range. */
export const AttemptsChart = ({ overview }: { overview: Overview | undefined }) => {
  if (!overview) return <Skeleton className="h-60 w-full" />
  const delivered = overview.buckets.map((bucket) => bucket.delivered)
  const failed = overview.buckets.map((bucket) => bucket.failed)
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  if (total(delivered) + total(failed) === 0) return <NoAttempts />
  return (
    <TimeSeriesChart
      label={`Attempts per ${formatDuration(overview.bucketMs)}`}
      summary={`Attempts per ${formatDuration(overview.bucketMs)}: ${formatCount(total(delivered))} delivered, ${formatCount(total(failed))} failed.`}
      times={overview.buckets.map((bucket) => bucket.startsAt)}
      bucketMs={overview.bucketMs}
      series={[
        { label: 'Delivered', color: 'chart-1', values: delivered },
        { label: 'Failed', color: 'chart-2', values: failed },
      ]}
    />
  )
}

const NoAttempts = () => (
  <EmptyState
    icon={Send}
    title="Nothing was sent in this time"
    actions={
      <>
        <Button asChild>
          <Link to={paths.webhooks}>Webhooks</Link>
        </Button>
        <Button asChild>
          <Link to={`${paths.documentation}/api-keys`}>How to send an event</Link>
        </Button>
      </>
    }
  >
    <p>An event that a program sends goes to every webhook that asks for it. Each request shows up here.</p>
  </EmptyState>
)
