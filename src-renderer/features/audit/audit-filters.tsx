import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Combobox } from '#renderer/ui/combobox.tsx'
import { ChoiceFilter, FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { IconButton } from '#renderer/ui/icon-button.tsx'
import { TimeRangeFilter } from '../events/time-range-filter.tsx'
import { type AuditFilterState, actorKinds } from './audit-filter.ts'
import { actionLabel, actorKindLabels, nounOf, targetLabel } from './audit-labels.ts'

const kindOptions = actorKinds.map((value) => ({ value, label: actorKindLabels[value] }))
const anyAction = { value: 'any', label: 'Any action' }

const ActionChoice = ({ filter, actions }: { filter: AuditFilterState; actions: readonly string[] }) => {
  const { value, set } = filter.action
  const groups = Object.entries(Object.groupBy(actions, nounOf)).map(([noun, members = []]) => ({
    label: targetLabel(noun),
    options: members.map((action) => ({ value: action, label: actionLabel(action), detail: action })),
  }))
  return (
    <Combobox
      label="Action"
      searchLabel="Search actions"
      placeholder={anyAction.label}
      groups={[{ label: 'All', options: [anyAction] }, ...groups]}
      value={value || anyAction.value}
      shown={value && actionLabel(value)}
      onValueChange={(next) => set(next === anyAction.value ? '' : next)}
      className="w-56! max-w-full"
    />
  )
}

/** One thing that the log is narrowed to: it comes from a link, so it is shown and can be taken away. */
const OneTarget = ({ filter }: { filter: AuditFilterState }) => {
  const { value, set } = filter.targetId
  if (value === '') return null
  return (
    <span className="inline-flex h-8 items-center gap-1 rounded-md bg-accent-soft pl-2.5 text-accent">
      Only <code className="font-mono text-xs">…{value.slice(-8)}</code>
      <IconButton size="sm" icon={X} label="Show everything again" onClick={() => set('')} />
    </span>
  )
}

/** Who, what, on what and when. */
export const AuditFilters = ({ filter }: { filter: AuditFilterState }) => {
  const { inOrganization } = useScope()
  const { data } = useQuery(orpc.audit.choices.queryOptions({ input: inOrganization }))
  return (
    <FilterBar label="Filter the audit log" onClear={filter.onClear}>
      <SearchFilter param="actor" label="Search by who did it" />
      <ChoiceFilter
        label="Kind of actor"
        anyLabel="Anybody"
        options={kindOptions}
        value={filter.actorKind.value}
        onValueChange={filter.actorKind.set}
      />
      <ActionChoice filter={filter} actions={data?.actions ?? []} />
      <ChoiceFilter
        label="On what"
        anyLabel="On anything"
        options={(data?.targetKinds ?? []).map((value) => ({ value, label: targetLabel(value) }))}
        value={filter.targetKind.value}
        onValueChange={filter.targetKind.set}
      />
      <TimeRangeFilter label="When" time={filter.time} />
      <OneTarget filter={filter} />
    </FilterBar>
  )
}
