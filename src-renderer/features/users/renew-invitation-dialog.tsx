import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ListedUser } from '#contract/organizations.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, type Failure, failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import type { Invited } from './invitation-dialog.tsx'

/** Asks before the address of an invitation is replaced, and hands on the new one to be shown once. */
export const RenewInvitationDialog = ({
  user,
  onInvited,
  onClose,
}: {
  user: ListedUser
  onInvited: (invited: Invited) => void
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const renew = async () => {
    setBusy(true)
    try {
      // Not a mutation: its cache would keep the code.
      const invitation = await client.users.renewInvitation({ ...inOrganization, userId: user.id })
      onClose()
      onInvited({ name: user.name, invitation })
      await queryClient.invalidateQueries({ queryKey: orpc.users.key() })
    } catch (error) {
      setBusy(false)
      setFailure(failureOf(error))
    }
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Renew the invitation of ${user.name}`}
      consequence="Makes a new sign-in address. The one that you gave out before works no more."
      confirmLabel="Renew invitation"
      destructive={false}
      busy={busy}
      failure={failure}
      onConfirm={() => void renew()}
    />
  )
}
