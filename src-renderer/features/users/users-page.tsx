import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleOff, TriangleAlert, Users as UsersIcon } from 'lucide-react'
import type { UserListItem } from '#contract/organizations.ts'
import type { MembershipSource } from '#contract/session.ts'
import { GatedPage } from '#renderer/app/access.tsx'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Badge } from '#renderer/ui/badge.tsx'
import { type Column, DataTable } from '#renderer/ui/data-table.tsx'
import { FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { RelativeTime } from '#renderer/ui/time.tsx'

const filterNames = ['search'] as const
const userId = (user: UserListItem) => user.id
const userName = (user: UserListItem) => user.name

const None = () => <span className="text-muted">None</span>

const sourceTexts: Record<MembershipSource, string> = {
  membership: 'Member',
  metadata: 'Sign-in only, no member',
  support: 'Platform support',
  none: 'None',
}

const columns: readonly Column<UserListItem>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (user) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{user.name}</span>
          {user.status === 'disabled' && (
            <Badge tone="danger" icon={CircleOff}>
              Disabled
            </Badge>
          )}
        </span>
        <span className="truncate text-xs text-muted">{user.email}</span>
      </span>
    ),
  },
  {
    id: 'organization',
    header: 'Organization role',
    width: '11rem',
    cell: (user) => (user.organizationRole ? organizationRoleLabels[user.organizationRole] : <None />),
  },
  {
    id: 'workspace',
    header: 'Workspace role',
    width: '12rem',
    cell: (user) => (user.workspaceRole ? workspaceRoleLabels[user.workspaceRole] : <None />),
  },
  {
    id: 'membership',
    header: 'Membership',
    width: '13rem',
    cell: (user) =>
      user.membershipSource === 'metadata' ? (
        <Badge tone="warning" icon={TriangleAlert}>
          {sourceTexts.metadata}
        </Badge>
      ) : (
        sourceTexts[user.membershipSource]
      ),
  },
  {
    id: 'seen',
    header: 'Last sign-in',
    width: '8rem',
    cell: (user) =>
      user.lastSignInAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <RelativeTime at={user.lastSignInAt} />
      ),
  },
]

const Users = () => {
  const { organization, inOrganization } = useScope()
  const [search] = useSearchParam('search')
  const clear = useClearParams(filterNames)
  const query = useInfiniteQuery(
    orpc.users.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...inOrganization, cursor, search: search || undefined }),
      ...keysetPaging,
    }),
  )
  return (
    <Page
      fill
      title="Users"
      description={`Who works in ${organization.name}. A role that only the sign-in service claims is not membership.`}
    >
      <FilterBar label="Filter users" onClear={search ? clear : undefined}>
        <SearchFilter label="Search by name or email" />
      </FilterBar>
      <DataTable
        label="Users"
        columns={columns}
        rows={usePagedRows(query)}
        rowId={userId}
        rowName={userName}
        onClearFilters={search ? clear : undefined}
        empty={{
          icon: UsersIcon,
          title: 'No users yet',
          description: 'Nobody belongs to this organization.',
        }}
      />
    </Page>
  )
}

/** `/settings/users` */
export const UsersPage = () => (
  <GatedPage action="users.view" title="Users">
    <Users />
  </GatedPage>
)
