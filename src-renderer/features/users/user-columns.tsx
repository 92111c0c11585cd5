import { CircleOff, MailPlus, Pencil, Scale, TriangleAlert, UserMinus } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import type { ListedUser } from '#contract/organizations.ts'
import type { MembershipSource } from '#contract/session.ts'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { explorerAddress, paths } from '#renderer/app/paths.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import type { Column } from '#renderer/ui/data-table.tsx'
import { MenuItem, MenuSeparator } from '#renderer/ui/menu.tsx'
import { RowMenu, useCommandColumns } from '#renderer/ui/row-menu.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'

export const userId = (user: ListedUser) => user.id
export const userName = (user: ListedUser) => user.name
/** The person's own dialog, on the list. */
export const userHref = (user: ListedUser) => `${paths.users}?user=${user.id}`

const None = () => <span className="text-muted">None</span>

const sourceTexts: Record<MembershipSource, string> = {
  membership: 'Member',
  metadata: 'Sign-in only, no member',
  support: 'Platform support',
  none: 'None',
}

/** Where somebody's roles come from. */
export const MembershipBadge = ({ source }: { source: MembershipSource }) =>
  source === 'metadata' ? (
    <Badge tone="warning" icon={TriangleAlert}>
      {sourceTexts.metadata}
    </Badge>
  ) : (
    sourceTexts[source]
  )

/** Invited, and not here yet; nothing for everybody else. */
export const InvitationBadge = ({ invitation }: { invitation: ListedUser['invitation'] }) => {
  if (invitation === null) return null
  return invitation.expiresAt === null ? (
    <Badge tone="warning" icon={TriangleAlert}>
      Invitation ended
    </Badge>
  ) : (
    <Badge tone="accent" icon={MailPlus}>
      Invited
    </Badge>
  )
}

const columns: readonly Column<ListedUser>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (user) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex items-center gap-2">
          <Link to={userHref(user)} className="truncate font-medium hover:underline">
            {user.name}
          </Link>
          {user.status === 'disabled' && (
            <Badge tone="danger" icon={CircleOff}>
              Disabled
            </Badge>
          )}
          <InvitationBadge invitation={user.invitation} />
        </span>
        <span className="truncate text-xs text-muted">{user.email}</span>
      </span>
    ),
  },
  {
    id: 'organization',
    header: 'Organization role',
    width: '10.5rem',
    cell: (user) => (user.organizationRole ? organizationRoleLabels[user.organizationRole] : <None />),
  },
  {
    id: 'workspace',
    header: 'Workspace role',
    secondary: 'last',
    width: '12rem',
    cell: (user) => (user.workspaceRole ? workspaceRoleLabels[user.workspaceRole] : <None />),
  },
  {
    id: 'membership',
    header: 'Membership',
    secondary: true,
    width: '13rem',
    cell: (user) => <MembershipBadge source={user.membershipSource} />,
  },
  {
    id: 'seen',
    header: 'Last sign-in',
    secondary: true,
    width: '8rem',
    cell: (user) =>
      user.lastSignInAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <RelativeTime at={user.lastSignInAt} />
      ),
  },
]

export interface UserCommands {
  onRenew: (user: ListedUser) => void
  onRemove: (user: ListedUser) => void
}

const Actions = ({ row: user, commands }: { row: ListedUser; commands: UserCommands }) => {
  const navigate = useNavigate()
  return (
    <RowMenu name={user.name}>
      <MenuItem icon={Pencil} onSelect={() => void navigate(userHref(user))}>
        Change roles …
      </MenuItem>
      {user.invitation && (
        <MenuItem icon={MailPlus} onSelect={() => commands.onRenew(user)}>
          Renew invitation …
        </MenuItem>
      )}
      <MenuItem icon={Scale} onSelect={() => void navigate(explorerAddress({ subject: user.id }))}>
        Explain access
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger icon={UserMinus} onSelect={() => commands.onRemove(user)}>
        Remove …
      </MenuItem>
    </RowMenu>
  )
}

/** The columns of the list of users, with a menu for those who may manage them. */
export const useUserColumns = (commands: UserCommands | null): readonly Column<ListedUser>[] =>
  useCommandColumns(columns, commands, Actions)
