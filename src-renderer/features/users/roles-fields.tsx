import { useId } from 'react'
import type { OrganizationRole, WorkspaceRole } from '#contract/vocabulary.ts'
import { useScope } from '#renderer/app/scope.ts'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { Select } from '#renderer/ui/select.tsx'
import {
  organizationRoleOptions,
  organizationRoleTexts,
  workspaceRoleOptions,
  workspaceRoleTexts,
} from './role-options.ts'

export interface Roles {
  organizationRole: OrganizationRole
  workspaceRole: WorkspaceRole
}

/** Both roles of a membership, each with what it is for. */
export const RolesFields = ({ roles, onChange }: { roles: Roles; onChange: (roles: Roles) => void }) => {
  const { organization } = useScope()
  const ids = { organization: useId(), workspace: useId() }
  const hints = {
    organization: organizationRoleTexts[roles.organizationRole],
    workspace: workspaceRoleTexts[roles.workspaceRole],
  }
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Field id={ids.organization} label="Organization role" hint={hints.organization}>
        <Select
          {...fieldIds(ids.organization, hints.organization, undefined)}
          options={organizationRoleOptions(organization.organizationRole)}
          value={roles.organizationRole}
          onValueChange={(organizationRole) => onChange({ ...roles, organizationRole })}
        />
      </Field>
      <Field id={ids.workspace} label="Workspace role" hint={hints.workspace}>
        <Select
          {...fieldIds(ids.workspace, hints.workspace, undefined)}
          options={workspaceRoleOptions}
          value={roles.workspaceRole}
          onValueChange={(workspaceRole) => onChange({ ...roles, workspaceRole })}
        />
      </Field>
    </div>
  )
}
