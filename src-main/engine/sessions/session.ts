import type { Reader, UserRecord } from '#main/store/interface.ts'
import type { UserPrincipal } from '../access/facts.ts'
import type { Caller } from '../operation.ts'

/** A session with its person, as far as it is valid now. */
export interface Session {
  readonly id: string
  readonly user: UserRecord
  readonly locked: boolean
}

/** Where a request comes from. Both are shown in the session list. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string
}

/** A new session. The token goes to the browser and is stored nowhere. */
export interface OpenedSession {
  readonly token: string
  readonly session: Session
}

export const principalOf = ({ id, name, status, platformAdmin }: UserRecord): UserPrincipal => ({
  kind: 'user',
  id,
  name,
  status,
  platformAdmin,
})

/** The caller of everything that a person does with their own session. */
export const callerOf = (user: UserRecord, { address }: Pick<Visitor, 'address'>): Caller => ({
  principal: principalOf(user),
  address,
})

/**
 * The organization whose audit log tells of a person's sign-ins: their only one. Null for somebody of
 * several organizations or of none: then the entry belongs to the installation.
 */
export const homeOf = async (read: Reader, userId: string): Promise<string | null> => {
  const [only, ...others] = await read.users.listOrganizationIds(userId)
  return only !== undefined && others.length === 0 ? only : null
}
