import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ListedUser } from '#contract/organizations.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'

/** Asks before somebody leaves the organization, and ends their membership. */
export const RemoveUserDialog = ({ user, onClose }: { user: ListedUser; onClose: () => void }) => {
  const { organization, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const remove = useMutation(
    orpc.users.remove.mutationOptions({
      onSuccess: async () => {
        toast.success(`${user.name} was removed from ${organization.name}`)
        onClose()
        await queryClient.invalidateQueries({ queryKey: orpc.users.key() })
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Remove ${user.name} from ${organization.name}`}
      confirmLabel="Remove user"
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate({ ...inOrganization, userId: user.id })}
      consequence={
        <>
          <p>
            {user.name} ({user.email}) may do nothing here from the next moment on. The account stays, and so
            does everything that they made: keys, webhooks and connections go on working.
          </p>
          {user.organizationRole === 'owner' && (
            <p className="mt-2">
              The last owner of an organization cannot be removed: make somebody else an owner first.
            </p>
          )}
        </>
      }
    />
  )
}
