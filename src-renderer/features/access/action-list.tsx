import { clsx } from 'clsx'
import { Command } from 'cmdk'
import { Check, Search } from 'lucide-react'
import type { ActionOutcome } from '#contract/access.ts'
import { type Action, isAction } from '#contract/actions.ts'
import { actionGroups, actionTitle } from '#renderer/app/action-labels.ts'
import { Skeleton } from '#renderer/ui/skeleton.tsx'
import { gateIcons, outcomeText } from './outcome.tsx'

const Mark = ({ outcome }: { outcome: ActionOutcome }) => {
  const Icon = outcome.allowed || !outcome.decidedBy ? Check : gateIcons[outcome.decidedBy]
  return (
    <span title={outcomeText(outcome)} className={outcome.allowed ? 'text-success' : 'text-muted'}>
      <Icon aria-hidden className="size-4" strokeWidth={outcome.allowed ? 2.5 : 2} />
      <span className="sr-only">, {outcomeText(outcome)}</span>
    </span>
  )
}

/** All actions under their headings, each with what it comes to; found by typing, chosen by Enter or a click. */
export const ActionList = ({
  outcomes,
  value,
  onValueChange,
}: {
  /** Undefined while they load. */
  outcomes: readonly ActionOutcome[] | undefined
  value: Action | ''
  onValueChange: (action: Action) => void
}) => (
  <Command
    label="Actions"
    loop
    defaultValue={value || undefined}
    className="flex max-h-[36rem] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface"
  >
    <div className="flex shrink-0 items-center gap-2 border-b border-line px-3 has-[input:focus-visible]:bg-hover">
      <Search aria-hidden className="size-4 shrink-0 text-muted" />
      <Command.Input
        data-page-search
        placeholder="Search actions"
        className="h-9 min-w-0 flex-1 bg-transparent outline-none"
      />
    </div>
    <Command.List className="min-h-0 flex-1 overflow-y-auto p-1">
      <Command.Empty className="px-2 py-6 text-center text-muted">No action of that name.</Command.Empty>
      {actionGroups.map((group) => (
        <Command.Group
          key={group.label}
          heading={group.label}
          className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted"
        >
          {group.actions.map((action) => {
            const outcome = outcomes?.find((candidate) => candidate.action === action)
            return (
              <Command.Item
                key={action}
                value={action}
                keywords={[actionTitle(action)]}
                onSelect={(chosen) => isAction(chosen) && onValueChange(chosen)}
                className={clsx(
                  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-hover',
                  action === value && 'bg-accent-soft! font-medium text-accent',
                )}
              >
                <span className="min-w-0 flex-1 truncate">
                  {actionTitle(action)}
                  {action === value && <span className="sr-only">, chosen</span>}
                </span>
                {outcome ? <Mark outcome={outcome} /> : <Skeleton className="w-4" />}
              </Command.Item>
            )
          })}
        </Command.Group>
      ))}
    </Command.List>
  </Command>
)
