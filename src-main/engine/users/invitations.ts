import type { ConsoleContract } from '#contract/console.ts'
import type { Invitation } from '#contract/organizations.ts'
import type { UserRecord, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { hashOf, newCode } from '../sessions/keeper.ts'
import { requireRank } from './ranks.ts'
import { toListedUser } from './view.ts'

const codeLifetimeMs = 7 * 24 * 3_600_000

/**
 * Whether an organization may hand out a code that signs the person in: nobody has taken the account into use, and
 * it opens nothing but this organization. Otherwise an admin could enter elsewhere as somebody else.
 */
const mayIssueCode = async (
  writer: Writer,
  { id, passwordHash, platformAdmin }: UserRecord,
  organizationId: string,
): Promise<boolean> => {
  if (passwordHash !== null || platformAdmin) return false
  return (await writer.users.listOrganizationIds(id)).every((one) => one === organizationId)
}

/** How people who have no password yet come in. */
export const createInvitations = (
  toolbox: Toolbox,
  requireManaged: (caller: Caller, organizationId: string, userId: string) => Promise<void>,
): Pick<Operations<ConsoleContract['users']>, 'invite' | 'renewInvitation'> => {
  const { store, clock, ids, randomBytes, access, audit } = toolbox
  const issueCode = async (writer: Writer, userId: string): Promise<Invitation> => {
    const code = newCode(randomBytes)
    const now = clock.now()
    const expiresAt = now + codeLifetimeMs
    await writer.sessions.deleteCodes(userId)
    await writer.sessions.insertCode({ codeHash: hashOf(code), userId, expiresAt })
    await writer.users.setInvitedAt(userId, now)
    return { signInPath: `/sign-in?code=${code}`, expiresAt }
  }

  const createUser = async (writer: Writer, { name, email }: { name: string; email: string }) => {
    const user: UserRecord = {
      id: ids.next('usr'),
      name,
      email,
      passwordHash: null,
      status: 'active',
      platformAdmin: false,
      createdAt: clock.now(),
      lastSignInAt: null,
    }
    await writer.users.insert(user)
    return user
  }

  return {
    async invite(caller, { organizationId, name, email, ...roles }) {
      await access.require(caller, 'users.manage', { organizationId, kind: 'user' })
      return store.write(async (writer) => {
        await requireRank(toolbox, writer, caller, organizationId, [roles.organizationRole])
        const known = await writer.users.getByEmail(email)
        const user = known ?? (await createUser(writer, { name, email }))
        if ((await writer.users.getMembership(user.id, organizationId)) !== null) {
          throw new PatchbayError('conflict', { detail: `${email} is a member already.` })
        }
        const mayEnter = await mayIssueCode(writer, user, organizationId)
        await writer.users.insertMembership(user.id, organizationId, { ...roles, createdAt: clock.now() })
        const invitation = mayEnter ? await issueCode(writer, user.id) : null
        await audit.record(writer, caller, {
          action: 'users.invite',
          organizationId,
          targetKind: 'user',
          targetId: user.id,
          after: { name: user.name, email, ...roles, newAccount: known === null },
        })
        const listed = await writer.users.getInOrganization(user.id, organizationId)
        if (listed === null) throw new PatchbayError('internal')
        return { user: toListedUser(listed, clock.now()), invitation }
      })
    },

    async renewInvitation(caller, { organizationId, userId }) {
      await requireManaged(caller, organizationId, userId)
      return store.write(async (writer) => {
        const user = await writer.users.getInOrganization(userId, organizationId)
        if (user === null) throw new PatchbayError('not_found')
        await requireRank(toolbox, writer, caller, organizationId, [user.membership?.organizationRole])
        if (!(await mayIssueCode(writer, user, organizationId))) {
          const detail =
            user.passwordHash === null
              ? `${user.name} also belongs elsewhere. Whoever runs the machine can make a sign-in code.`
              : `${user.name} has a password and signs in with it.`
          throw new PatchbayError('conflict', { detail })
        }
        const invitation = await issueCode(writer, userId)
        await audit.record(writer, caller, {
          action: 'users.renew_invitation',
          organizationId,
          targetKind: 'user',
          targetId: userId,
          after: { name: user.name, expiresAt: invitation.expiresAt },
        })
        return invitation
      })
    },
  }
}
