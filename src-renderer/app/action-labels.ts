import { type Action, actions } from '#contract/actions.ts'

/** What an action does, as the end of "may …". */
export const actionLabels: Record<Action, string> = {
  'hub.open': 'open Integrations',
  'connections.view': 'view connections',
  'connections.manage': 'manage connections',
  'api_keys.view': 'view API keys',
  'api_keys.manage': 'manage API keys',
  'webhooks.view': 'view webhooks',
  'webhooks.manage': 'manage webhooks',
  'events.send': 'send events',
  'events.view': 'view events',
  'deliveries.view': 'view deliveries',
  'deliveries.resend': 'resend deliveries',
  'deliveries.recover': 'recover deliveries',
  'deliveries.release': 'release held deliveries',
  'receivers.use': 'use local receivers',
  'signatures.verify': 'verify signatures',
  'routes.view': 'view routes',
  'routes.manage': 'manage routes',
  'routes.prove': 'prove routes',
  'secrets.view': 'view secrets',
  'secrets.manage': 'manage secrets',
  'access.explain': 'explain access',
  'users.view': 'view users',
  'users.manage': 'manage users',
  'subscription.view': 'view the subscription',
  'subscription.change': 'change the plan',
  'occasions.view': 'view occasions',
  'occasions.manage': 'manage occasions',
  'audit.view': 'view the audit log',
  'settings.view': 'view settings',
  'settings.manage': 'manage settings',
  'platform.integrations.view': 'view platform health',
  'platform.webhooks.view': 'view platform webhooks',
  'platform.webhooks.manage': 'manage platform webhooks',
  'platform.flags.manage': 'manage kill switches',
  'platform.capabilities.manage': 'manage capabilities',
}

/** An action as a heading or an entry of a list: "Manage API keys". */
export const actionTitle = (action: Action) =>
  actionLabels[action].charAt(0).toUpperCase() + actionLabels[action].slice(1)

type Noun = Action extends `${infer N}.${string}` ? N : never

const groupOf: Record<Noun, string> = {
  hub: 'Integrations',
  connections: 'Integrations',
  api_keys: 'API keys',
  webhooks: 'Webhooks',
  events: 'Events and deliveries',
  deliveries: 'Events and deliveries',
  receivers: 'Tools',
  signatures: 'Tools',
  routes: 'Routes and secrets',
  secrets: 'Routes and secrets',
  access: 'People and access',
  users: 'People and access',
  subscription: 'Organization',
  occasions: 'Organization',
  audit: 'Organization',
  settings: 'Organization',
  platform: 'Platform',
}
const isNoun = (text: string): text is Noun => Object.hasOwn(groupOf, text)

/** The heading that an action stands under in lists. */
export const actionGroup = (action: Action): string => {
  const noun = action.slice(0, action.indexOf('.'))
  return isNoun(noun) ? groupOf[noun] : 'Other'
}

export interface ActionGroup {
  label: string
  actions: readonly Action[]
}

/** All actions under their headings, in the order of the rules. */
export const actionGroups: readonly ActionGroup[] = [...new Set(actions.map(actionGroup))].map((label) => ({
  label,
  actions: actions.filter((action) => actionGroup(action) === label),
}))
