import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { connectorCategories } from '#contract/connections.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { CapabilityStateRow } from '../subscription/capability-state.tsx'
import { ConnectorCard } from './connector-card.tsx'
import { type Catalogue, categoryLabels, matchingConnectors } from './connectors.ts'
import { DeveloperTools } from './developer-tools.tsx'

const filterNames = ['search', 'category'] as const
const categoryOptions = connectorCategories.map((value) => ({ value, label: categoryLabels[value] }))
const gridClasses = 'grid gap-3 sm:grid-cols-2 2xl:grid-cols-3'
const skeletonCards = ['a', 'b', 'c', 'd', 'e', 'f'] as const

const LoadingGrid = () => (
  <div role="status" className={gridClasses}>
    <span className="sr-only">Loading the catalogue</span>
    {skeletonCards.map((card) => (
      <div key={card} className="space-y-3 rounded-lg border border-line bg-surface p-4">
        <Skeleton className="w-1/2" />
        <Skeleton className="w-full" />
        <Skeleton className="w-2/3" />
      </div>
    ))}
  </div>
)

const Grid = ({ catalogue }: { catalogue: Catalogue }) => {
  const [search] = useSearchParam('search')
  const [category] = useChoiceParam('category', connectorCategories, '')
  const clear = useClearParams(filterNames)
  const matching = matchingConnectors(catalogue.connectors, { search, category })
  if (matching.length === 0)
    return (
      <EmptyState
        icon={SearchX}
        title="No integration matches these filters"
        actions={<Button onClick={clear}>Clear filters</Button>}
      />
    )
  return (
    <ul className={gridClasses}>
      {matching.map((connector) => (
        <ConnectorCard
          key={connector.id}
          connector={connector}
          connections={catalogue.connections.filter(({ connectorId }) => connectorId === connector.id)}
        />
      ))}
    </ul>
  )
}

const Integrations = ({ query }: { query: UseQueryResult<Catalogue> }) => {
  const [search] = useSearchParam('search')
  const [category, setCategory] = useChoiceParam('category', connectorCategories, '')
  const clear = useClearParams(filterNames)
  return (
    <section aria-labelledby="native-integrations" className="min-w-0 space-y-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id="native-integrations" className="text-base font-semibold">
          Native integrations
        </h2>
        {query.data && (
          <span className="text-muted">
            {formatNumberOf(query.data.connectors.length, 'integration')},{' '}
            {formatNumberOf(query.data.connections.length, 'connection')}
          </span>
        )}
      </div>
      <FilterBar label="Filter integrations" onClear={search !== '' || category !== '' ? clear : undefined}>
        <SearchFilter label="Search integrations" />
        <ChoiceFilter
          label="Category"
          anyLabel="Any category"
          options={categoryOptions}
          value={category}
          onValueChange={setCategory}
        />
      </FilterBar>
      {query.data && <Grid catalogue={query.data} />}
      {query.isPending && <LoadingGrid />}
      {query.isError && !query.data && (
        <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      )}
    </section>
  )
}

const Hub = () => {
  const { inScope } = useScope()
  const query = useQuery(orpc.connections.list.queryOptions({ input: inScope }))
  return (
    <Page
      title="Connections"
      description="Connect the workspace with other systems: ready-made integrations, and tools for your own programs."
    >
      <RefusalNotice action="connections.manage" />
      {query.data && (
        <Card>
          <CapabilityStateRow state={query.data.capability} />
        </Card>
      )}
      <div className="grid items-start gap-x-6 gap-y-5 xl:grid-cols-[minmax(0,1fr)_21rem]">
        <Integrations query={query} />
        <DeveloperTools />
      </div>
    </Page>
  )
}

/** `/settings/integrations/connections` */
export const ConnectionsPage = () => (
  <GatedPage action="connections.view" title="Connections">
    <Hub />
  </GatedPage>
)
