import type { OrganizationForUser, SessionState } from '#contract/session.ts'
import type { OrganizationRecord, Reader, UserRecord } from '#main/store/interface.ts'
import type { Session } from './session.ts'

/** What the console is told about a person, without the hash of the password. */
export const signedInUser = ({ id, name, email, platformAdmin }: UserRecord) => ({
  id,
  name,
  email,
  platformAdmin,
})

type Roles = Pick<OrganizationForUser, 'workspaceRole' | 'organizationRole' | 'membershipSource'>

const rolesIn = async (read: Reader, user: UserRecord, organizationId: string): Promise<Roles> => {
  const membership = await read.users.getMembership(user.id, organizationId)
  if (membership !== null) return { ...membership, membershipSource: 'membership' }
  const claim = await read.users.getClaim(user.id, organizationId)
  if (claim !== null) return { ...claim, membershipSource: 'metadata' }
  return {
    workspaceRole: null,
    organizationRole: null,
    membershipSource: user.platformAdmin ? 'support' : 'none',
  }
}

const organizationsOf = async (read: Reader, user: UserRecord): Promise<OrganizationRecord[]> => {
  const all = await read.organizations.list()
  if (user.platformAdmin) return all
  const own = new Set(await read.users.listOrganizationIds(user.id))
  return all.filter(({ id }) => own.has(id))
}

/** The organizations that a person may switch between, by name: their own, or all for a platform admin. */
export const organizationsForUser = async (
  read: Reader,
  user: UserRecord,
): Promise<OrganizationForUser[]> => {
  const organizations = await organizationsOf(read, user)
  const occasions = await read.organizations.listOccasions(organizations.map(({ id }) => id))
  return Promise.all(
    organizations.map(async ({ id, name, plan }) => ({
      id,
      name,
      plan,
      ...(await rolesIn(read, user, id)),
      occasions: occasions.filter(({ organizationId }) => organizationId === id),
    })),
  )
}

/** Whether somebody has set this installation up. */
export const isSetUp = async (read: Reader): Promise<boolean> => (await read.organizations.count()) > 0

/** Whether this installation is the demo workspace, where one click signs in. */
export const isDemo = async (read: Reader): Promise<boolean> => (await read.installation.get('demo')) !== null

const idleLockMinutesDefault = 15

/** After how many minutes without a call a session locks itself; 0 is never. */
export const idleLockMinutes = async (read: Reader): Promise<number> => {
  const stored = await read.installation.get('idle_lock_minutes')
  return stored === null ? idleLockMinutesDefault : Number(stored)
}

/** What `session.current` answers. */
export const sessionState = async (
  read: Reader,
  version: string,
  session: Session | null,
): Promise<SessionState> => {
  const demo = await isDemo(read)
  if (session === null) return { state: (await isSetUp(read)) ? 'signed_out' : 'not_set_up', demo, version }
  const user = signedInUser(session.user)
  if (session.locked) return { state: 'locked', demo, version, user }
  return {
    state: 'signed_in',
    demo,
    version,
    sessionId: session.id,
    user,
    organizations: await organizationsForUser(read, session.user),
    idleLockMinutes: await idleLockMinutes(read),
    // The people of the demo have no passwords, and sign in with a click.
    needsPassword: session.user.passwordHash === null && !demo,
  }
}
