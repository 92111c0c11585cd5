import type { Decision } from '#contract/decision.ts'
import { type OrganizationRole, organizationRoles } from '#contract/vocabulary.ts'
import type { Membership, UserInOrganization, Writer } from '#main/store/interface.ts'
import { createAccess } from '../access/access.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

/** Lower is higher: owners first. */
const rankOf = (role: OrganizationRole): number => organizationRoles.indexOf(role)

/** The decision that let somebody in, with the organization role refused after all: so that it can be explained. */
const refusedByRank = (
  decision: Decision,
  above: OrganizationRole,
  own: OrganizationRole | undefined,
): Decision => {
  const fact = `The role ${above} is concerned, and stands above ${own === undefined ? 'no role at all' : `the role ${own}`}.`
  const failed = { passed: false, code: 'organization_role_not_allowed', fact } as const
  return {
    ...decision,
    allowed: false,
    decidedBy: 'organization_role',
    gates: decision.gates.map((gate) => (gate.gate === 'organization_role' ? { ...gate, ...failed } : gate)),
    remedy: { change: `Ask an ${above} to do it`, by: 'owner' },
  }
}

/**
 * Demands that none of the roles stands above the caller's own, as it is in this transaction: only an owner makes,
 * changes and removes owners.
 * @throws PatchbayError `organization_role_not_allowed`, with the decision.
 */
export const requireRank = async (
  { clock, plans }: Pick<Toolbox, 'clock' | 'plans'>,
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
  const decision = await createAccess(writer, clock, plans).decide(principal, 'users.manage', {
    organizationId,
    kind: 'user',
  })
  throw new PatchbayError('organization_role_not_allowed', {
    detail: `Only an ${above} gives the role ${above}, and changes or removes people who have it.`,
    decision: refusedByRank(decision, above, own),
  })
}

const isOwner = (roles: Membership | null): boolean => roles?.organizationRole === 'owner'
/** Without the workspace role admin an owner could not even give it to themselves. */
const canAct = (roles: Membership | null): boolean => isOwner(roles) && roles?.workspaceRole === 'admin'

/**
 * Demands that an owner is left, and one who can act as owner where there was one.
 * @throws PatchbayError `conflict`.
 */
export const requireOwnerLeft = async (
  writer: Writer,
  organizationId: string,
  { user, after }: { user: UserInOrganization; after: Membership | null },
): Promise<void> => {
  const ends = [isOwner, canAct].filter((has) => has(user.membership) && !has(after))
  if (ends.length === 0) return
  const others = await writer.users.listOtherOwners(organizationId, user.id)
  if (ends.every((has) => others.some(has))) return
  throw new PatchbayError('conflict', {
    detail: `${user.name} is the last owner who is workspace admin. Make somebody else both first.`,
  })
}
