import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX, ListChecks, Play, Plus, Trash2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import type { Expectation } from '#contract/expectations.ts'
import { Gated, useDecision } from '#renderer/app/access.tsx'
import { guideAddress } from '#renderer/app/paths.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { sentence } from '#renderer/ui/decision-text.ts'
import { ChoiceFilter, FilterBar } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { useAllRows } from '#renderer/ui/rows.ts'
import { useChoiceParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { OccasionName } from '../events/occasion-name.tsx'
import { CreateExpectationDialog } from './create-expectation-dialog.tsx'
import { expectationHref, expectationSentence } from './expectation-text.ts'
import { useSubject } from './subject.ts'

const expectationId = (expectation: Expectation) => expectation.id

const OutcomeOfRun = ({ expectation }: { expectation: Expectation }) =>
  expectation.lastOutcome.passed ? (
    <Badge tone="success" icon={CircleCheck}>
      Holds
    </Badge>
  ) : (
    <Badge tone="danger" icon={CircleX}>
      Fails
    </Badge>
  )

const columns: readonly Column<Expectation>[] = [
  {
    id: 'expectation',
    header: 'Expectation',
    cell: (expectation) => (
      <span className="flex min-w-0 flex-col">
        <Link to={expectationHref(expectation)} className="truncate font-medium hover:underline">
          {expectationSentence(expectation)}
        </Link>
        {expectation.note && <span className="truncate text-xs text-muted">{expectation.note}</span>}
      </span>
    ),
  },
  {
    id: 'where',
    header: 'Where',
    width: '11rem',
    cell: ({ occasionId }) => <OccasionName occasionId={occasionId} />,
  },
  {
    id: 'outcome',
    header: 'Last outcome',
    width: '7rem',
    cell: (expectation) => <OutcomeOfRun expectation={expectation} />,
  },
  {
    id: 'fact',
    header: 'What was found',
    cell: ({ lastOutcome }) => (
      <span className="text-muted" title={sentence(lastOutcome.fact)}>
        {sentence(lastOutcome.fact)}
      </span>
    ),
  },
  {
    id: 'run',
    header: 'Last run',
    width: '7rem',
    cell: ({ lastRunAt }) => <RelativeTime at={lastRunAt} />,
  },
  { id: 'by', header: 'Saved by', width: '9rem', cell: ({ createdBy }) => createdBy },
]

const DeleteExpectation = ({ expectation, onClose }: { expectation: Expectation; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const remove = useMutation(
    orpc.expectations.delete.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: orpc.expectations.key() })
        toast.success('Expectation deleted')
        onClose()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete the expectation “${expectationSentence(expectation)}”`}
      consequence="Nobody is told any more when it stops being true. Access itself does not change."
      confirmLabel="Delete expectation"
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate({ ...inOrganization, expectationId: expectation.id })}
    />
  )
}

const RunButton = () => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const run = useMutation(
    orpc.expectations.run.mutationOptions({
      onError,
      onSuccess: async (all) => {
        await queryClient.invalidateQueries({ queryKey: orpc.expectations.key() })
        const failing = all.filter(({ lastOutcome }) => !lastOutcome.passed).length
        if (failing === 0) toast.success(`${formatNumberOf(all.length, 'expectation')}: all hold`)
        else toast.error(`${formatNumberOf(failing, 'expectation')} of ${all.length} fail`)
      },
    }),
  )
  return (
    <>
      <Button busy={run.isPending} onClick={() => run.mutate(inOrganization)}>
        <Play aria-hidden />
        Run now
      </Button>
      {explanation}
    </>
  )
}

const useColumns = (onDelete: (expectation: Expectation) => void) => {
  const mayManage = useDecision('users.manage')?.allowed ?? false
  return useMemo((): readonly Column<Expectation>[] => {
    if (!mayManage) return columns
    const actions: Column<Expectation> = {
      id: 'actions',
      header: 'Actions',
      hideHeader: true,
      width: '3.5rem',
      cell: (expectation) => (
        <IconButton
          size="sm"
          icon={Trash2}
          label={`Delete the expectation ${expectationSentence(expectation)}`}
          onClick={() => onDelete(expectation)}
        />
      ),
    }
    return [...columns, actions]
  }, [mayManage, onDelete])
}

const showOptions = [
  { value: 'failing', label: 'Failing' },
  { value: 'holding', label: 'Holding' },
] as const
const shows = ['failing', 'holding'] as const

/** Sentences about access that must stay true, with what the latest run found. */
export const ExpectationsTab = () => {
  const { inOrganization } = useScope()
  const { subject } = useSubject()
  const [show, setShow] = useChoiceParam('show', shows, '')
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<Expectation | null>(null)
  const query = useQuery(orpc.expectations.list.queryOptions({ input: inOrganization }))
  const rows = useAllRows(query, (all) =>
    all.filter(({ lastOutcome }) => show === '' || lastOutcome.passed === (show === 'holding')),
  )
  const shownColumns = useColumns(setDeleting)
  const clear = show === '' ? undefined : () => setShow('')
  const create = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      Add expectation
    </Button>
  )
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1">
          <FilterBar label="Filter expectations" onClear={clear}>
            <ChoiceFilter
              label="Outcome"
              anyLabel="Any outcome"
              options={showOptions}
              value={show}
              onValueChange={setShow}
            />
          </FilterBar>
        </div>
        {(query.data?.length ?? 0) > 0 && <RunButton />}
        <GatedOrWhy action="users.manage" why="Why can’t I add one?">
          {create}
        </GatedOrWhy>
      </div>
      <DataTable
        label="Expectations"
        columns={shownColumns}
        rows={rows}
        rowId={expectationId}
        rowName={expectationSentence}
        rowHref={expectationHref}
        onClearFilters={clear}
        empty={{
          icon: ListChecks,
          title: 'No expectations yet',
          guide: guideAddress('why#expectations'),
          description:
            'Save what must stay true, for example “Max may never manage API keys”. Patchbay checks it after every change of people, plans or switches, and says on the overview when it fails.',
          actions: <Gated action="users.manage">{create}</Gated>,
        }}
      />
      {creating && <CreateExpectationDialog subject={subject} onClose={() => setCreating(false)} />}
      {deleting && <DeleteExpectation expectation={deleting} onClose={() => setDeleting(null)} />}
    </>
  )
}
