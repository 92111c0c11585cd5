import { type GateAnswer, type GateFunction, nothingRead, operatorPasses, pass, refuse } from './answer.ts'
import type { Facts } from './facts.ts'
import { isKey, type Question } from './question.ts'
import { anyOf } from './wording.ts'

/** The roles of a person here. A membership row speaks alone; the claim counts only where there is none. */
const rolesOf = ({ membership, claim }: Facts) => {
  if (membership !== null) return { ...membership, source: 'membership' } as const
  if (claim !== null) return { ...claim, source: 'sign-in metadata' } as const
  return null
}

const supportPasses = pass('a platform admin acts as support')

/** Whether the principal is a platform admin who may do this as support. */
const isSupport = ({ principal, rule }: Question): boolean =>
  rule.support === true && principal.kind === 'user' && principal.platformAdmin

/** Who passes a gate about a person's roles without having any; null when the roles are to be read. */
const passesWithoutRoles = ({ principal, known }: Question): GateAnswer | null => {
  if (!known) return nothingRead
  if (principal.kind === 'operator') return operatorPasses
  if (isKey(principal)) return pass('an API key has scopes instead of roles')
  return null
}

const platformAdmin: GateFunction = ({ principal }) => {
  if (principal.kind === 'operator') return operatorPasses
  if (principal.kind !== 'user') {
    const fact = isKey(principal) ? 'an API key is no platform admin' : 'nobody is signed in'
    return refuse('not_platform_admin', fact, 'none: only a signed-in platform admin can do this', 'nobody')
  }
  if (principal.platformAdmin) return pass('is a platform admin')
  return refuse('not_platform_admin', 'is no platform admin', 'make this person a platform admin', 'operator')
}

/** Gate 3: the workspace role is one of the action's; for platform actions, the user is a platform admin. */
export const workspaceRole: GateFunction = (question) => {
  const { action, rule, facts } = question
  if (rule.platform) return platformAdmin(question)
  if (rule.workspaceRoles === undefined) return pass(`${action} needs no workspace role`)
  const excused = passesWithoutRoles(question)
  if (excused !== null) return excused
  const roles = rolesOf(facts)
  if (roles !== null && rule.workspaceRoles.includes(roles.workspaceRole)) {
    return pass(`workspace role is ${roles.workspaceRole}, from ${roles.source}`)
  }
  if (isSupport(question)) return supportPasses
  const needs = anyOf(rule.workspaceRoles)
  const has = roles === null ? 'there is no workspace role' : `workspace role is ${roles.workspaceRole}`
  return refuse(
    'role_not_allowed',
    `${has}; needs ${needs}`,
    roles === null ? `add a membership with workspace role ${needs}` : `set the workspace role to ${needs}`,
    'organization_admin',
  )
}

/** Gate 5: the workspace role comes from a membership row, not from sign-in metadata alone. */
export const membership: GateFunction = (question) => {
  const { action, rule, facts } = question
  if (!rule.membership) return pass(`${action} needs no membership`)
  const excused = passesWithoutRoles(question)
  if (excused !== null) return excused
  const roles = rolesOf(facts)
  if (roles?.source === 'membership') return pass('the role comes from a membership')
  if (isSupport(question)) return supportPasses
  // A membership that helps carries every role that the action needs.
  const needs = [
    `workspace role ${anyOf(rule.workspaceRoles ?? [])}`,
    rule.organizationRoles === undefined ? '' : ` and organization role ${anyOf(rule.organizationRoles)}`,
  ].join('')
  return refuse(
    'membership_required',
    roles === null ? 'there is no membership' : 'the role comes from sign-in metadata alone',
    `add a membership with ${needs}`,
    'organization_admin',
  )
}

/** Gate 6: the organization role is one of the action's. */
export const organizationRole: GateFunction = (question) => {
  const { action, rule, facts } = question
  if (rule.organizationRoles === undefined) return pass(`${action} needs no organization role`)
  const excused = passesWithoutRoles(question)
  if (excused !== null) return excused
  const roles = rolesOf(facts)
  const role = roles?.organizationRole ?? null
  if (role !== null && rule.organizationRoles.includes(role)) {
    return pass(`organization role is ${role}, from ${roles?.source}`)
  }
  if (isSupport(question)) return supportPasses
  const needs = anyOf(rule.organizationRoles)
  return refuse(
    'organization_role_not_allowed',
    `${role === null ? 'there is no organization role' : `organization role is ${role}`}; needs ${needs}`,
    `set the organization role to ${needs}`,
    rule.organizationRoles.includes('admin') ? 'organization_admin' : 'owner',
  )
}
