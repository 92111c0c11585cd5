import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import type { UserListItem } from '#contract/organizations.ts'
import type { UserInOrganization } from '#main/store/interface.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'

const cursorSchema = z.object({ name: z.string().max(200), id: z.string().max(64) })

/** A membership speaks alone; what the sign-in metadata claims counts only where there is none. */
export const toItem = ({
  id,
  name,
  email,
  status,
  lastSignInAt,
  membership,
  claim,
}: UserInOrganization): UserListItem => {
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

export const createUsers = ({ store, access }: Toolbox): Operations<ConsoleContract['users']> => ({
  async list(caller, { organizationId, cursor, limit, search }) {
    await access.require(caller, 'users.view', { organizationId })
    const after = readCursor(cursor, cursorSchema)
    const users = await store.read.users.listOfOrganization({
      organizationId,
      search,
      after,
      limit: limit + 1,
    })
    return toPage(users, limit, ({ name, id }) => ({ name, id }), toItem)
  },
})
