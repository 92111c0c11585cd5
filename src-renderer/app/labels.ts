import type { Capability, KillSwitch, OrganizationRole, Plan, WorkspaceRole } from '#contract/vocabulary.ts'

export const planLabels: Record<Plan, string> = {
  free: 'Free',
  standard: 'Standard',
  pro: 'Pro',
  enterprise: 'Enterprise',
}
export const workspaceRoleLabels: Record<WorkspaceRole, string> = {
  admin: 'Workspace admin',
  manager: 'Workspace manager',
  staff: 'Workspace staff',
}
export const organizationRoleLabels: Record<OrganizationRole, string> = {
  owner: 'Owner',
  admin: 'Admin',
  manager: 'Manager',
  member: 'Member',
}
export const capabilityLabels: Record<Capability, string> = { api_access: 'API access', webhooks: 'Webhooks' }
export const killSwitchLabels: Record<KillSwitch, string> = {
  integrations: 'Integrations',
  api_access: 'API access',
  webhooks: 'Webhooks',
  delivery: 'Delivery',
}
