import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ApiKey } from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { KeyImpact } from './key-impact.tsx'

/** A key that can still be revoked. */
export const isRevocable = (key: ApiKey) => key.status !== 'revoked'

/** Asks before keys are revoked, and revokes them. Draw it only while there are keys to ask about. */
export const RevokeKeysDialog = ({
  keys,
  onClose,
  onRevoked,
}: {
  keys: readonly ApiKey[]
  onClose: () => void
  onRevoked?: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const revoke = useMutation(
    orpc.apiKeys.revoke.mutationOptions({
      onSuccess: async ({ revoked }) => {
        await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
        toast.success(`${formatNumberOf(revoked, 'API key')} revoked`)
        onRevoked?.()
        onClose()
      },
    }),
  )
  const [only] = keys
  const what = keys.length === 1 && only ? `“${only.name}”` : formatNumberOf(keys.length, 'API key')
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      width="md"
      title={`Revoke ${what}`}
      confirmLabel={keys.length === 1 ? 'Revoke key' : `Revoke ${keys.length} keys`}
      busy={revoke.isPending}
      failure={revoke.isError ? failureOf(revoke.error) : null}
      onConfirm={() => revoke.mutate({ ...inOrganization, apiKeyIds: keys.map(({ id }) => id) })}
      consequence={
        <>
          <p>
            Every call with {keys.length === 1 ? 'it' : 'one of them'} is refused from the next moment on.
            This cannot be undone; a program that still uses {keys.length === 1 ? 'it' : 'them'} needs a new
            key.
          </p>
          {keys.length > 1 && (
            <ul className="mt-2 max-h-40 list-disc overflow-y-auto pl-5 text-ink">
              {keys.map(({ id, name }) => (
                <li key={id}>{name}</li>
              ))}
            </ul>
          )}
        </>
      }
    >
      <KeyImpact keys={keys} />
    </ConfirmDialog>
  )
}
