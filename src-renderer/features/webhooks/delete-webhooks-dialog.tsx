import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { toast } from '#renderer/ui/toast.tsx'

const openOf = (webhooks: readonly Webhook[]) =>
  webhooks.reduce((sum, { recent }) => sum + recent.waiting + recent.held, 0)

/** Asks before webhooks are deleted, and deletes them. Draw it only while there are some to ask about. */
export const DeleteWebhooksDialog = ({
  webhooks,
  onClose,
  onDeleted,
}: {
  webhooks: readonly Webhook[]
  onClose: () => void
  onDeleted?: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const remove = useMutation(
    orpc.webhooks.delete.mutationOptions({
      onSuccess: async ({ deleted }) => {
        toast.success(`${formatNumberOf(deleted, 'webhook')} deleted`)
        onClose()
        onDeleted?.()
        await queryClient.invalidateQueries({ queryKey: orpc.webhooks.list.key() })
      },
    }),
  )
  const [only] = webhooks
  const one = webhooks.length === 1
  const open = openOf(webhooks)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={one && only ? `Delete “${only.name}”` : `Delete ${formatNumberOf(webhooks.length, 'webhook')}`}
      confirmLabel={one ? 'Delete webhook' : `Delete ${webhooks.length} webhooks`}
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate({ ...inOrganization, webhookIds: webhooks.map(({ id }) => id) })}
      consequence={
        <>
          <p>
            Nothing more is sent, {one ? 'its' : 'their'} signing secrets are destroyed, and{' '}
            {open > 0 ? (
              <strong className="text-ink">
                {formatNumberOf(open, 'delivery that waits or is held', 'deliveries that wait or are held')}{' '}
                {open === 1 ? 'is' : 'are'} discarded
              </strong>
            ) : (
              'deliveries that still wait are discarded'
            )}
            . This cannot be undone. To stop for a while, pause instead.
          </p>
          {!one && (
            <ul className="mt-2 max-h-40 list-disc overflow-y-auto pl-5 text-ink">
              {webhooks.map(({ id, name }) => (
                <li key={id}>{name}</li>
              ))}
            </ul>
          )}
        </>
      }
    />
  )
}
