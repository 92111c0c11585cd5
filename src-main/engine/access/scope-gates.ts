import { type GateAnswer, type GateFunction, pass, refuse } from './answer.ts'
import type { Question } from './question.ts'

const notFound = (noun: string): GateAnswer =>
  refuse(
    'not_found',
    `there is no such ${noun} here`,
    'check the id, and the organization and occasion it is asked for in',
    'you',
  )

const concernsWholePlatform = ({ rule, resource }: Question): boolean =>
  rule.platform === true && resource.organizationId === null

/** Whether the named thing, if any, is where the question says. What does not exist is nowhere. */
const isInPlace = (question: Question): boolean => {
  const { resource, rule } = question
  const { ownerOrganizationId: owner, ownerOccasionId: ownerOccasion } = resource
  if (owner === null) return false
  if (owner !== undefined && owner !== resource.organizationId && !concernsWholePlatform(question))
    return false
  if (ownerOccasion === undefined || ownerOccasion === resource.occasionId) return true
  // Seen from the organization, what belongs to its occasions is in place. But a capability was resolved
  // where the question says, and must not be taken from there for a thing of somewhere else.
  return resource.occasionId === null && rule.capability === undefined
}

/** What the key lacks for the action; null for a person, and for a key with the scope. */
const missingScope = ({ principal, action, rule }: Question): GateAnswer | null => {
  if (principal.kind !== 'api_key') return null
  if (rule.keyScope === undefined) {
    return refuse('scope_missing', `no API key can do ${action}`, 'none: a person has to do this', 'nobody')
  }
  if (principal.scopes.includes(rule.keyScope)) return null
  return refuse(
    'scope_missing',
    `the key has no scope ${rule.keyScope}`,
    `give the key the scope ${rule.keyScope}`,
    'organization_admin',
  )
}

/** Gate 7: the resource is of the organization and occasion, the key has the scope, the connection the grant. */
export const scope: GateFunction = (question) => {
  const { resource, facts } = question
  const wholePlatform = concernsWholePlatform(question)
  if (!question.known && !wholePlatform) return notFound('organization')
  const lacking = missingScope(question)
  if (lacking !== null) return lacking
  if (!question.occasionKnown) return notFound('occasion')
  if (!isInPlace(question)) return notFound(resource.kind ?? 'thing')
  if (facts.grantMissing !== undefined) {
    return refuse(
      'grant_missing',
      `the connection has no grant ${facts.grantMissing}`,
      `give the connection the grant ${facts.grantMissing}`,
      'workspace_admin',
    )
  }
  return pass(wholePlatform ? 'concerns the whole platform' : 'belongs to this organization')
}

/** At most this many paths are told in a fact; the problem that carries the decision lists all of them. */
const pathsTold = 5

/** Gate 8: the checks of the operation itself found nothing wrong. */
export const validation: GateFunction = ({ facts: { fieldErrors = [] } }) => {
  if (fieldErrors.length === 0) return pass('no field is known to be wrong')
  const paths = [...new Set(fieldErrors.map(({ path }) => path || 'the whole input'))]
  const more = paths.length > pathsTold ? ` and ${paths.length - pathsTold} more` : ''
  return refuse(
    'invalid',
    `not valid: ${paths.slice(0, pathsTold).join(', ')}${more}`,
    'correct the fields',
    'you',
  )
}
