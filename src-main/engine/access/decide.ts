import type { Action } from '#contract/actions.ts'
import type { Decision, GateResult } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { type Gate, gates } from '#contract/vocabulary.ts'
import type { GateFunction } from './answer.ts'
import type { Facts, Principal, Resource } from './facts.ts'
import { capability, killSwitch } from './power-gates.ts'
import { toQuestion } from './question.ts'
import { membership, organizationRole, workspaceRole } from './role-gates.ts'
import { scope, validation } from './scope-gates.ts'
import { session } from './session-gate.ts'

const gateFunctions: Readonly<Record<Gate, GateFunction>> = {
  session,
  kill_switch: killSwitch,
  workspace_role: workspaceRole,
  capability,
  membership,
  organization_role: organizationRole,
  scope,
  validation,
}

const describe = (principal: Principal): Decision['principal'] => {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'anonymous', id: null, name: 'nobody' }
    case 'unknown_key':
      return { kind: 'api_key', id: null, name: 'an unknown key' }
    case 'operator':
      return { kind: 'operator', id: null, name: principal.name }
    case 'user':
    case 'api_key':
      return { kind: principal.kind, id: principal.id, name: principal.name }
  }
}

/**
 * Decides one operation: may this principal do this to this resource, and why? Pure and total: it reads
 * nothing but its arguments and never throws. All gates are evaluated and reported in their order; the first
 * that fails decides.
 *
 * Somebody who has nothing to do with the addressed organization gets the answer that they would get if it
 * did not exist: no gate reads it, and the scope gate refuses with `not_found`. The same holds for things
 * and occasions of other organizations. So a decision may be shown to whoever asked for it.
 */
export const decide = (principal: Principal, action: Action, resource: Resource, facts: Facts): Decision => {
  const question = toQuestion(principal, action, resource, facts)
  const answers = gates.map((gate) => ({ gate, answer: gateFunctions[gate](question) }))
  const decisive = answers.find(({ answer }) => !answer.passed)
  const { organizationId, occasionId, kind, id } = resource
  return {
    allowed: decisive === undefined,
    action,
    principal: describe(principal),
    resource: { organizationId, occasionId, kind, id },
    decidedBy: decisive?.gate ?? null,
    gates: answers.map(({ gate, answer }): GateResult => {
      const { passed, fact } = answer
      return passed ? { gate, passed, fact } : { gate, passed, code: answer.code, fact }
    }),
    ...(decisive?.answer.passed === false && { remedy: decisive.answer.remedy }),
  }
}

const decisiveGate = ({ gates: results, decidedBy }: Decision): GateResult | undefined =>
  results.find(({ gate }) => gate === decidedBy)

/** The code of the gate that decided; null when the decision allows. */
export const decisionCode = (decision: Decision): ErrorCode | null => decisiveGate(decision)?.code ?? null

const byText: Readonly<Record<NonNullable<Decision['remedy']>['by'], string>> = {
  you: 'by whoever asks',
  owner: 'by an owner of the organization',
  organization_admin: 'by an owner or admin of the organization',
  workspace_admin: 'by a workspace admin',
  platform_admin: 'by a platform admin',
  operator: 'by whoever runs the machine',
  nobody: 'by nobody',
}

/** The decision in one line, for logs and the command line. */
export const explainLine = (decision: Decision): string => {
  const asked = `${decision.principal.name} may ${decision.allowed ? '' : 'not '}do ${decision.action}`
  const gate = decisiveGate(decision)
  if (gate === undefined) return `${asked}.`
  const { remedy } = decision
  const help = remedy === undefined ? '' : ` Remedy: ${remedy.change} (${byText[remedy.by]}).`
  return `${asked}: ${gate.fact} (${gate.code}).${help}`
}
