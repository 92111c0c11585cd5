import { type OrganizationRole, organizationRoles } from '#contract/vocabulary.ts'
import type { UserInOrganization, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'

/** Lower is higher: owners first. */
const rankOf = (role: OrganizationRole): number => organizationRoles.indexOf(role)

/**
 * Demands that none of the roles stands above the caller's own, as it is in this transaction: only an owner makes,
 * changes and removes owners.
 * @throws PatchbayError `organization_role_not_allowed`.
 */
export const requireRank = async (
  writer: Writer,
  { principal }: Caller,
  organizationId: string,
  roles: readonly (OrganizationRole | null | undefined)[],
): Promise<void> => {
  if (principal.kind === 'operator') return
  const membership =
    principal.kind === 'user' ? await writer.users.getMembership(principal.id, organizationId) : null
  const own = membership?.organizationRole
  const above = roles.find((role) => role != null && (own === undefined || rankOf(role) < rankOf(own)))
  if (above == null) return
  throw new PatchbayError('organization_role_not_allowed', {
    detail: `Only an ${above} gives the role ${above}, and changes or removes people who have it.`,
  })
}

/** @throws PatchbayError `conflict` when nobody else could act as owner then. */
export const requireOtherOwner = async (
  writer: Writer,
  organizationId: string,
  { id, name, membership }: UserInOrganization,
): Promise<void> => {
  if (membership?.organizationRole !== 'owner') return
  if (await writer.users.hasOtherOwner(organizationId, id)) return
  throw new PatchbayError('conflict', {
    detail: `${name} is the last owner. Make somebody else an owner first.`,
  })
}
