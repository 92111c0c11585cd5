import { useInfiniteQuery } from '@tanstack/react-query'
import { Webhook as WebhookIcon } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { PlatformWebhook } from '#contract/platform.ts'
import { webhookStatuses } from '#contract/vocabulary.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { WebhookStatusBadge, webhookStatusLabel } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { RecentChips } from '../webhooks/recent-chips.tsx'
import { OrganizationPicker } from './organization-picker.tsx'
import { PlatformWebhookDrawer } from './platform-webhook-drawer.tsx'

const title = 'Webhook operations'
const filterNames = ['search', 'organization', 'status', 'show'] as const
const statusOptions = webhookStatuses.map((value) => ({ value, label: webhookStatusLabel(value) }))
const shows = ['failing'] as const
const showOptions = [{ value: 'failing', label: 'Failing' }] as const

const webhookId = (webhook: PlatformWebhook) => webhook.id
const webhookName = (webhook: PlatformWebhook) => `${webhook.name} of ${webhook.organizationName}`

const columnsFor = (hrefOf: (webhook: PlatformWebhook) => string): readonly Column<PlatformWebhook>[] => [
  {
    id: 'name',
    header: 'Webhook',
    cell: (webhook) => (
      <span className="flex min-w-0 flex-col">
        <Link to={hrefOf(webhook)} className="truncate font-medium hover:underline">
          {webhook.name}
        </Link>
        <span className="truncate text-xs text-muted" title={webhook.url}>
          {webhook.url}
        </span>
      </span>
    ),
  },
  {
    id: 'organization',
    header: 'Organization',
    width: '11rem',
    cell: (webhook) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{webhook.organizationName}</span>
        {webhook.occasionName && <span className="truncate text-xs text-muted">{webhook.occasionName}</span>}
      </span>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    width: '10rem',
    cell: (webhook) => (
      <span title={webhook.statusReason ?? undefined}>
        <WebhookStatusBadge status={webhook.status} />
      </span>
    ),
  },
  {
    id: 'failing',
    header: 'Failing',
    width: '11rem',
    cell: ({ failingSince, consecutiveFailures }) =>
      failingSince === null ? (
        <span className="text-muted">No</span>
      ) : (
        <span className="flex flex-col">
          <span className="text-danger">{formatNumberOf(consecutiveFailures, 'failure')} in a row</span>
          <span className="text-xs text-muted">
            since <RelativeTime at={failingSince} />
          </span>
        </span>
      ),
  },
  {
    id: 'recent',
    header: 'Activity, 24 h',
    secondary: true,
    width: '10rem',
    cell: (webhook) => <RecentChips recent={webhook.recent} />,
  },
  {
    id: 'success',
    header: 'Last success',
    secondary: true,
    width: '7.5rem',
    cell: ({ lastSuccessAt }) =>
      lastSuccessAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <RelativeTime at={lastSuccessAt} />
      ),
  },
]

const Operations = () => {
  const [params] = useSearchParams()
  const [search] = useSearchParam('search')
  const [organization, setOrganization] = useSearchParam('organization')
  const [status, setStatus] = useChoiceParam('status', webhookStatuses, '')
  const [show, setShow] = useChoiceParam('show', shows, '')
  const [openId, setOpenId] = useSearchParam('webhook')
  const clear = useClearParams(filterNames)
  const filtered = search !== '' || organization !== '' || status !== '' || show !== ''
  const query = useInfiniteQuery(
    orpc.platform.webhooks.infiniteOptions({
      input: (cursor: string | undefined) => ({
        cursor,
        search: search || undefined,
        organizationId: organization || undefined,
        status: status || undefined,
        failing: show === 'failing',
      }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const hrefOf = useCallback(
    ({ id }: PlatformWebhook) => {
      const next = new URLSearchParams(params)
      next.set('webhook', id)
      return `${paths.platformWebhooks}?${next}`
    },
    [params],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const open = rows.items.find(({ id }) => id === openId)
  return (
    <Page
      fill
      title={title}
      description="The webhooks of all organizations. Pausing and resuming one is support: it needs the capability of its organization."
    >
      <FilterBar label="Filter webhooks" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search by name or URL" />
        <OrganizationPicker
          className="w-56! max-w-full"
          anyLabel="Any organization"
          value={organization}
          shown={rows.items.find(({ organizationId }) => organizationId === organization)?.organizationName}
          onChange={(chosen) => setOrganization(chosen?.id ?? '')}
        />
        <ChoiceFilter
          label="Status"
          anyLabel="Any status"
          options={statusOptions}
          value={status}
          onValueChange={setStatus}
        />
        <ChoiceFilter
          label="Failing"
          anyLabel="Failing or not"
          options={showOptions}
          value={show}
          onValueChange={setShow}
        />
      </FilterBar>
      <DataTable
        label="Webhooks"
        columns={columns}
        rows={rows}
        rowId={webhookId}
        rowName={webhookName}
        rowHref={hrefOf}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: WebhookIcon,
          title: 'No webhooks yet',
          guide: guideAddress('platform#health'),
          description: 'Each webhook of an organization appears here.',
        }}
      />
      {open && <PlatformWebhookDrawer webhook={open} onClose={() => setOpenId('')} />}
    </Page>
  )
}

/** `/platform/webhooks` */
export const PlatformWebhooksPage = () => (
  <GatedPage action="platform.webhooks.view" title={title}>
    <Operations />
  </GatedPage>
)
