import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { CalendarDays, CalendarPlus } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ListedOccasion } from '#contract/organizations.ts'
import { Gated, GatedPage, useDecision } from '#renderer/app/access.tsx'
import { guideAddress } from '#renderer/app/paths.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { refreshSession } from '#renderer/app/session.tsx'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { occasionHref, occasionId, occasionName, useOccasionColumns } from './occasion-columns.tsx'
import { OccasionDialog } from './occasion-dialog.tsx'

const filterNames = ['search', 'archived'] as const
const archivedChoices = ['only', 'all'] as const
const archivedOptions = [
  { value: 'only', label: 'Archived only' },
  { value: 'all', label: 'Archived too' },
] as const

const useRefresh = () => {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all([queryClient.invalidateQueries({ queryKey: orpc.occasions.key() }), refreshSession()])
  }
}

const ArchiveDialog = ({ occasion, onClose }: { occasion: ListedOccasion; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const archive = useMutation(
    orpc.occasions.archive.mutationOptions({
      onSuccess: async () => {
        toast.success(`${occasion.name} was archived`)
        onClose()
        await refresh()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Archive ${occasion.name}`}
      consequence={
        <p>
          No new events are accepted for it. What was accepted is still delivered
          {occasion.webhooks > 0 && `, over its ${formatNumberOf(occasion.webhooks, 'webhook')}`}. Nothing is
          deleted, and it can be restored.
        </p>
      }
      confirmLabel="Archive occasion"
      busy={archive.isPending}
      failure={archive.isError ? failureOf(archive.error) : null}
      onConfirm={() => archive.mutate({ ...inOrganization, occasionId: occasion.id })}
    />
  )
}

const useRestore = () => {
  const { inOrganization } = useScope()
  const refresh = useRefresh()
  const { onError, explanation } = useActionFailure()
  const { mutate } = useMutation(
    orpc.occasions.restore.mutationOptions({
      onError,
      onSuccess: async ({ name }) => {
        toast.success(`${name} was restored`)
        await refresh()
      },
    }),
  )
  const { organizationId } = inOrganization
  const restore = useMemo(
    () => (occasion: ListedOccasion) => mutate({ organizationId, occasionId: occasion.id }),
    [mutate, organizationId],
  )
  return { restore, explanation }
}

const Occasions = () => {
  const { organization, inOrganization } = useScope()
  const [search] = useSearchParam('search')
  const [archived, setArchived] = useChoiceParam('archived', archivedChoices, '')
  const [dialog, setDialog] = useSearchParam('dialog')
  const [openId, setOpenId] = useSearchParam('occasion')
  const clear = useClearParams(filterNames)
  const filtered = search !== '' || archived !== ''
  const mayManage = useDecision('occasions.manage')?.allowed ?? false
  const [archiving, setArchiving] = useState<ListedOccasion | null>(null)
  const { restore, explanation } = useRestore()
  const commands = useMemo(
    () => ({
      onEdit: (occasion: ListedOccasion) => setOpenId(occasion.id),
      onArchive: setArchiving,
      onRestore: restore,
    }),
    [setOpenId, restore],
  )
  const columns = useOccasionColumns(mayManage ? commands : null)
  const query = useInfiniteQuery(
    orpc.occasions.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...inOrganization,
        cursor,
        search: search || undefined,
        archived: archived || 'no',
      }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const open = mayManage ? rows.items.find(({ id }) => id === openId) : undefined
  const create = (
    <Button look="primary" onClick={() => setDialog('create')}>
      <CalendarPlus aria-hidden />
      Create occasion
    </Button>
  )
  return (
    <Page
      fill
      title="Occasions"
      description={`The events that ${organization.name} runs. Webhooks and connections belong to the organization or to one of them.`}
      actions={
        <GatedOrWhy action="occasions.manage" why="Why can’t I create one?">
          {create}
        </GatedOrWhy>
      }
    >
      <FilterBar label="Filter occasions" onClear={filtered ? clear : undefined}>
        <SearchFilter label="Search by name or venue" />
        <ChoiceFilter
          label="Archived"
          anyLabel="Not archived"
          options={archivedOptions}
          value={archived}
          onValueChange={setArchived}
        />
      </FilterBar>
      <DataTable
        label="Occasions"
        columns={columns}
        rows={rows}
        rowId={occasionId}
        rowName={occasionName}
        rowHref={mayManage ? occasionHref : undefined}
        onClearFilters={filtered ? clear : undefined}
        empty={{
          icon: CalendarDays,
          title: 'No occasions yet',
          guide: guideAddress('people#occasions'),
          description: 'Create one for each event whose connections and webhooks shall stand apart.',
          actions: <Gated action="occasions.manage">{create}</Gated>,
        }}
      />
      {mayManage && dialog === 'create' && <OccasionDialog occasion={null} onClose={() => setDialog('')} />}
      {open && <OccasionDialog key={open.id} occasion={open} onClose={() => setOpenId('')} />}
      {archiving && <ArchiveDialog occasion={archiving} onClose={() => setArchiving(null)} />}
      {explanation}
    </Page>
  )
}

/** `/settings/occasions` */
export const OccasionsPage = () => (
  <GatedPage action="occasions.view" title="Occasions">
    <Occasions />
  </GatedPage>
)
