import type { z } from 'zod'
import type { demoPersonSchema, OrganizationForUser } from '#contract/session.ts'
import { organizationRoles } from '#contract/vocabulary.ts'
import type { Reader, UserRecord } from '#main/store/interface.ts'
import { organizationsForUser } from './state.ts'

export type DemoPerson = z.infer<typeof demoPersonSchema>

interface Placed {
  readonly user: UserRecord
  /** Null for a platform admin, who is at home nowhere. */
  readonly home: OrganizationForUser | null
}

const article = (role: string): string => (/^[aeiou]/.test(role) ? 'an' : 'a')

/** A sentence about a person, from what is stored about them. */
const describe = ({ home }: Placed): string => {
  if (home === null) return 'Platform admin'
  const { name, workspaceRole, organizationRole, membershipSource } = home
  if (membershipSource !== 'metadata')
    return `${name}: organization ${organizationRole}, workspace ${workspaceRole}`
  const role = workspaceRole ?? 'person'
  return `${name}: ${article(role)} ${role} by sign-in metadata only, no membership`
}

/** Owners first, members last, and then those who only claim to be. */
const rankOf = ({ membershipSource, organizationRole }: OrganizationForUser): number =>
  membershipSource === 'membership' && organizationRole !== null
    ? organizationRoles.indexOf(organizationRole)
    : organizationRoles.length

const compare = (a: Placed, b: Placed): number => {
  if (a.home === null || b.home === null) return Number(a.home === null) - Number(b.home === null)
  return (
    a.home.name.localeCompare(b.home.name, 'en') ||
    rankOf(a.home) - rankOf(b.home) ||
    a.user.name.localeCompare(b.user.name, 'en')
  )
}

/** The people of the demo workspace, each with who they are, organization by organization. */
export const demoPeople = async (read: Reader): Promise<DemoPerson[]> => {
  const users = await read.users.listAll()
  const placed = await Promise.all(
    users.map(async (user): Promise<Placed> => {
      const [home = null] = user.platformAdmin ? [] : await organizationsForUser(read, user)
      return { user, home }
    }),
  )
  return placed.sort(compare).map(({ user, home }) => ({
    userId: user.id,
    name: user.name,
    email: user.email,
    description: describe({ user, home }),
  }))
}
