import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { formatDuration } from '#contract/duration.ts'
import { type Overview, openCountMax } from '#contract/settings.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { deliveriesAddress, eventsAddress, heldAddress } from '#renderer/app/deliveries-address.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Card } from '#renderer/ui/card.tsx'
import { formatCount, formatCountUpTo, formatNumberOf, formatShare } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { Stat, StatRow } from '#renderer/ui/stat.tsx'
import { ExpiringKeys } from '../api-keys/expiring-keys.tsx'
import { HealthCard } from '../health/health-card.tsx'
import { AttemptsChart } from './attempts-chart.tsx'
import { FailingEndpoints } from './failing-endpoints.tsx'
import { FailingExpectations } from './failing-expectations.tsx'

const ranges = ['24h', '7d', '30d'] as const
const rangeLabels = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' } as const

/** How it goes: what came in, what went out, what fails. */
export const OverviewPage = () => (
  <GatedPage action="events.view" title="Overview">
    <Content />
  </GatedPage>
)

const Content = () => {
  const { inScope, organization, occasion } = useScope()
  const queryClient = useQueryClient()
  const [range, setRange] = useChoiceParam('range', ranges, '24h')
  const overview = useQuery(
    orpc.overview.get.queryOptions({ input: { ...inScope, range }, placeholderData: keepPreviousData }),
  )
  const failure = overview.isError && !overview.data ? failureOf(overview.error) : null
  // The notice may stand for the self-check, too.
  const retry = () => {
    void overview.refetch()
    void queryClient.invalidateQueries({ queryKey: orpc.health.key() })
  }
  return (
    <Page
      title="Overview"
      description={occasion ? `${occasion.name}, ${organization.name}` : organization.name}
      actions={
        <SegmentedControl
          label="Range"
          options={ranges.map((value) => ({ value, label: rangeLabels[value] }))}
          value={range}
          onValueChange={setRange}
        />
      }
    >
      <HealthCard told={failure} />
      {failure ? (
        <ProblemNotice failure={failure} onRetry={retry} />
      ) : (
        <>
          <FailingExpectations />
          <ExpiringKeys />
          <Numbers overview={overview.data} />
          <Card title="Attempts" description={`Requests to endpoints in the last ${rangeLabels[range]}`}>
            <AttemptsChart overview={overview.data} />
          </Card>
          <FailingEndpoints overview={overview.data} rangeLabel={rangeLabels[range]} />
        </>
      )}
    </Page>
  )
}

const waitingFor = <Skeleton className="my-2 h-5 w-16" />

const Numbers = ({ overview }: { overview: Overview | undefined }) => {
  const { occasion } = useScope()
  const since = overview?.since
  const count = (value: number | undefined) => (value === undefined ? waitingFor : formatCount(value))
  const countUpTo = (value: number | undefined) =>
    value === undefined ? waitingFor : formatCountUpTo(value, openCountMax)
  const deliveries = overview?.deliveries
  const ended = deliveries ? deliveries.delivered + deliveries.exhausted : 0
  const latency = overview?.latencyMs
  return (
    <StatRow label="Numbers">
      <Stat
        label="Events accepted"
        value={count(overview?.eventsAccepted)}
        detail="over the tenant API"
        to={since === undefined ? paths.events : eventsAddress(since)}
      />
      <Stat
        label="Delivered"
        value={count(deliveries?.delivered)}
        detail={deliveries && ended > 0 && `${formatShare(deliveries.delivered, ended)} of those that ended`}
        to={deliveriesAddress({ status: 'delivered', since })}
      />
      <Stat
        label="Exhausted"
        value={countUpTo(deliveries?.exhausted)}
        tone={deliveries?.exhausted ? 'danger' : 'neutral'}
        detail="all attempts failed"
        to={deliveriesAddress({ status: 'exhausted', since })}
      />
      <Stat
        label="Waiting"
        value={countUpTo(deliveries && deliveries.waiting + deliveries.sending)}
        detail="or being sent"
        to={deliveriesAddress({ status: 'waiting,sending' })}
      />
      <Stat
        label="Held"
        value={countUpTo(deliveries?.held)}
        tone={deliveries?.held ? 'warning' : 'neutral'}
        detail="for a person or a condition"
        to={heldAddress(occasion)}
      />
      <Stat
        label="Latency"
        value={overview ? (latency ? formatDuration(latency.p50) : '–') : waitingFor}
        detail={latency ? `median; 95 % within ${formatDuration(latency.p95)}` : 'of attempts'}
      />
      <Stat
        label="Active webhooks"
        value={count(overview?.activeWebhooks)}
        detail={overview && `and ${formatNumberOf(overview.activeApiKeys, 'API key')}`}
        to={`${paths.webhooks}?status=active`}
      />
    </StatRow>
  )
}
