import type { Decision } from '#contract/decision.ts'
import type { Gate } from '#contract/vocabulary.ts'

/** The gates of an access decision, in words. */
export const gateLabels: Record<Gate, string> = {
  session: 'Session',
  kill_switch: 'Kill switch',
  workspace_role: 'Workspace role',
  capability: 'Capability',
  membership: 'Membership',
  organization_role: 'Organization role',
  scope: 'Scope',
  validation: 'Validation',
}

type RemedyBy = NonNullable<Decision['remedy']>['by']

/** Who can make the change of a remedy, as the end of "can be made by …". */
export const remedyByLabels: Record<RemedyBy, string> = {
  you: 'you',
  owner: 'an owner of the organization',
  organization_admin: 'an owner or admin of the organization',
  workspace_admin: 'a workspace admin',
  platform_admin: 'a platform admin',
  operator: 'the operator of this installation',
  nobody: 'nobody',
}

/** A fact or change of a decision ("plan free grants no webhooks") as a sentence. */
export const sentence = (text: string) => {
  // The name of an action stays as it is typed: "users.manage has no kill switch".
  const isName = /^[a-z_]+[._][a-z]/.test(text)
  const capitalised = isName ? text : text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capitalised) ? capitalised : `${capitalised}.`
}

/** The gate that decided, or undefined when the decision allows. */
export const decidingGate = (decision: Decision) =>
  decision.gates.find((gate) => gate.gate === decision.decidedBy)
