import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, Webhook as WebhookIcon } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { webhookStatuses } from '#contract/vocabulary.ts'
import { Gated, GatedPage, useDecision } from '#renderer/app/access.tsx'
import { paths } from '#renderer/app/paths.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { webhookStatusLabel } from '#renderer/ui/status-badge.tsx'
import { CreateWebhookDialog } from './create-webhook-dialog.tsx'
import { useWebhookCommands } from './use-webhook-commands.tsx'
import { useWebhookColumns, webhookHref, webhookId, webhookName } from './webhook-columns.tsx'

const filterNames = ['search', 'status'] as const
const statusChoices = [...webhookStatuses, 'failing'] as const
const statusOptions = statusChoices.map((choice) => ({
  value: choice,
  label: choice === 'failing' ? 'Active, but failing' : webhookStatusLabel(choice),
}))
const nothingSelected: ReadonlySet<string> = new Set()

const Webhooks = () => {
  const { inScope, occasion } = useScope()
  const [search] = useSearchParam('search')
  const [status, setStatus] = useChoiceParam('status', statusChoices, '')
  const [dialog, setDialog] = useSearchParam('dialog')
  const clear = useClearParams(filterNames)
  const filtered = search !== '' || status !== ''
  const mayManage = useDecision('webhooks.manage')?.allowed ?? false
  const [selected, setSelected] = useState(nothingSelected)
  const { commands, deleteMany, dialogs } = useWebhookCommands({
    onDeleted: () => setSelected(nothingSelected),
  })
  const columns = useWebhookColumns(mayManage ? commands : null)
  const query = useInfiniteQuery(
    orpc.webhooks.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inScope,
        cursor,
        search: search || undefined,
        ...(status === 'failing' ? { failing: true } : { status: status || undefined }),
      }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const chosen = rows.items.filter(({ id }) => selected.has(id))
  const create = (
    <Button look="primary" onClick={() => setDialog('create')}>
      <Plus aria-hidden />
      Create webhook
    </Button>
  )
  return (
    <Page
      fill
      title="Webhooks"
      description={
        occasion
          ? `Signed requests to other systems about events of ${occasion.name}.`
          : 'Signed requests to other systems whenever something happens.'
      }
      actions={
        <>
          <Button asChild>
            <Link to={`${paths.documentation}/webhooks`}>Documentation</Link>
          </Button>
          <Gated action="webhooks.manage">{create}</Gated>
        </>
      }
    >
      <RefusalNotice action="webhooks.manage" />
      <FilterBar label="Filter webhooks" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search by name or URL" />
        <ChoiceFilter
          label="Status"
          anyLabel="Any status"
          options={statusOptions}
          value={status}
          onValueChange={setStatus}
        />
        {mayManage && chosen.length > 0 && (
          <Button look="danger" className="ml-auto" onClick={() => deleteMany(chosen)}>
            Delete {formatNumberOf(chosen.length, 'webhook')}
          </Button>
        )}
      </FilterBar>
      <DataTable
        label="Webhooks"
        columns={columns}
        rows={rows}
        rowId={webhookId}
        rowName={webhookName}
        rowHref={webhookHref}
        selection={mayManage ? { selected, onChange: setSelected } : undefined}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: WebhookIcon,
          title: occasion ? `No webhooks for ${occasion.name} yet` : 'No webhooks yet',
          description: 'A webhook tells another system what happens, with a signed request for each event.',
          actions: mayManage ? create : undefined,
        }}
      />
      {mayManage && <CreateWebhookDialog open={dialog === 'create'} onClose={() => setDialog('')} />}
      {dialogs}
    </Page>
  )
}

/** `/settings/integrations/webhooks` */
export const WebhooksPage = () => (
  <GatedPage action="webhooks.view" title="Webhooks">
    <Webhooks />
  </GatedPage>
)
