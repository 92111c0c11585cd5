import type { OrganizationRole, Plan, WorkspaceRole } from '#contract/vocabulary.ts'
import type { UserPrincipal } from '#main/engine/access/facts.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { Toolbox } from '#main/engine/parts.ts'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'

/** A person with what a test calls as. */
export interface Person extends Caller {
  readonly id: string
  readonly principal: UserPrincipal
}

export interface PersonOptions {
  readonly name?: string
  readonly workspaceRole?: WorkspaceRole
  readonly organizationRole?: OrganizationRole
  /** `metadata`: the roles are only claimed by the sign-in metadata. */
  readonly source?: 'membership' | 'metadata'
  readonly platformAdmin?: boolean
  readonly status?: 'active' | 'disabled'
}

/** Makes what a test needs to exist, through the store, without any access decision. */
export interface World {
  organization(options?: { name?: string; plan?: Plan }): Promise<OrganizationRecord>
  occasion(organizationId: string, options?: Partial<OccasionRecord>): Promise<OccasionRecord>
  /** Owner and workspace admin, by membership, unless the options say otherwise. */
  person(organizationId: string | null, options?: PersonOptions): Promise<Person>
}

export const operator: Caller = { principal: { kind: 'operator', name: 'command line' }, address: null }
export const anonymous: Caller = { principal: { kind: 'anonymous' }, address: '127.0.0.1' }

export const makers = ({ store, clock, ids }: Toolbox): World => {
  let made = 0
  const number = () => {
    made += 1
    return made
  }
  return {
    async organization({ name = `Organization ${number()}`, plan = 'enterprise' } = {}) {
      const organization = { id: ids.next('org'), name, plan }
      await store.write((writer) => writer.organizations.insert({ ...organization, createdAt: clock.now() }))
      return organization
    },
    async occasion(organizationId, options = {}) {
      const occasion = {
        id: ids.next('occ'),
        organizationId,
        name: `Occasion ${number()}`,
        venue: 'Main hall',
        startsAt: clock.now(),
        endsAt: clock.now() + 86_400_000,
        archivedAt: null,
        ...options,
      }
      await store.write((writer) =>
        writer.organizations.insertOccasion({ ...occasion, createdAt: clock.now() }),
      )
      return occasion
    },
    async person(organizationId, options = {}) {
      const { source = 'membership', platformAdmin = false, status = 'active' } = options
      const { workspaceRole = 'admin', organizationRole = 'owner' } = options
      const id = ids.next('usr')
      const name = options.name ?? `Person ${number()}`
      const email = `${id}@people.example`
      await store.write(async (writer) => {
        await writer.users.insert({
          id,
          name,
          email,
          passwordHash: null,
          status,
          platformAdmin,
          createdAt: clock.now(),
          lastSignInAt: null,
        })
        if (organizationId === null) return
        const roles = { workspaceRole, organizationRole }
        if (source === 'metadata') await writer.users.insertClaim(id, organizationId, roles)
        else await writer.users.insertMembership(id, organizationId, { ...roles, createdAt: clock.now() })
      })
      return {
        id,
        principal: { kind: 'user', id, name, status, platformAdmin },
        address: '127.0.0.1',
      }
    },
  }
}
