import { useInfiniteQuery } from '@tanstack/react-query'
import { BellRing, Plus } from 'lucide-react'
import { Link } from 'react-router'
import type { Webhook } from '#contract/webhooks.ts'
import { Gated, GatedPage } from '#renderer/app/access.tsx'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { WebhookStatusBadge } from '#renderer/ui/status-badge.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { RecentChips } from '../webhooks/recent-chips.tsx'
import { CreateOperationalDialog } from './operational-dialogs.tsx'
import { OperationalDrawer } from './operational-drawer.tsx'
import { OperationalNetworkRules } from './operational-network-rules.tsx'

const title = 'Operational subscriptions'
const filterNames = ['search'] as const
const webhookId = (webhook: Webhook) => webhook.id
const webhookName = (webhook: Webhook) => webhook.name
const webhookHref = (webhook: Webhook) => `${paths.platformOperational}?webhook=${webhook.id}`

const columns: readonly Column<Webhook>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (webhook) => (
      <span className="flex min-w-0 flex-col">
        <Link to={webhookHref(webhook)} className="truncate font-medium hover:underline">
          {webhook.name}
        </Link>
        <span className="truncate text-xs text-muted">{webhook.url}</span>
      </span>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    width: '7.5rem',
    cell: (webhook) => <WebhookStatusBadge status={webhook.status} />,
  },
  {
    id: 'events',
    header: 'Events',
    secondary: 'last',
    cell: ({ events }) => (
      <span className="block truncate font-mono text-xs" title={events.join('\n')}>
        {events.join(', ')}
      </span>
    ),
  },
  {
    id: 'recent',
    header: 'Activity, 24 h',
    width: '8rem',
    cell: (webhook) => <RecentChips recent={webhook.recent} />,
  },
  {
    id: 'attempt',
    header: 'Last attempt',
    secondary: true,
    width: '7rem',
    cell: ({ lastAttemptAt }) =>
      lastAttemptAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <RelativeTime at={lastAttemptAt} />
      ),
  },
]

const Subscriptions = () => {
  const [search] = useSearchParam('search')
  const [dialog, setDialog] = useSearchParam('dialog')
  const [openId, setOpenId] = useSearchParam('webhook')
  const clear = useClearParams(filterNames)
  const query = useInfiniteQuery(
    orpc.operationalWebhooks.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ cursor, search: search || undefined }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const open = rows.items.find(({ id }) => id === openId)
  const create = (
    <Button look="primary" onClick={() => setDialog('create')}>
      <Plus aria-hidden />
      Add subscription
    </Button>
  )
  return (
    <Page
      title={title}
      description="Tell your own systems when a webhook is disabled, a delivery is exhausted, a connection fails or a key expires, in any organization. Signed like every webhook; no capability is asked for."
      actions={<Gated action="platform.webhooks.manage">{create}</Gated>}
    >
      <FilterBar label="Filter subscriptions" onClear={search ? clear : undefined}>
        <SearchFilter label="Search by name or URL" />
      </FilterBar>
      <DataTable
        embedded
        label="Subscriptions"
        columns={columns}
        rows={rows}
        rowId={webhookId}
        rowName={webhookName}
        rowHref={webhookHref}
        onClearFilters={search ? clear : undefined}
        empty={{
          icon: BellRing,
          title: 'No subscriptions yet',
          guide: guideAddress('platform#operational'),
          description:
            'Nobody is told when something stops working. Add one for your on-call or chat system.',
          actions: <Gated action="platform.webhooks.manage">{create}</Gated>,
        }}
      />
      <OperationalNetworkRules />
      <Gated action="platform.webhooks.manage">
        <CreateOperationalDialog open={dialog === 'create'} onClose={() => setDialog('')} />
      </Gated>
      {open && <OperationalDrawer key={open.id} webhook={open} onClose={() => setOpenId('')} />}
    </Page>
  )
}

/** `/platform/operational-webhooks` */
export const OperationalWebhooksPage = () => (
  <GatedPage action="platform.webhooks.view" title={title}>
    <Subscriptions />
  </GatedPage>
)
