import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import type { ListedUser } from '#contract/organizations.ts'
import { useDecision } from '#renderer/app/access.tsx'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'
import { explorerAddress } from '#renderer/app/paths.ts'
import { GatedOrWhy } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { CopyableText } from '#renderer/ui/copy-button.tsx'
import { Description, DescriptionList } from '#renderer/ui/description-list.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { AbsoluteTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { RoleEffect } from './role-effect.tsx'
import { type Roles, RolesFields } from './roles-fields.tsx'
import { MembershipBadge } from './user-columns.tsx'

const Facts = ({ user, withRoles }: { user: ListedUser; withRoles: boolean }) => (
  <DescriptionList>
    <Description term="Email">
      <CopyableText text={user.email} label="Copy email" />
    </Description>
    {withRoles && (
      <>
        <Description term="Organization role">
          {user.organizationRole ? organizationRoleLabels[user.organizationRole] : 'None'}
        </Description>
        <Description term="Workspace role">
          {user.workspaceRole ? workspaceRoleLabels[user.workspaceRole] : 'None'}
        </Description>
      </>
    )}
    <Description term="Membership">
      <MembershipBadge source={user.membershipSource} />
    </Description>
    <Description term="Last sign-in">
      {user.lastSignInAt === null ? (
        <span className="text-muted">Never</span>
      ) : (
        <AbsoluteTime at={user.lastSignInAt} />
      )}
    </Description>
    {user.invitation && (
      <Description term="Invitation">
        {user.invitation.expiresAt === null ? (
          'Ended before it was used. Renew it to let them in.'
        ) : (
          <>
            Not used yet; ends <AbsoluteTime at={user.invitation.expiresAt} />
          </>
        )}
      </Description>
    )}
    <Description term="User id">
      <CopyableText text={user.id} label="Copy user id" />
    </Description>
  </DescriptionList>
)

const NoMembership = ({ user }: { user: ListedUser }) => (
  <Banner tone="warning" title={`${user.name} is not a member`}>
    The role comes from sign-in metadata alone. That is enough to look around, not to manage. Saving roles
    here makes {user.name} a member.
  </Banner>
)

/** A person of the organization, with their roles to change for those who may. */
export const UserDialog = ({ user, onClose }: { user: ListedUser; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const mayManage = useDecision('users.manage')?.allowed ?? false
  const isMember = user.membershipSource === 'membership'
  const before: Roles = {
    organizationRole: user.organizationRole ?? 'member',
    workspaceRole: user.workspaceRole ?? 'staff',
  }
  const [roles, setRoles] = useState(before)
  const changed =
    !isMember ||
    roles.organizationRole !== before.organizationRole ||
    roles.workspaceRole !== before.workspaceRole
  const save = useMutation(
    orpc.users.setRoles.mutationOptions({
      onSuccess: async () => {
        toast.success(isMember ? 'Roles saved' : `${user.name} is a member now`)
        onClose()
        await queryClient.invalidateQueries({ queryKey: orpc.users.key() })
      },
    }),
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={user.name}
      footer={
        <>
          <Button asChild className="mr-auto">
            <Link to={explorerAddress({ subject: user.id })}>Explain access</Link>
          </Button>
          <GatedOrWhy action="users.manage" why="Why can’t I change this?">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="primary"
              disabled={!changed}
              busy={save.isPending}
              onClick={() => save.mutate({ ...inOrganization, userId: user.id, ...roles })}
            >
              {isMember ? 'Save roles' : 'Make a member'}
            </Button>
          </GatedOrWhy>
        </>
      }
    >
      <div className="space-y-4">
        {user.membershipSource === 'metadata' && <NoMembership user={user} />}
        {mayManage && (
          <>
            <RolesFields roles={roles} onChange={setRoles} />
            {changed && <RoleEffect user={user} roles={roles} />}
            {before.organizationRole === 'owner' && roles.organizationRole !== 'owner' && (
              <p className="text-muted">
                The last owner of an organization stays owner: make somebody else an owner first.
              </p>
            )}
          </>
        )}
        {save.isError && <ProblemNotice failure={failureOf(save.error)} />}
        <Facts user={user} withRoles={!mayManage} />
      </div>
    </Dialog>
  )
}
