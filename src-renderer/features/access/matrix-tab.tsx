import { ScanEye } from 'lucide-react'
import { useMemo } from 'react'
import { actions, isAction } from '#contract/actions.ts'
import { gates, organizationRoles, workspaceRoles } from '#contract/vocabulary.ts'
import { actionGroup, actionTitle } from '#renderer/app/action-labels.ts'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { useScope } from '#renderer/app/scope.ts'
import { CouldNotLoad, NoneMatch, NoneYet } from '#renderer/ui/data-table-states.tsx'
import { gateLabels } from '#renderer/ui/decision-text.ts'
import { ExportMenu } from '#renderer/ui/export-menu.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { useSearchParam } from '#renderer/ui/search-params.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { ActionFilter } from './action-picker.tsx'
import { ExplainedDialog } from './explained-dialog.tsx'
import { GateLegend } from './gate-legend.tsx'
import { matrixFormats } from './matrix-export.ts'
import { OutcomeGrid } from './outcome-grid.tsx'
import { standingText } from './subject-picker.tsx'
import { outcomeChoices, useMatrixFilter, useMatrixRows } from './use-matrix.ts'

const workspaceOptions = workspaceRoles.map((value) => ({ value, label: workspaceRoleLabels[value] }))
const organizationOptions = organizationRoles.map((value) => ({
  value,
  label: `Organization ${organizationRoleLabels[value].toLowerCase()}`,
}))
const outcomeOptions = outcomeChoices.map((value) => ({
  value,
  label: value === 'allowed' ? 'Some allowed' : 'Some refused',
}))
const gateOptions = gates.map((value) => ({ value, label: `Refused by ${gateLabels[value]}` }))

const Filters = ({ filters }: { filters: ReturnType<typeof useMatrixFilter> }) => {
  const { workspaceRole, organizationRole, action, outcome, gate } = filters
  return (
    <FilterBar label="Filter the matrix" onClear={filters.onClear}>
      <SearchFilter label="Search by name or email" />
      <ChoiceFilter
        label="Workspace role"
        anyLabel="Any workspace role"
        options={workspaceOptions}
        value={workspaceRole.value}
        onValueChange={workspaceRole.set}
      />
      <ChoiceFilter
        label="Organization role"
        anyLabel="Any organization role"
        options={organizationOptions}
        value={organizationRole.value}
        onValueChange={organizationRole.set}
      />
      <ActionFilter value={action.value} onValueChange={action.set} />
      <ChoiceFilter
        label="Outcome"
        anyLabel="Any outcome"
        options={outcomeOptions}
        value={outcome.value}
        onValueChange={outcome.set}
      />
      <ChoiceFilter
        label="Gate that decided"
        anyLabel="Any gate"
        options={gateOptions}
        value={gate.value}
        onValueChange={gate.set}
      />
    </FilterBar>
  )
}

/** `usr_…~webhooks.manage`: the cell whose explanation is open. */
const cellParam = (userId: string, action: string) => `${userId}~${action}`

const OpenCell = () => {
  const [cell, setCell] = useSearchParam('cell')
  const [userId = '', action = ''] = cell.split('~')
  if (!isAction(action)) return null
  return <ExplainedDialog subjectId={userId} action={action} onClose={() => setCell('')} />
}

/** People × actions: what everybody of the organization may do here. */
export const MatrixTab = () => {
  const { inScope } = useScope()
  const filters = useMatrixFilter()
  const { filter } = filters
  const rows = useMatrixRows(filter)
  const [, setCell] = useSearchParam('cell')
  const columns = useMemo(
    () =>
      (filter.action ? [filter.action] : actions).map((action) => ({
        id: action,
        label: actionTitle(action),
        group: actionGroup(action),
      })),
    [filter.action],
  )
  const gridRows = useMemo(
    () =>
      rows.items.map(({ user }) => ({
        id: user.id,
        name: user.name,
        header: (
          <span title={`${user.name}, ${user.email}`}>
            <span className="block truncate font-medium">{user.name}</span>
            <span className="block truncate text-xs text-muted">{standingText(user)}</span>
          </span>
        ),
      })),
    [rows.items],
  )
  const more = rows.loadingNextPage ? null : rows.nextPage
  return (
    <>
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1">
          <Filters filters={filters} />
        </div>
        <ExportMenu formats={matrixFormats({ ...inScope, ...filter })} />
      </div>
      {rows.failure && <CouldNotLoad label="The matrix" failure={rows.failure} onRetry={rows.retry} />}
      {rows.loading && <LoadingBlock label="Loading the matrix" />}
      {!rows.loading && !rows.failure && gridRows.length === 0 && !rows.nextPage && <Nobody {...filters} />}
      {(gridRows.length > 0 || rows.nextPage) && (
        <>
          <GateLegend />
          <OutcomeGrid
            label="People and actions"
            corner="Person"
            columns={columns}
            rows={gridRows}
            outcomeAt={({ row, column }) => rows.items[row]?.outcomes[column]}
            onOpen={({ row, column }) => {
              const user = rows.items[row]?.user
              const action = columns[column]
              if (user && action) setCell(cellParam(user.id, action.id))
            }}
            onEnd={more ?? undefined}
            footer={
              <span role="status">
                {formatNumberOf(gridRows.length, 'person', 'people')}
                {rows.nextPage && ' so far, more as you scroll'} · {formatNumberOf(columns.length, 'action')}{' '}
                · Arrow keys move, Enter explains
              </span>
            }
          />
        </>
      )}
      <OpenCell />
    </>
  )
}

const Nobody = ({ onClear }: { onClear?: () => void }) =>
  onClear ? (
    <NoneMatch label="People" onClear={onClear} />
  ) : (
    <NoneYet
      icon={ScanEye}
      title="Nobody is here yet"
      description="The people of the organization appear here."
    />
  )
