import { z } from 'zod'
import type { ConsoleContract } from '#contract/console.ts'
import type { UserInOrganization } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import { readCursor, toPage } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { createInvitations } from './invitations.ts'
import { requireOwnerLeft, requireRank } from './ranks.ts'
import { toListedUser } from './view.ts'

const cursorSchema = z.object({ name: z.string().max(200), id: z.string().max(64) })

/** The roles that the audit log tells, with where they come from. */
const audited = ({ name, membership, claim }: UserInOrganization) => ({
  name,
  ...(membership ?? claim),
  source: membership === null ? 'metadata' : 'membership',
})

export const createUsers = (toolbox: Toolbox): Operations<ConsoleContract['users']> => {
  const { store, clock, access, audit } = toolbox

  /** @throws PatchbayError as refused; `not_found` for somebody who has nothing to do with the organization. */
  const requireManaged = async (caller: Caller, organizationId: string, userId: string): Promise<void> => {
    const known = await store.read.users.getInOrganization(userId, organizationId)
    const owner = known === null ? null : { organizationId }
    await access.require(caller, 'users.manage', named(organizationId, 'user', userId, owner))
  }

  return {
    async list(caller, { organizationId, cursor, limit, search }) {
      await access.require(caller, 'users.view', { organizationId })
      const after = readCursor(cursor, cursorSchema)
      const users = await store.read.users.listOfOrganization({
        organizationId,
        search,
        after,
        limit: limit + 1,
      })
      const now = clock.now()
      return toPage(
        users,
        limit,
        ({ name, id }) => ({ name, id }),
        (user) => toListedUser(user, now),
      )
    },

    ...createInvitations(toolbox, requireManaged),

    async setRoles(caller, { organizationId, userId, organizationRole, workspaceRole }) {
      await requireManaged(caller, organizationId, userId)
      const roles = { organizationRole, workspaceRole }
      const user = await store.write(async (writer) => {
        const before = await writer.users.getInOrganization(userId, organizationId)
        if (before === null) throw new PatchbayError('not_found')
        const has = before.membership
        if (has?.organizationRole === organizationRole && has.workspaceRole === workspaceRole) return before
        await requireRank(toolbox, writer, caller, organizationId, [has?.organizationRole, organizationRole])
        await requireOwnerLeft(writer, organizationId, { user: before, after: roles })
        if (has === null) {
          const membership = { ...roles, createdAt: clock.now() }
          await writer.users.insertMembership(userId, organizationId, membership)
        } else await writer.users.setRoles(userId, organizationId, roles)
        const after = { ...before, membership: roles }
        await audit.record(writer, caller, {
          action: 'users.set_roles',
          organizationId,
          targetKind: 'user',
          targetId: userId,
          before: audited(before),
          after: audited(after),
        })
        return after
      })
      return toListedUser(user, clock.now())
    },

    async remove(caller, { organizationId, userId }) {
      await requireManaged(caller, organizationId, userId)
      await store.write(async (writer) => {
        const before = await writer.users.getInOrganization(userId, organizationId)
        if (before === null) throw new PatchbayError('not_found')
        await requireRank(toolbox, writer, caller, organizationId, [before.membership?.organizationRole])
        await requireOwnerLeft(writer, organizationId, { user: before, after: null })
        await writer.users.deleteFromOrganization(userId, organizationId)
        // Who invited somebody and takes it back takes back the way in, too.
        const others = await writer.users.listOrganizationIds(userId)
        if (before.passwordHash === null && others.length === 0) await writer.sessions.deleteCodes(userId)
        await audit.record(writer, caller, {
          action: 'users.remove',
          organizationId,
          targetKind: 'user',
          targetId: userId,
          before: audited(before),
        })
      })
      return { done: true }
    },
  }
}
