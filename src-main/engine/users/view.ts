import type { ListedUser, UserListItem } from '#contract/organizations.ts'
import type { UserInOrganization } from '#main/store/interface.ts'

/** A membership speaks alone; what the sign-in metadata claims counts only where there is none. */
export const toItem = ({
  id,
  name,
  email,
  status,
  lastSignInAt,
  membership,
  claim,
}: Omit<UserInOrganization, 'invitation'>): UserListItem => {
  const roles = membership ?? claim
  return {
    id,
    name,
    email,
    status,
    organizationRole: roles?.organizationRole ?? null,
    workspaceRole: roles?.workspaceRole ?? null,
    membershipSource: membership !== null ? 'membership' : claim !== null ? 'metadata' : 'none',
    lastSignInAt,
  }
}

/** `now` is Unix ms. */
export const toListedUser = (user: UserInOrganization, now: number): ListedUser => {
  const { invitation } = user
  const codeExpiresAt = invitation?.codeExpiresAt ?? null
  return {
    ...toItem(user),
    invitation:
      invitation === null
        ? null
        : { expiresAt: codeExpiresAt !== null && codeExpiresAt > now ? codeExpiresAt : null },
  }
}
