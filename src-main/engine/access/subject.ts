import type { Subject } from '#contract/access.ts'
import type { Action } from '#contract/actions.ts'
import type { Reader } from '#main/store/interface.ts'
import { toPrincipal } from '../api-keys/status.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { principalOf } from '../sessions/session.ts'
import type { ApiKeyPrincipal, Facts, Principal, UserPrincipal } from './facts.ts'
import { named } from './named.ts'

/** Somebody whom a question can be about, with the roles of a person in the organization. */
export interface FoundSubject extends Pick<Facts, 'membership' | 'claim'> {
  readonly id: string
  /** Null when there is nobody of that id. */
  readonly principal: UserPrincipal | ApiKeyPrincipal | null
  /** Whether the subject has something to do with the organization. */
  readonly related: boolean
}

const findUser = async (read: Reader, id: string, organizationId: string): Promise<FoundSubject> => {
  const user = await read.users.get(id)
  const membership = await read.users.getMembership(id, organizationId)
  const claim = await read.users.getClaim(id, organizationId)
  return {
    id,
    principal: user === null ? null : principalOf(user),
    related: membership !== null || claim !== null,
    membership,
    claim,
  }
}

const findKey = async (read: Reader, id: string, organizationId: string): Promise<FoundSubject> => {
  const key = await read.apiKeys.get(id)
  return {
    id,
    principal: key === null ? null : toPrincipal(key),
    related: key?.organizationId === organizationId,
    membership: null,
    claim: null,
  }
}

export const findSubject = (read: Reader, subject: Subject, organizationId: string): Promise<FoundSubject> =>
  subject.kind === 'user'
    ? findUser(read, subject.userId, organizationId)
    : findKey(read, subject.apiKeyId, organizationId)

/** Who works across organizations may ask about people and keys that have nothing to do with the one addressed. */
const seesEverybody = (principal: Principal): boolean =>
  principal.kind === 'operator' || (principal.kind === 'user' && principal.platformAdmin)

export interface SubjectQuery {
  readonly organizationId: string
  readonly occasionId?: string | null
  readonly subject: Subject
}

/**
 * Demands the action in the place that is asked about, of somebody whom the caller may know of.
 * @throws PatchbayError as refused; `not_found` for a place, person or key of elsewhere.
 */
export const requireAbout = async (
  { store, access }: Toolbox,
  caller: Caller,
  action: Action,
  { organizationId, occasionId = null, subject }: SubjectQuery,
): Promise<UserPrincipal | ApiKeyPrincipal> => {
  const { id, principal, related } = await findSubject(store.read, subject, organizationId)
  const seen = principal !== null && (related || seesEverybody(caller.principal))
  await access.require(caller, action, {
    ...named(organizationId, subject.kind, id, seen ? { organizationId, occasionId } : null),
    occasionId,
  })
  if (principal === null) throw new PatchbayError('not_found')
  return principal
}
