import {
  type OrganizationRole,
  organizationRoles,
  type WorkspaceRole,
  workspaceRoles,
} from '#contract/vocabulary.ts'
import { organizationRoleLabels, workspaceRoleLabels } from '#renderer/app/labels.ts'

/** What an organization role is for, for the person who gives it. */
export const organizationRoleTexts: Record<OrganizationRole, string> = {
  owner: 'Everything an admin may, and changing the plan. Only owners make owners.',
  admin: 'Manages API keys, users, occasions and settings, as a workspace admin.',
  manager: 'Manages webhooks and resends deliveries.',
  member: 'Belongs to the organization and manages nothing in it.',
}

/** What a workspace role opens, for the person who gives it. */
export const workspaceRoleTexts: Record<WorkspaceRole, string> = {
  admin: 'Sees every part of the workspace.',
  manager: 'Sees connections, webhooks, events and deliveries; no API keys and no audit log.',
  staff: 'Sees no Integrations and no settings.',
}

/** The organization roles that somebody of the role `own` may give: none above it. */
export const organizationRoleOptions = (own: OrganizationRole | null) =>
  organizationRoles.map((value, index) => ({
    value,
    label: organizationRoleLabels[value],
    disabled: own === null || index < organizationRoles.indexOf(own),
  }))

export const workspaceRoleOptions = workspaceRoles.map((value) => ({
  value,
  label: workspaceRoleLabels[value],
}))
