import { useInfiniteQuery } from '@tanstack/react-query'
import { UserPlus, Users as UsersIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ListedUser } from '#contract/organizations.ts'
import { GatedPage, useDecision } from '#renderer/app/access.tsx'
import { guideAddress } from '#renderer/app/paths.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { FilterBar, SearchFilter } from '#renderer/ui/filter-bar.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { keysetPaging, usePagedRows } from '#renderer/ui/rows.ts'
import { useClearParams, useSearchParam } from '#renderer/ui/search-params.ts'
import { InvitationDialog, type Invited } from './invitation-dialog.tsx'
import { InviteUserDialog } from './invite-user-dialog.tsx'
import { RemoveUserDialog } from './remove-user-dialog.tsx'
import { RenewInvitationDialog } from './renew-invitation-dialog.tsx'
import { userHref, userId, userName, useUserColumns } from './user-columns.tsx'
import { UserDialog } from './user-dialog.tsx'

const filterNames = ['search'] as const

const Users = () => {
  const { organization, inOrganization } = useScope()
  const [search] = useSearchParam('search')
  const [dialog, setDialog] = useSearchParam('dialog')
  const [openId, setOpenId] = useSearchParam('user')
  const clear = useClearParams(filterNames)
  const mayManage = useDecision('users.manage')?.allowed ?? false
  const [removing, setRemoving] = useState<ListedUser | null>(null)
  const [invited, setInvited] = useState<Invited | null>(null)
  const [renewing, setRenewing] = useState<ListedUser | null>(null)
  const commands = useMemo(() => ({ onRenew: setRenewing, onRemove: setRemoving }), [])
  const columns = useUserColumns(mayManage ? commands : null)
  const query = useInfiniteQuery(
    orpc.users.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...inOrganization, cursor, search: search || undefined }),
      ...keysetPaging,
    }),
  )
  const rows = usePagedRows(query)
  const open = rows.items.find(({ id }) => id === openId)
  return (
    <Page
      fill
      title="Users"
      description={`Who works in ${organization.name}. A role that only the sign-in service claims is not membership.`}
      actions={
        <GatedOrWhy action="users.manage" why="Why can’t I invite?">
          <Button look="primary" onClick={() => setDialog('invite')}>
            <UserPlus aria-hidden />
            Invite user
          </Button>
        </GatedOrWhy>
      }
    >
      <FilterBar label="Filter users" onClear={search ? clear : undefined}>
        <SearchFilter label="Search by name or email" />
      </FilterBar>
      <DataTable
        label="Users"
        columns={columns}
        rows={rows}
        rowId={userId}
        rowName={userName}
        rowHref={userHref}
        onClearFilters={search ? clear : undefined}
        empty={{
          icon: UsersIcon,
          title: 'No users yet',
          guide: guideAddress('people'),
          description: 'Nobody belongs to this organization.',
        }}
      />
      {mayManage && dialog === 'invite' && (
        <InviteUserDialog onInvited={setInvited} onClose={() => setDialog('')} />
      )}
      {open && <UserDialog key={open.id} user={open} onClose={() => setOpenId('')} />}
      {removing && <RemoveUserDialog user={removing} onClose={() => setRemoving(null)} />}
      <InvitationDialog invited={invited} onClose={() => setInvited(null)} />
      {renewing && (
        <RenewInvitationDialog user={renewing} onInvited={setInvited} onClose={() => setRenewing(null)} />
      )}
    </Page>
  )
}

/** `/settings/users` */
export const UsersPage = () => (
  <GatedPage action="users.view" title="Users">
    <Users />
  </GatedPage>
)
