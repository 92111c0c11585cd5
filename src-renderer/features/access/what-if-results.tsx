import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { ArrowRight, ScanEye } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Subject, TrialChange, WhatIf } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import { Gated } from '#renderer/app/access.tsx'
import { actionTitle } from '#renderer/app/action-labels.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { DecisionGates } from '#renderer/ui/explain-dialog.tsx'
import { FilterBar } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { useAllRows } from '#renderer/ui/rows.ts'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { SegmentedControl } from '#renderer/ui/segmented-control.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { CreateExpectationDialog } from './create-expectation-dialog.tsx'
import { DecisionHeadline } from './decision-panel.tsx'
import { OutcomeBadge } from './outcome.tsx'

type Row = WhatIf['outcomes'][number]

const shows = ['all', 'flipped'] as const
const showOptions = [
  { value: 'all', label: 'All actions' },
  { value: 'flipped', label: 'Only what flips' },
] as const

const rowId = (row: Row) => row.action
const rowName = (row: Row) => actionTitle(row.action)

const Change = ({ row }: { row: Row }) => {
  if (!row.flipped) return <span className="text-muted">Same</span>
  return row.after.allowed ? (
    <Badge tone="success">Becomes allowed</Badge>
  ) : (
    <Badge tone="danger">Becomes refused</Badge>
  )
}

const columnsFor = (hrefOf: (row: Row) => string): readonly Column<Row>[] => [
  {
    id: 'action',
    header: 'Action',
    cell: (row) => (
      <Link to={hrefOf(row)} replace className="font-medium hover:underline">
        {actionTitle(row.action)}
      </Link>
    ),
  },
  { id: 'before', header: 'Now', width: '15rem', cell: ({ before }) => <OutcomeBadge outcome={before} /> },
  {
    id: 'arrow',
    header: 'Becomes',
    hideHeader: true,
    width: '3rem',
    cell: () => <ArrowRight aria-hidden className="size-4 text-muted" />,
  },
  {
    id: 'after',
    header: 'Afterwards',
    width: '15rem',
    cell: ({ after }) => <OutcomeBadge outcome={after} />,
  },
  { id: 'change', header: 'Difference', width: '11rem', cell: (row) => <Change row={row} /> },
]

const flippedFirst = (rows: readonly Row[]) => rows.toSorted((a, b) => Number(b.flipped) - Number(a.flipped))

/** Both decisions on one action, gate by gate. */
const BothDecisions = ({
  subject,
  changes,
  action,
  onClose,
}: {
  subject: Subject
  changes: readonly TrialChange[]
  action: Action
  onClose: () => void
}) => {
  const { inScope } = useScope()
  const [saving, setSaving] = useState(false)
  const query = useQuery(
    orpc.access.whatIf.queryOptions({ input: { ...inScope, subject, changes: [...changes], action } }),
  )
  const decisions = query.data?.decisions
  if (saving && decisions) {
    return (
      <CreateExpectationDialog
        subject={subject}
        action={action}
        expected={decisions.after.allowed ? 'allowed' : 'refused'}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      width="lg"
      title={`${actionTitle(action)}: now and afterwards`}
      footer={
        <Gated action="users.manage">
          <Button disabled={!decisions} onClick={() => setSaving(true)}>
            Save as expectation
          </Button>
        </Gated>
      }
    >
      {query.isPending && <LoadingBlock label="Loading the decisions" />}
      {query.isError && (
        <ProblemNotice failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      )}
      {decisions && (
        <div className="grid items-start gap-5 md:grid-cols-2">
          <section aria-label="Now" className="min-w-0 space-y-3">
            <h3 className="text-xs font-medium text-muted">Now</h3>
            <DecisionHeadline decision={decisions.before} />
            <DecisionGates decision={decisions.before} />
          </section>
          <section aria-label="Afterwards" className="min-w-0 space-y-3">
            <h3 className="text-xs font-medium text-muted">After the changes</h3>
            <DecisionHeadline decision={decisions.after} />
            <DecisionGates decision={decisions.after} />
          </section>
        </div>
      )}
    </Dialog>
  )
}

/** What every action comes to before and after the changes, what flips first. */
export const WhatIfResults = ({
  subject,
  changes,
  query,
}: {
  subject: Subject
  changes: readonly TrialChange[]
  query: UseQueryResult<WhatIf>
}) => {
  const [params] = useSearchParams()
  const [show, setShow] = useChoiceParam('show', shows, 'all')
  const [action, setAction] = useChoiceParam('action', actions, '')
  const hrefOf = useCallback(
    (row: Row) => {
      const next = new URLSearchParams(params)
      next.set('action', row.action)
      return `${paths.accessExplorer}?${next}`
    },
    [params],
  )
  const columns = useMemo(() => columnsFor(hrefOf), [hrefOf])
  const flipped = query.data?.outcomes.filter((row) => row.flipped).length ?? 0
  const rows = useAllRows(query, ({ outcomes }) =>
    flippedFirst(show === 'all' ? outcomes : outcomes.filter((row) => row.flipped)),
  )
  return (
    <>
      <FilterBar label="Filter the outcomes">
        <SegmentedControl label="Shown actions" options={showOptions} value={show} onValueChange={setShow} />
        <span role="status" className="text-muted">
          {query.data &&
            (flipped === 0
              ? 'No action comes out differently.'
              : `${formatNumberOf(flipped, 'action')} would come out differently.`)}
        </span>
      </FilterBar>
      <DataTable
        label="Outcomes"
        embedded
        columns={columns}
        rows={rows}
        rowId={rowId}
        rowName={rowName}
        rowHref={hrefOf}
        onClearFilters={show === 'flipped' ? () => setShow('all') : undefined}
        empty={{ icon: ScanEye, title: 'No actions', description: 'There is nothing to decide.' }}
      />
      {action && (
        <BothDecisions subject={subject} changes={changes} action={action} onClose={() => setAction('')} />
      )}
    </>
  )
}
