import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { emailSchema, nameSchema } from '#contract/session.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import type { Invited } from './invitation-dialog.tsx'
import { type Roles, RolesFields } from './roles-fields.tsx'

const formSchema = z.object({ name: nameSchema, email: emailSchema })

/** Asks whom to invite with which roles, and makes account and membership. */
export const InviteUserDialog = ({
  onInvited,
  onClose,
}: {
  onInvited: (invited: Invited) => void
  onClose: () => void
}) => {
  const { organization, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const [roles, setRoles] = useState<Roles>({ organizationRole: 'member', workspaceRole: 'manager' })
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: { name: '', email: '' },
    submit: async (values) => {
      // Not a mutation: its cache would keep the code.
      const { user, invitation } = await client.users.invite({ ...inOrganization, ...values, ...roles })
      onClose()
      if (invitation) onInvited({ name: user.name, invitation })
      else toast.success(`${user.name} is a member now, and signs in as always`)
      await queryClient.invalidateQueries({ queryKey: orpc.users.key() })
    },
  })
  return (
    <FormDialog
      title="Invite a user"
      description={`Makes an account on this installation and a membership of ${organization.name}. Whoever has an account here already becomes a member and signs in as always.`}
      verb="Invite user"
      submission={submission}
      onClose={onClose}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField control={control} name="name" label="Name" autoComplete="off" />
        <TextField control={control} name="email" label="Email" type="email" autoComplete="off" />
      </div>
      <RolesFields roles={roles} onChange={setRoles} />
    </FormDialog>
  )
}
