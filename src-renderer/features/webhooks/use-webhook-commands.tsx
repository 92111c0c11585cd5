import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { orpc } from '#renderer/bridge.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { useActionFailure } from '#renderer/ui/use-action-failure.tsx'
import { DeleteWebhooksDialog } from './delete-webhooks-dialog.tsx'

/** Pausing, resuming and deleting webhooks. The caller draws `dialogs`. */
export const useWebhookCommands = ({ onDeleted }: { onDeleted?: () => void } = {}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { onError, explanation } = useActionFailure()
  const [deleting, setDeleting] = useState<readonly Webhook[]>([])
  const refresh = () => queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() })
  const { mutate: pause, isPending: pausing } = useMutation(
    orpc.webhooks.pause.mutationOptions({
      onSuccess: async ({ name }) => {
        toast.success(`${name} is paused. Its events are held from now on.`)
        await refresh()
      },
      onError,
    }),
  )
  const { mutate: resume, isPending: resuming } = useMutation(
    orpc.webhooks.resume.mutationOptions({
      onSuccess: async ({ name }) => {
        toast.success(`${name} is active. What was held goes out now, oldest first.`)
        await refresh()
      },
      onError,
    }),
  )
  const commands = useMemo(
    () => ({
      onPause: (webhook: Webhook) => pause({ ...inOrganization, webhookId: webhook.id }),
      onResume: (webhook: Webhook) => resume({ ...inOrganization, webhookId: webhook.id }),
      onDelete: (webhook: Webhook) => setDeleting([webhook]),
    }),
    [inOrganization, pause, resume],
  )
  const dialogs = (
    <>
      {explanation}
      {deleting.length > 0 && (
        <DeleteWebhooksDialog webhooks={deleting} onClose={() => setDeleting([])} onDeleted={onDeleted} />
      )}
    </>
  )
  return { commands, deleteMany: setDeleting, busy: pausing || resuming, dialogs }
}
