import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Blocks, History, SearchX } from 'lucide-react'
import { type Connector, connectionsListMax, connectorCategories } from '#contract/connections.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatCount, formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { CapabilityStateRow } from '../subscription/capability-state.tsx'
import { ConnectorCard } from './connector-card.tsx'
import { type Catalogue, categoryLabels, matchingConnectors } from './connectors.ts'
import { DeveloperTools } from './developer-tools.tsx'
import { HubDialogs, useHubDialogs } from './hub-dialogs.tsx'
import { freePlaces } from './places.ts'

const filterNames = ['search', 'category', 'connected'] as const
const connectedChoices = ['yes'] as const
const connectedOptions = [{ value: 'yes', label: 'Connected' }] as const
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
  const scope = useScope()
  const { hrefOf, setConnect } = useHubDialogs()
  const mayManage = useDecision('connections.manage')?.allowed ?? false
  const [search] = useSearchParam('search')
  const [category] = useChoiceParam('category', connectorCategories, '')
  const [connected, setConnected] = useChoiceParam('connected', connectedChoices, '')
  const clear = useClearParams(filterNames)
  const connectionsOf = (connector: Connector) =>
    catalogue.connections.filter(({ connectorId }) => connectorId === connector.id)
  const matching = matchingConnectors(catalogue.connectors, { search, category }).filter(
    (connector) => connected === '' || connectionsOf(connector).length > 0,
  )
  if (matching.length === 0 && connected !== '' && search === '' && category === '')
    return (
      <EmptyState
        icon={Blocks}
        title="Nothing is connected yet"
        actions={<Button onClick={() => setConnected('')}>Show the catalogue</Button>}
      >
        <p>Choose an integration from the catalogue and connect it.</p>
      </EmptyState>
    )
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
      {matching.map((connector) => {
        const connections = connectionsOf(connector)
        return (
          <ConnectorCard
            key={connector.id}
            connector={connector}
            connections={connections}
            hrefOf={hrefOf}
            mayManage={mayManage}
            onConnect={freePlaces(scope, connections).length > 0 ? () => setConnect(connector.id) : null}
          />
        )
      })}
    </ul>
  )
}

const Integrations = ({ query }: { query: UseQueryResult<Catalogue> }) => {
  const [search] = useSearchParam('search')
  const [category, setCategory] = useChoiceParam('category', connectorCategories, '')
  const [connected, setConnected] = useChoiceParam('connected', connectedChoices, '')
  const clear = useClearParams(filterNames)
  const filtered = search !== '' || category !== '' || connected !== ''
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
      <FilterBar label="Filter integrations" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search integrations" />
        <ChoiceFilter
          label="Category"
          anyLabel="Any category"
          options={categoryOptions}
          value={category}
          onValueChange={setCategory}
        />
        <ChoiceFilter
          label="State"
          anyLabel="Connected or not"
          options={connectedOptions}
          value={connected}
          onValueChange={setConnected}
        />
      </FilterBar>
      {query.data?.more && (
        <Banner tone="warning">
          Only the first {formatCount(connectionsListMax)} connections are shown. Choose an occasion to see
          its own.
        </Banner>
      )}
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
  const { setHistory } = useHubDialogs()
  const query = useQuery(orpc.connections.list.queryOptions({ input: inScope }))
  return (
    <Page
      title="Connections"
      description="Connect the workspace with other systems: ready-made integrations, and tools for your own programs."
      actions={
        <Button onClick={() => setHistory('all')}>
          <History aria-hidden />
          History
        </Button>
      }
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
      {query.data && <HubDialogs catalogue={query.data} />}
    </Page>
  )
}

/** `/settings/integrations/connections` */
export const ConnectionsPage = () => (
  <GatedPage action="connections.view" title="Connections">
    <Hub />
  </GatedPage>
)
