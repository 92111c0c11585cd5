import type { Gate } from '#contract/vocabulary.ts'

/** When each gate passes, in a sentence. */
export const gateMeanings: Record<Gate, string> = {
  session: 'Somebody is signed in and active, or a valid API key calls.',
  kill_switch: 'The power is not switched off, for everybody or for this organization, whatever is paid for.',
  workspace_role: 'The role in the workspace is one that the action allows.',
  capability: 'The plan grants the capability, or an override does; a denying override wins over the plan.',
  membership: 'The role comes from a membership of the organization, not from sign-in metadata alone.',
  organization_role: 'The role in the organization is one that the action allows.',
  scope: 'What is asked for belongs to this organization, and the API key has the scope.',
  validation: 'The input itself is in order.',
}
