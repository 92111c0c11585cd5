import { actions } from '#contract/actions.ts'
import type { ConsoleContract } from '#contract/console.ts'
import type { Reader } from '#main/store/interface.ts'
import { toPrincipal } from '../api-keys/status.ts'
import { PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { decide } from './decide.ts'
import type { Principal } from './facts.ts'
import { loadFacts } from './load-facts.ts'
import { named } from './named.ts'
import { requireSignedIn } from './signed-in.ts'

type Subject = { kind: 'user'; userId: string } | { kind: 'api_key'; apiKeyId: string }

interface FoundSubject {
  readonly id: string
  readonly principal: Principal | null
  /** Whether the subject has something to do with the organization. */
  readonly related: boolean
}

const findUser = async (read: Reader, id: string, organizationId: string): Promise<FoundSubject> => {
  const user = await read.users.get(id)
  if (user === null) return { id, principal: null, related: false }
  const { name, status, platformAdmin } = user
  const membership = await read.users.getMembership(id, organizationId)
  const claim = await read.users.getClaim(id, organizationId)
  return {
    id,
    principal: { kind: 'user', id, name, status, platformAdmin },
    related: membership !== null || claim !== null,
  }
}

const findKey = async (read: Reader, id: string, organizationId: string): Promise<FoundSubject> => {
  const key = await read.apiKeys.get(id)
  const principal = key === null ? null : toPrincipal(key)
  return { id, principal, related: key?.organizationId === organizationId }
}

const findSubject = (read: Reader, subject: Subject, organizationId: string): Promise<FoundSubject> =>
  subject.kind === 'user'
    ? findUser(read, subject.userId, organizationId)
    : findKey(read, subject.apiKeyId, organizationId)

/** Who works across organizations may ask about people and keys that have nothing to do with the one addressed. */
const seesEverybody = (principal: Principal): boolean =>
  principal.kind === 'operator' || (principal.kind === 'user' && principal.platformAdmin)

export const createAccessOperations = ({
  store,
  clock,
  plans,
  access,
}: Toolbox): Operations<ConsoleContract['access']> => ({
  async mine(caller, { organizationId, occasionId = null }) {
    await requireSignedIn(access, caller, { organizationId, occasionId })
    const { principal } = caller
    const facts = await loadFacts(store.read, {
      principal,
      organizationId,
      occasionId,
      now: clock.now(),
      plans,
    })
    const resource = { organizationId, occasionId, kind: null, id: null }
    return actions.map((action) => decide(principal, action, resource, facts))
  },

  async explain(caller, { organizationId, occasionId = null, action, subject }) {
    const { id, principal, related } = await findSubject(store.read, subject, organizationId)
    const seen = principal !== null && (related || seesEverybody(caller.principal))
    await access.require(caller, 'access.explain', {
      ...named(organizationId, subject.kind, id, seen ? { organizationId, occasionId } : null),
      occasionId,
    })
    if (principal === null) throw new PatchbayError('not_found')
    return access.decide(principal, action, { organizationId, occasionId })
  },
})
