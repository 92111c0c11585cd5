import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { AuditEntry } from '#contract/settings.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { guideAddress, paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { ExportMenu } from '#renderer/ui/export-menu.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { changedFields } from './audit-changes.ts'
import { AuditEntryDialog } from './audit-entry-dialog.tsx'
import { auditFormats } from './audit-export.ts'
import { useAuditFilter } from './audit-filter.ts'
import { AuditFilters } from './audit-filters.tsx'
import { actionLabel, actorKindLabels, targetLabel } from './audit-labels.ts'
import { VerifyChain } from './verify-chain.tsx'

const entryId = (entry: AuditEntry) => entry.id
const entryName = (entry: AuditEntry) => `${actionLabel(entry.action)} by ${entry.actorName}`

const fieldsShownMax = 4

const fieldSummary = (entry: AuditEntry) => {
  const fields = changedFields(entry.before, entry.after).map(({ field }) => field)
  const more = fields.length - fieldsShownMax
  return more > 0 ? `${fields.slice(0, fieldsShownMax).join(', ')} and ${more} more` : fields.join(', ')
}

const columnsFor = (hrefOf: (entry: AuditEntry) => string): readonly Column<AuditEntry>[] => [
  { id: 'at', header: 'When', width: '6.5rem', cell: (entry) => <RelativeTime at={entry.at} /> },
  {
    id: 'actor',
    header: 'Who',
    cell: (entry) => (
      <>
        {entry.actorName}
        {(entry.actorKind === 'api_key' || entry.actorKind === 'operator') && (
          <span className="ml-1.5 text-xs text-muted">{actorKindLabels[entry.actorKind]}</span>
        )}
      </>
    ),
  },
  {
    id: 'action',
    header: 'What',
    width: '16rem',
    cell: (entry) => (
      <Link to={hrefOf(entry)} className="font-medium hover:underline">
        {actionLabel(entry.action)}
      </Link>
    ),
  },
  {
    id: 'target',
    header: 'On what',
    secondary: true,
    width: '13rem',
    cell: (entry) => (
      <>
        {targetLabel(entry.targetKind)}
        {entry.targetId !== null && (
          <code className="ml-1.5 font-mono text-xs text-muted" title={entry.targetId}>
            …{entry.targetId.slice(-8)}
          </code>
        )}
      </>
    ),
  },
  {
    id: 'fields',
    header: 'Changed',
    secondary: true,
    cell: (entry) => <span className="text-muted">{fieldSummary(entry)}</span>,
  },
]

const Audit = () => {
  const { inOrganization } = useScope()
  const [params] = useSearchParams()
  const [openId, setOpenId] = useSearchParam('entry')
  const state = useAuditFilter()
  const query = useInfiniteQuery(
    orpc.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...inOrganization, ...state.filter, cursor }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const hrefOf = useCallback(
    ({ id }: AuditEntry) => {
      const next = new URLSearchParams(params)
      next.set('entry', id)
      return `${paths.audit}?${next}`
    },
    [params],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const open = rows.items.find(({ id }) => id === openId)
  return (
    <Page
      fill
      title="Audit log"
      description="Who changed what, and what it was before. Entries are chained: none can be altered unnoticed."
      actions={
        <>
          <VerifyChain />
          <ExportMenu formats={auditFormats({ ...inOrganization, ...state.filter })} />
        </>
      }
    >
      <AuditFilters filter={state} />
      <DataTable
        label="Entries"
        columns={columns}
        onClearFilters={state.onClear}
        rows={rows}
        rowId={entryId}
        rowName={entryName}
        rowHref={hrefOf}
        empty={{
          icon: ScrollText,
          title: 'Nothing recorded yet',
          guide: guideAddress('audit'),
          description: 'Every change in this organization appears here.',
        }}
      />
      {open && <AuditEntryDialog entry={open} onClose={() => setOpenId('')} />}
    </Page>
  )
}

/** `/audit` */
export const AuditPage = () => (
  <GatedPage action="audit.view" title="Audit log">
    <Audit />
  </GatedPage>
)
