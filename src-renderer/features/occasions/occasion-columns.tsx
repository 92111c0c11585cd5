import { Archive, ArchiveRestore, CalendarCheck, CalendarClock, CircleDot, Pencil } from 'lucide-react'
import { Link } from 'react-router'
import type { ListedOccasion } from '#contract/organizations.ts'
import { paths } from '#renderer/app/paths.ts'
import { chooseOccasion } from '#renderer/app/scope.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { formatCount, formatUtc } from '#renderer/ui/format.ts'
import { MenuItem, MenuSeparator } from '#renderer/ui/menu.tsx'
import { RowMenu, useCommandColumns } from '#renderer/ui/row-menu.tsx'

export const occasionId = (occasion: ListedOccasion) => occasion.id
export const occasionName = (occasion: ListedOccasion) => occasion.name
export const occasionHref = (occasion: ListedOccasion) => `${paths.occasions}?occasion=${occasion.id}`

const when = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

const State = ({ occasion: { archivedAt, startsAt, endsAt } }: { occasion: ListedOccasion }) => {
  const now = Date.now()
  if (archivedAt !== null) return <Badge icon={Archive}>Archived</Badge>
  if (now < startsAt)
    return (
      <Badge tone="accent" icon={CalendarClock}>
        Upcoming
      </Badge>
    )
  if (now <= endsAt)
    return (
      <Badge tone="success" icon={CircleDot}>
        Running
      </Badge>
    )
  return <Badge icon={CalendarCheck}>Over</Badge>
}

const plainName: Column<ListedOccasion> = {
  id: 'name',
  header: 'Name',
  cell: ({ name }) => <span className="font-medium">{name}</span>,
}
const linkedName: Column<ListedOccasion> = {
  ...plainName,
  cell: (occasion) => (
    <Link to={occasionHref(occasion)} className="font-medium hover:underline">
      {occasion.name}
    </Link>
  ),
}

const columns: readonly Column<ListedOccasion>[] = [
  {
    id: 'venue',
    header: 'Venue',
    secondary: true,
    cell: ({ venue }) => venue || <span className="text-muted">None</span>,
  },
  {
    id: 'when',
    header: 'When',
    width: '18rem',
    cell: ({ startsAt, endsAt }) => (
      <span title={`${formatUtc(startsAt)}\n${formatUtc(endsAt)}`}>{when.formatRange(startsAt, endsAt)}</span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    secondary: 'last',
    width: '7.5rem',
    cell: (occasion) => <State occasion={occasion} />,
  },
  {
    id: 'webhooks',
    header: 'Webhooks',
    secondary: true,
    width: '6rem',
    align: 'end',
    cell: ({ webhooks }) => formatCount(webhooks),
  },
]

const readColumns = [plainName, ...columns]
const managedColumns = [linkedName, ...columns]

export interface OccasionCommands {
  onEdit: (occasion: ListedOccasion) => void
  onArchive: (occasion: ListedOccasion) => void
  onRestore: (occasion: ListedOccasion) => void
}

const Actions = ({ row: occasion, commands }: { row: ListedOccasion; commands: OccasionCommands }) => (
  <RowMenu name={occasion.name}>
    <MenuItem icon={Pencil} onSelect={() => commands.onEdit(occasion)}>
      Edit …
    </MenuItem>
    {occasion.archivedAt === null && (
      <MenuItem icon={CalendarCheck} onSelect={() => chooseOccasion(occasion.id)}>
        Work in this occasion
      </MenuItem>
    )}
    <MenuSeparator />
    {occasion.archivedAt === null ? (
      <MenuItem icon={Archive} onSelect={() => commands.onArchive(occasion)}>
        Archive …
      </MenuItem>
    ) : (
      <MenuItem icon={ArchiveRestore} onSelect={() => commands.onRestore(occasion)}>
        Restore
      </MenuItem>
    )}
  </RowMenu>
)

/** The columns of the list of occasions, with a menu for those who may manage them. */
export const useOccasionColumns = (commands: OccasionCommands | null): readonly Column<ListedOccasion>[] =>
  useCommandColumns(commands === null ? readColumns : managedColumns, commands, Actions)
