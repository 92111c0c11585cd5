import { type Selectable, sql } from 'kysely'
import type { OrganizationRole, WorkspaceRole } from '#contract/vocabulary.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'
import { containing } from './text-search.ts'

export interface UserRecord {
  id: string
  name: string
  email: string
  passwordHash: string | null
  status: 'active' | 'disabled'
  platformAdmin: boolean
  createdAt: number
  lastSignInAt: number | null
}
/** A row of `user_organizations`. */
export interface Membership {
  organizationRole: OrganizationRole
  workspaceRole: WorkspaceRole
}
/** What the sign-in metadata says; not a membership. */
export interface SignInClaim {
  workspaceRole: WorkspaceRole
  organizationRole: OrganizationRole | null
}
/** When somebody was invited who has no password yet, and until when a code signs them in. */
export interface Invitation {
  invitedAt: number
  /** Null when no code is left that could be used. */
  codeExpiresAt: number | null
}
export interface UserInOrganization extends UserRecord {
  membership: Membership | null
  claim: SignInClaim | null
  invitation: Invitation | null
}

export interface UserReader {
  get(id: string): Promise<UserRecord | null>
  getByEmail(email: string): Promise<UserRecord | null>
  /** The owner who has been there longest, in the organization that was made first. */
  getFirstOwner(): Promise<UserRecord | null>
  listAll(): Promise<UserRecord[]>
  getMembership(userId: string, organizationId: string): Promise<Membership | null>
  getClaim(userId: string, organizationId: string): Promise<SignInClaim | null>
  /** The organizations that a person is related to, by membership or by claim. */
  listOrganizationIds(userId: string): Promise<string[]>
  /** The roles of the owners of an organization by membership who are active, but for this person. */
  listOtherOwners(organizationId: string, userId: string): Promise<Membership[]>
  getInOrganization(userId: string, organizationId: string): Promise<UserInOrganization | null>
  /** People of an organization by name, after `after` (name and id of the last one seen). */
  listOfOrganization(query: {
    organizationId: string
    search?: string
    after?: { name: string; id: string }
    limit: number
  }): Promise<UserInOrganization[]>
}
export interface UserWriter extends UserReader {
  insert(user: UserRecord): Promise<void>
  setPasswordHash(id: string, passwordHash: string): Promise<void>
  setInvitedAt(id: string, at: number): Promise<void>
  setLastSignIn(id: string, at: number): Promise<void>
  insertMembership(
    userId: string,
    organizationId: string,
    membership: Membership & { createdAt: number },
  ): Promise<void>
  insertClaim(userId: string, organizationId: string, claim: SignInClaim): Promise<void>
  setRoles(userId: string, organizationId: string, roles: Membership): Promise<void>
  /** Ends the membership and whatever the sign-in metadata claimed. */
  deleteFromOrganization(userId: string, organizationId: string): Promise<void>
}

const toUser = (row: Selectable<Tables['users']>): UserRecord => ({
  id: row.id,
  name: row.name,
  email: row.email,
  passwordHash: row.password_hash,
  status: row.status,
  platformAdmin: row.platform_admin === 1,
  createdAt: row.created_at,
  lastSignInAt: row.last_sign_in_at,
})

type InOrganizationRow = Selectable<Tables['users']> & {
  membership_organization_role: OrganizationRole | null
  membership_workspace_role: WorkspaceRole | null
  claim_organization_role: OrganizationRole | null
  claim_workspace_role: WorkspaceRole | null
  code_expires_at: number | null
}

const toUserInOrganization = (row: InOrganizationRow): UserInOrganization => ({
  ...toUser(row),
  membership:
    row.membership_organization_role && row.membership_workspace_role
      ? { organizationRole: row.membership_organization_role, workspaceRole: row.membership_workspace_role }
      : null,
  claim: row.claim_workspace_role
    ? { organizationRole: row.claim_organization_role, workspaceRole: row.claim_workspace_role }
    : null,
  invitation:
    row.invited_at !== null && row.password_hash === null
      ? { invitedAt: row.invited_at, codeExpiresAt: row.code_expires_at }
      : null,
})

export const userReader = ({ db }: ReadContext): UserReader => {
  const inOrganization = (organizationId: string) =>
    db
      .selectFrom('users')
      .leftJoin('user_organizations as membership', (join) =>
        join
          .onRef('membership.user_id', '=', 'users.id')
          .on('membership.organization_id', '=', organizationId),
      )
      .leftJoin('sign_in_claims as claim', (join) =>
        join.onRef('claim.user_id', '=', 'users.id').on('claim.organization_id', '=', organizationId),
      )
      .selectAll('users')
      .select([
        'membership.organization_role as membership_organization_role',
        'membership.workspace_role as membership_workspace_role',
        'claim.organization_role as claim_organization_role',
        'claim.workspace_role as claim_workspace_role',
        sql<number | null>`(SELECT max(expires_at) FROM sign_in_codes
          WHERE user_id = users.id AND used_at IS NULL)`.as('code_expires_at'),
      ])
  const one = async (column: 'id' | 'email', value: string): Promise<UserRecord | null> => {
    const row = await db.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst()
    return row ? toUser(row) : null
  }
  return {
    get: (id) => one('id', id),
    getByEmail: (email) => one('email', email),
    async getFirstOwner() {
      const row = await db
        .selectFrom('user_organizations')
        .innerJoin('users', 'users.id', 'user_organizations.user_id')
        .innerJoin('organizations', 'organizations.id', 'user_organizations.organization_id')
        .selectAll('users')
        .where('user_organizations.organization_role', '=', 'owner')
        .where('users.status', '=', 'active')
        .orderBy('organizations.created_at')
        .orderBy('organizations.id')
        .orderBy('users.created_at')
        .orderBy('users.id')
        .limit(1)
        .executeTakeFirst()
      return row ? toUser(row) : null
    },
    async listAll() {
      return (await db.selectFrom('users').selectAll().orderBy('id').limit(10_000).execute()).map(toUser)
    },
    async getMembership(userId, organizationId) {
      const row = await db
        .selectFrom('user_organizations')
        .select(['organization_role', 'workspace_role'])
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row ? { organizationRole: row.organization_role, workspaceRole: row.workspace_role } : null
    },
    async getClaim(userId, organizationId) {
      const row = await db
        .selectFrom('sign_in_claims')
        .select(['organization_role', 'workspace_role'])
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      return row ? { organizationRole: row.organization_role, workspaceRole: row.workspace_role } : null
    },
    async listOrganizationIds(userId) {
      const rows = await db
        .selectFrom('user_organizations')
        .select('organization_id')
        .where('user_id', '=', userId)
        .union(db.selectFrom('sign_in_claims').select('organization_id').where('user_id', '=', userId))
        .execute()
      return rows.map((row) => row.organization_id)
    },
    async listOtherOwners(organizationId, userId) {
      return db
        .selectFrom('user_organizations')
        .innerJoin('users', 'users.id', 'user_organizations.user_id')
        .select(['organization_role as organizationRole', 'workspace_role as workspaceRole'])
        .where('user_organizations.organization_id', '=', organizationId)
        .where('user_organizations.organization_role', '=', 'owner')
        .where('users.status', '=', 'active')
        .where('users.id', '!=', userId)
        .execute()
    },
    async getInOrganization(userId, organizationId) {
      const row = await inOrganization(organizationId).where('users.id', '=', userId).executeTakeFirst()
      const user = row ? toUserInOrganization(row) : null
      return user?.membership || user?.claim ? user : null
    },
    async listOfOrganization({ organizationId, search, after, limit }) {
      const related = db
        .selectFrom('user_organizations')
        .select('user_id')
        .where('organization_id', '=', organizationId)
        .union(
          db.selectFrom('sign_in_claims').select('user_id').where('organization_id', '=', organizationId),
        )
      let query = inOrganization(organizationId)
        .where('users.id', 'in', related)
        .orderBy('users.name')
        .orderBy('users.id')
        .limit(limit)
      if (search) {
        const pattern = containing(search)
        query = query.where(
          sql<boolean>`(users.name LIKE ${pattern} ESCAPE '\\' OR users.email LIKE ${pattern} ESCAPE '\\')`,
        )
      }
      if (after) query = query.where(sql<boolean>`(users.name, users.id) > (${after.name}, ${after.id})`)
      return (await query.execute()).map(toUserInOrganization)
    },
  }
}

export const userWriter = (context: WriteContext): UserWriter => {
  const { db, changed } = context
  return {
    ...userReader(context),
    async insert(user) {
      await db
        .insertInto('users')
        .values({
          id: user.id,
          name: user.name,
          email: user.email,
          password_hash: user.passwordHash,
          status: user.status,
          platform_admin: user.platformAdmin ? 1 : 0,
          created_at: user.createdAt,
          last_sign_in_at: user.lastSignInAt,
        })
        .execute()
      changed('users')
    },
    async setPasswordHash(id, passwordHash) {
      await db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', id).execute()
      changed('users')
    },
    async setInvitedAt(id, at) {
      await db.updateTable('users').set({ invited_at: at }).where('id', '=', id).execute()
      changed('users')
    },
    async setLastSignIn(id, at) {
      await db.updateTable('users').set({ last_sign_in_at: at }).where('id', '=', id).execute()
      changed('users')
    },
    async insertMembership(userId, organizationId, { organizationRole, workspaceRole, createdAt }) {
      await db
        .insertInto('user_organizations')
        .values({
          user_id: userId,
          organization_id: organizationId,
          organization_role: organizationRole,
          workspace_role: workspaceRole,
          created_at: createdAt,
        })
        .execute()
      changed('users')
    },
    async insertClaim(userId, organizationId, { organizationRole, workspaceRole }) {
      await db
        .insertInto('sign_in_claims')
        .values({
          user_id: userId,
          organization_id: organizationId,
          organization_role: organizationRole,
          workspace_role: workspaceRole,
        })
        .execute()
      changed('users')
    },
    async setRoles(userId, organizationId, { organizationRole, workspaceRole }) {
      await db
        .updateTable('user_organizations')
        .set({ organization_role: organizationRole, workspace_role: workspaceRole })
        .where('organization_id', '=', organizationId)
        .where('user_id', '=', userId)
        .execute()
      changed('users')
    },
    async deleteFromOrganization(userId, organizationId) {
      for (const table of ['user_organizations', 'sign_in_claims'] as const) {
        await db
          .deleteFrom(table)
          .where('organization_id', '=', organizationId)
          .where('user_id', '=', userId)
          .execute()
      }
      changed('users')
    },
  }
}
