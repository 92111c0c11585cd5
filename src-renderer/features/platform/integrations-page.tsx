import { useInfiniteQuery } from '@tanstack/react-query'
import { Building2, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import type { IntegrationHealth } from '#contract/platform.ts'
import { openCountMax } from '#contract/settings.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { planLabels } from '#renderer/app/labels.ts'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatCount, formatCountShort, formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'

const title = 'Integration health'
const filterNames = ['search', 'show'] as const
const shows = ['troubled'] as const
const showOptions = [{ value: 'troubled', label: 'In trouble' }] as const

const healthId = (health: IntegrationHealth) => health.organizationId
const healthName = (health: IntegrationHealth) => health.organizationName
/** The webhooks of an organization, over all of the platform. */
const healthHref = (health: IntegrationHealth) =>
  `${paths.platformWebhooks}?organization=${health.organizationId}`

/** Parts of a number that are not nothing: "4 active, 1 paused". */
const partsText = (parts: readonly (readonly [number, string])[]) =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${formatCount(count)} ${name}`)
    .join(', ') || 'none'

const columns: readonly Column<IntegrationHealth>[] = [
  {
    id: 'name',
    header: 'Organization',
    cell: (health) => (
      <span className="flex min-w-0 flex-col">
        <Link to={healthHref(health)} className="truncate font-medium hover:underline">
          {health.organizationName}
        </Link>
        <span className="text-xs text-muted">{planLabels[health.plan]}</span>
      </span>
    ),
  },
  {
    id: 'webhooks',
    header: 'Webhooks',
    width: '16rem',
    cell: ({ webhooks }) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">
          {partsText([
            [webhooks.active, 'active'],
            [webhooks.paused, 'paused'],
            [webhooks.suspended, 'suspended'],
          ])}
        </span>
        {(webhooks.failing > 0 || webhooks.disabled > 0) && (
          <span className="flex gap-1">
            {webhooks.failing > 0 && (
              <Badge tone="danger" icon={TriangleAlert}>
                {formatCount(webhooks.failing)} failing
              </Badge>
            )}
            {webhooks.disabled > 0 && <Badge tone="danger">{formatCount(webhooks.disabled)} disabled</Badge>}
          </span>
        )}
      </span>
    ),
  },
  {
    id: 'open',
    header: 'Waiting / held',
    width: '8rem',
    align: 'end',
    cell: ({ waiting, held }) => (
      <>
        {formatCountShort(waiting, openCountMax)} /{' '}
        <span className={held > 0 ? 'text-warning' : undefined}>{formatCountShort(held, openCountMax)}</span>
      </>
    ),
  },
  {
    id: 'recent',
    header: 'Last 24 h',
    width: '15rem',
    cell: ({ recent }) => (
      <span className="flex min-w-0 flex-col">
        <span>{formatNumberOf(recent.events, 'event')}</span>
        <span className="truncate text-xs text-muted">
          {formatCount(recent.delivered)} delivered, {formatNumberOf(recent.failedAttempts, 'failed attempt')}
        </span>
      </span>
    ),
  },
  {
    id: 'keys',
    header: 'API keys',
    secondary: true,
    width: '12rem',
    cell: ({ apiKeys }) => (
      <span className="flex min-w-0 flex-col">
        <span>
          {formatCount(apiKeys.active)} active
          {apiKeys.expiringSoon > 0 && (
            <span className="text-warning">, {formatCount(apiKeys.expiringSoon)} expiring</span>
          )}
        </span>
        <span className="text-xs text-muted">
          {apiKeys.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <RelativeTime at={apiKeys.lastUsedAt} />
            </>
          )}
        </span>
      </span>
    ),
  },
  {
    id: 'connections',
    header: 'Connections',
    secondary: true,
    width: '9rem',
    cell: ({ connections }) =>
      partsText([
        [connections.enabled, 'on'],
        [connections.disabled, 'off'],
      ]),
  },
]

const Health = () => {
  const [search] = useSearchParam('search')
  const [show, setShow] = useChoiceParam('show', shows, '')
  const clear = useClearParams(filterNames)
  const onClear = search !== '' || show !== '' ? clear : undefined
  const query = useInfiniteQuery(
    orpc.platform.integrations.infiniteOptions({
      input: (cursor: string | undefined) => ({
        cursor,
        search: search || undefined,
        troubled: show === 'troubled',
      }),
      ...keysetPaging,
    }),
  )
  return (
    <Page
      fill
      title={title}
      description="How every organization is connected, whatever it may manage: the platform underneath works without any capability."
    >
      <FilterBar label="Filter organizations" onClear={onClear}>
        <SearchFilter label="Search by name" />
        <ChoiceFilter
          label="State"
          anyLabel="Any state"
          options={showOptions}
          value={show}
          onValueChange={setShow}
        />
      </FilterBar>
      <DataTable
        label="Organizations"
        columns={columns}
        rows={usePagedRows(query)}
        rowId={healthId}
        rowName={healthName}
        rowHref={healthHref}
        onClearFilters={onClear}
        empty={{
          icon: Building2,
          title: 'No organizations yet',
          guide: guideAddress('platform#health'),
          description: 'Each organization of this installation appears here.',
        }}
      />
    </Page>
  )
}

/** `/platform/integrations` */
export const PlatformIntegrationsPage = () => (
  <GatedPage action="platform.integrations.view" title={title}>
    <Health />
  </GatedPage>
)
