import { type Action, isAction } from '#contract/actions.ts'
import { actionGroups, actionTitle } from '#renderer/app/action-labels.ts'
import { Combobox } from '#renderer/ui/combobox.tsx'
import type { FieldIds } from '#renderer/ui/field.tsx'

const groups = actionGroups.map(({ label, actions }) => ({
  label,
  options: actions.map((action) => ({ value: action, label: actionTitle(action), detail: action })),
}))
const anyAction = { value: 'any', label: 'Every action' }
const groupsWithAny = [{ label: 'All', options: [anyAction] }, ...groups]

/** One of the actions, found by typing its name or what it does. */
export const ActionPicker = ({
  value,
  onValueChange,
  className,
  ...ids
}: {
  value: Action | ''
  onValueChange: (action: Action) => void
  className?: string
} & Partial<FieldIds>) => (
  <Combobox
    {...ids}
    label="Action"
    searchLabel="Search actions"
    placeholder="Choose an action"
    groups={groups}
    value={value}
    onValueChange={(next) => isAction(next) && onValueChange(next)}
    shown={value && actionTitle(value)}
    className={className}
  />
)

/** As ActionPicker, for a filter that may also leave all of them. */
export const ActionFilter = ({
  value,
  onValueChange,
}: {
  value: Action | ''
  onValueChange: (action: Action | '') => void
}) => (
  <Combobox
    label="Action"
    searchLabel="Search actions"
    placeholder={anyAction.label}
    groups={groupsWithAny}
    value={value || anyAction.value}
    onValueChange={(next) => onValueChange(isAction(next) ? next : '')}
    shown={value && actionTitle(value)}
    className="w-56! max-w-full"
  />
)
