import { Building2, CalendarDays, ChevronsUpDown, type LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { formatDate } from '#renderer/ui/format.ts'
import { Menu, MenuChoices } from '#renderer/ui/menu.tsx'
import { planLabels } from './labels.ts'
import { chooseOccasion, chooseOrganization, useScope } from './scope.ts'
import { useSignedIn } from './session.tsx'
import { leaveFor } from './unsaved-changes.tsx'

const SwitcherButton = ({
  icon: Icon,
  kind,
  value,
  ...rest
}: { icon: LucideIcon; kind: string; value: string } & ComponentProps<'button'>) => (
  <button
    type="button"
    className="flex h-8 w-full items-center gap-2.5 rounded-md border border-line bg-surface px-2 text-start hover:bg-hover"
    {...rest}
  >
    <Icon aria-hidden className="size-4 shrink-0 text-muted" />
    <span className="min-w-0 flex-1 truncate font-medium">
      <span className="sr-only">{kind}: </span>
      {value}
    </span>
    <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
  </button>
)

const allOccasions = 'all'

/** Chooses the organization, and one of its occasions or all of them. */
export const Switchers = () => {
  const { organizations } = useSignedIn()
  const { organization, occasion } = useScope()
  return (
    <div className="space-y-1.5 px-2">
      <Menu
        className="w-60"
        trigger={<SwitcherButton icon={Building2} kind="Organization" value={organization.name} />}
      >
        <MenuChoices
          label="Organization"
          value={organization.id}
          choices={organizations.map(({ id, name, plan }) => ({
            value: id,
            label: name,
            detail: `${planLabels[plan]} plan`,
          }))}
          onChoose={(id) => leaveFor(() => chooseOrganization(id))}
        />
      </Menu>
      {organization.occasions.length > 0 && (
        <Menu
          className="w-60"
          trigger={
            <SwitcherButton icon={CalendarDays} kind="Occasion" value={occasion?.name ?? 'All occasions'} />
          }
        >
          <MenuChoices
            label="Occasion"
            value={occasion?.id ?? allOccasions}
            choices={[
              { value: allOccasions, label: 'All occasions', detail: 'and the organization itself' },
              ...organization.occasions.map(({ id, name, venue, startsAt }) => ({
                value: id,
                label: name,
                detail: `${formatDate(startsAt)} · ${venue}`,
              })),
            ]}
            onChoose={(id) => chooseOccasion(id === allOccasions ? null : id)}
          />
        </Menu>
      )}
    </div>
  )
}
