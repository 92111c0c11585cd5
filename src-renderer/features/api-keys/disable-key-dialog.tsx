import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { ApiKey } from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { KeyImpact } from './key-impact.tsx'

/** Asks before a key stops working until it is enabled again. */
export const DisableKeyDialog = ({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const disable = useMutation(
    orpc.apiKeys.disable.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
        toast.success(`“${apiKey.name}” is disabled`)
        onClose()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      width="md"
      title={`Disable “${apiKey.name}”`}
      consequence="Every call with it is refused from the next moment on, until somebody enables it again. A good first step before revoking: whoever still needs it will tell."
      confirmLabel="Disable key"
      busy={disable.isPending}
      failure={disable.isError ? failureOf(disable.error) : null}
      onConfirm={() => disable.mutate({ ...inOrganization, apiKeyId: apiKey.id })}
    >
      <KeyImpact keys={[apiKey]} />
    </ConfirmDialog>
  )
}

/** Enables a disabled key, at once. */
export const useEnableKey = () => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const { mutate } = useMutation(
    orpc.apiKeys.enable.mutationOptions({
      onError,
      onSuccess: async (key) => {
        await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
        toast.success(`“${key.name}” is enabled`)
      },
    }),
  )
  const enable = useCallback(
    (key: ApiKey) => mutate({ ...inOrganization, apiKeyId: key.id }),
    [mutate, inOrganization],
  )
  return { enable, explanation }
}
