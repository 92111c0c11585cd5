import type { ApiKeyScope, Capability, KillSwitch, OrganizationRole, WorkspaceRole } from './vocabulary.ts'

/** What an action demands of a person, and of an API key where keys may do it at all. */
export interface ActionRule {
  /** The switch that stops this action at run time. */
  readonly killSwitch?: KillSwitch
  /** Workspace roles that may act; absent on platform actions. */
  readonly workspaceRoles?: readonly WorkspaceRole[]
  /** Only platform admins may act. */
  readonly platform?: true
  readonly capability?: Capability
  /** The role must come from a membership row, not from sign-in metadata alone. */
  readonly membership?: true
  readonly organizationRoles?: readonly OrganizationRole[]
  /** The scope an API key needs. Absent: no key may act. */
  readonly keyScope?: ApiKeyScope
  /** What a key needs instead of `killSwitch` and `capability` of a person. `api_access` applies always. */
  readonly keyCapability?: Capability
  /** A platform admin passes the workspace role, membership and organization role as support. */
  readonly support?: true
}

const adminOnly = ['admin'] as const
const adminOrManager = ['admin', 'manager'] as const
const ownerOrAdmin = ['owner', 'admin'] as const
const ownerAdminOrManager = ['owner', 'admin', 'manager'] as const

/** The actions of Patchbay and their rules. The only copy: console, engine and documentation read it. */
export const actionRules = {
  'hub.open': { workspaceRoles: adminOrManager },
  'connections.view': { workspaceRoles: adminOrManager },
  'connections.manage': {
    killSwitch: 'integrations',
    workspaceRoles: adminOrManager,
    capability: 'api_access',
    membership: true,
  },
  'api_keys.view': {
    workspaceRoles: adminOnly,
    capability: 'api_access',
    membership: true,
    keyScope: 'admin',
  },
  'api_keys.manage': {
    killSwitch: 'api_access',
    workspaceRoles: adminOnly,
    capability: 'api_access',
    membership: true,
    organizationRoles: ownerOrAdmin,
    keyScope: 'admin',
  },
  'webhooks.view': { workspaceRoles: adminOrManager, keyScope: 'admin' },
  'webhooks.manage': {
    killSwitch: 'webhooks',
    workspaceRoles: adminOrManager,
    capability: 'webhooks',
    membership: true,
    organizationRoles: ownerAdminOrManager,
    keyScope: 'admin',
    keyCapability: 'webhooks',
    support: true,
  },
  'events.send': {
    workspaceRoles: adminOrManager,
    capability: 'api_access',
    membership: true,
    organizationRoles: ownerAdminOrManager,
    keyScope: 'api',
  },
  'events.view': { workspaceRoles: adminOrManager, keyScope: 'api' },
  'deliveries.view': { workspaceRoles: adminOrManager, keyScope: 'api' },
  'deliveries.resend': {
    killSwitch: 'webhooks',
    workspaceRoles: adminOrManager,
    capability: 'webhooks',
    membership: true,
    organizationRoles: ownerAdminOrManager,
  },
  'deliveries.recover': {
    killSwitch: 'webhooks',
    workspaceRoles: adminOrManager,
    capability: 'webhooks',
    membership: true,
    organizationRoles: ownerAdminOrManager,
  },
  'deliveries.release': {
    killSwitch: 'webhooks',
    workspaceRoles: adminOrManager,
    capability: 'webhooks',
    membership: true,
    organizationRoles: ownerAdminOrManager,
    keyScope: 'admin',
    keyCapability: 'webhooks',
  },
  'receivers.use': { workspaceRoles: adminOrManager },
  'signatures.verify': { workspaceRoles: adminOrManager },
  'routes.view': { workspaceRoles: adminOrManager },
  'routes.manage': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'routes.prove': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'secrets.view': { workspaceRoles: adminOnly, membership: true },
  'secrets.manage': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'access.explain': { workspaceRoles: adminOrManager },
  'users.view': { workspaceRoles: adminOrManager },
  'users.manage': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'subscription.view': { workspaceRoles: adminOrManager },
  'subscription.change': { workspaceRoles: adminOnly, membership: true, organizationRoles: ['owner'] },
  'occasions.view': { workspaceRoles: adminOrManager },
  'occasions.manage': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'audit.view': { workspaceRoles: adminOnly, membership: true },
  'settings.view': { workspaceRoles: adminOrManager },
  'settings.manage': { workspaceRoles: adminOnly, membership: true, organizationRoles: ownerOrAdmin },
  'platform.integrations.view': { platform: true },
  'platform.webhooks.view': { platform: true },
  'platform.webhooks.manage': { platform: true },
  'platform.flags.manage': { platform: true },
  'platform.capabilities.manage': { platform: true },
} as const satisfies Record<string, ActionRule>

export type Action = keyof typeof actionRules
export const actions = Object.keys(actionRules) as readonly Action[]

/** Narrows a string to an action name. */
export const isAction = (name: string): name is Action => Object.hasOwn(actionRules, name)

/** The rule of an action, widened so that every optional demand can be read. */
export const ruleOf = (action: Action): ActionRule => actionRules[action]
