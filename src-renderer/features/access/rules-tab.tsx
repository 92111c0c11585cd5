import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { PlanRule } from '#contract/access.ts'
import { type Action, actions } from '#contract/actions.ts'
import { type Plan, plans, type WorkspaceRole, workspaceRoles } from '#contract/vocabulary.ts'
import { actionTitle } from '#renderer/app/action-labels.ts'
import { planLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { CouldNotLoad, NoneMatch } from '#renderer/ui/data-table-states.tsx'
import { fileName, saveText, toCsv } from '#renderer/ui/export-file.ts'
import { type ExportFormat, ExportMenu } from '#renderer/ui/export-menu.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { useChoiceParam, useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { GateLegend } from './gate-legend.tsx'
import { OutcomeGrid } from './outcome-grid.tsx'
import { RuleDialog } from './rule-dialog.tsx'
import { outcomeChoices } from './use-matrix.ts'

const filterNames = ['search', 'plan', 'workspaceRole', 'outcome'] as const
const planOptions = plans.map((value) => ({ value, label: `${planLabels[value]} plan` }))
const roleOptions = workspaceRoles.map((value) => ({ value, label: workspaceRoleLabels[value] }))
const outcomeOptions = [
  { value: 'allowed', label: 'Some allowed' },
  { value: 'refused', label: 'Some refused' },
] as const

const roleNames: Record<WorkspaceRole, string> = { admin: 'Admin', manager: 'Manager', staff: 'Staff' }

interface Column {
  id: string
  plan: Plan
  workspaceRole: WorkspaceRole
  label: string
  group: string
}

const allColumns: readonly Column[] = plans.flatMap((plan) =>
  workspaceRoles.map((workspaceRole) => ({
    id: `${plan}-${workspaceRole}`,
    plan,
    workspaceRole,
    label: roleNames[workspaceRole],
    group: planLabels[plan],
  })),
)

const ruleKey = (plan: Plan, workspaceRole: WorkspaceRole, action: Action) =>
  `${plan}-${workspaceRole}-${action}`

const formats = (rules: readonly PlanRule[]): readonly ExportFormat[] => [
  {
    label: 'CSV',
    hint: 'for spreadsheets',
    run: async () =>
      saveText(
        fileName('plan-rules', 'csv'),
        'text/csv',
        toCsv(
          ['plan', 'workspace role', 'action', 'outcome', 'gate', 'code'],
          rules.map(({ plan, workspaceRole, action, allowed, decidedBy, code }) => [
            plan,
            workspaceRole,
            action,
            allowed ? 'allowed' : 'refused',
            decidedBy,
            code,
          ]),
        ),
      ),
  },
  {
    label: 'JSON',
    run: async () =>
      saveText(fileName('plan-rules', 'json'), 'application/json', JSON.stringify(rules, null, 2)),
  },
]

/** Plan × workspace role × action, for an owner by membership with every switch on and no override. */
export const RulesTab = () => {
  const { inOrganization } = useScope()
  const query = useQuery(
    orpc.access.rules.queryOptions({ input: inOrganization, placeholderData: keepPreviousData }),
  )
  const [search] = useSearchParam('search')
  const [plan, setPlan] = useChoiceParam('plan', plans, '')
  const [role, setRole] = useChoiceParam('workspaceRole', workspaceRoles, '')
  const [outcome, setOutcome] = useChoiceParam('outcome', outcomeChoices, '')
  const clear = useClearParams(filterNames)
  const [opened, setOpened] = useState<PlanRule | null>(null)
  const filtered = search !== '' || plan !== '' || role !== '' || outcome !== ''
  const byKey = useMemo(
    () =>
      new Map(
        query.data?.map((rule) => [ruleKey(rule.plan, rule.workspaceRole, rule.action), rule] as const),
      ),
    [query.data],
  )
  const columns = allColumns.filter(
    (column) => (plan === '' || column.plan === plan) && (role === '' || column.workspaceRole === role),
  )
  const wanted = search.trim().toLowerCase()
  const shownActions = actions.filter((action) => {
    if (!action.includes(wanted) && !actionTitle(action).toLowerCase().includes(wanted)) return false
    if (outcome === '') return true
    return columns.some((column) => {
      const rule = byKey.get(ruleKey(column.plan, column.workspaceRole, action))
      return rule?.allowed === (outcome === 'allowed')
    })
  })
  const ruleAt = (action: Action | undefined, column: Column | undefined) =>
    action && column ? byKey.get(ruleKey(column.plan, column.workspaceRole, action)) : undefined
  const shownRules = shownActions.flatMap((action) =>
    columns.flatMap((column) => ruleAt(action, column) ?? []),
  )
  return (
    <>
      <p className="text-muted">
        What each plan and workspace role comes to for an owner by membership, with every switch on and no
        override.
      </p>
      <div className="flex flex-wrap items-start gap-2">
        <div className="min-w-0 flex-1">
          <FilterBar label="Filter the rules" onClear={filtered ? clear : undefined}>
            <SearchFilter label="Search actions" />
            <ChoiceFilter
              label="Plan"
              anyLabel="Any plan"
              options={planOptions}
              value={plan}
              onValueChange={setPlan}
            />
            <ChoiceFilter
              label="Workspace role"
              anyLabel="Any workspace role"
              options={roleOptions}
              value={role}
              onValueChange={setRole}
            />
            <ChoiceFilter
              label="Outcome"
              anyLabel="Any outcome"
              options={outcomeOptions}
              value={outcome}
              onValueChange={setOutcome}
            />
          </FilterBar>
        </div>
        <ExportMenu formats={formats(shownRules)} />
      </div>
      {query.isPending && <LoadingBlock label="Loading the rules" />}
      {query.isError && !query.data && (
        <CouldNotLoad
          label="The rules"
          failure={failureOf(query.error)}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.data && shownActions.length === 0 && <NoneMatch label="Actions" onClear={clear} />}
      {query.data && shownActions.length > 0 && (
        <>
          <GateLegend />
          <OutcomeGrid
            label="Plans, workspace roles and actions"
            corner="Action"
            upright
            columns={columns}
            rows={shownActions.map((action) => ({
              id: action,
              name: actionTitle(action),
              header: (
                <>
                  <span className="block truncate font-medium">{actionTitle(action)}</span>
                  <span className="block truncate font-mono text-2xs text-muted">{action}</span>
                </>
              ),
            }))}
            outcomeAt={({ row, column }) => ruleAt(shownActions[row], columns[column])}
            onOpen={({ row, column }) => {
              const rule = ruleAt(shownActions[row], columns[column])
              if (rule) setOpened(rule)
            }}
            footer={
              <span role="status">
                {formatNumberOf(shownActions.length, 'action')} ·{' '}
                {formatNumberOf(columns.length, 'combination')} of plan and role · Arrow keys move, Enter
                shows the rule
              </span>
            }
          />
        </>
      )}
      {opened && <RuleDialog rule={opened} onClose={() => setOpened(null)} />}
    </>
  )
}
