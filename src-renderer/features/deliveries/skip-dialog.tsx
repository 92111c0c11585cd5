import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'

const schema = z.object({ reason: z.string().trim().min(1, 'Say why').max(500) })

/** Asks before the delivery that others wait behind is ended undelivered, and why. */
export const SkipDialog = ({
  deliveryId,
  waiting,
  onClose,
}: {
  deliveryId: string
  /** How many wait behind it, in words: "12 deliveries". */
  waiting: string
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, onSubmit, failure, busy } = useZodForm(schema, {
    defaultValues: { reason: '' },
    submit: async ({ reason }) => {
      await client.deliveries.skip({ ...inOrganization, deliveryId, reason })
      toast.success('Skipped. Those behind it go out now, in their order.')
      onClose()
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() }),
        queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() }),
      ])
    },
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      width="md"
      title="Skip the delivery that blocks"
      confirmLabel="Skip delivery"
      busy={busy}
      failure={failure}
      onConfirm={() => void onSubmit()}
      consequence={
        <p>
          It ends without being delivered, and {waiting} behind it go on. The receiver misses this one in the
          order; its event can only be sent again by hand, after the others.
        </p>
      }
    >
      <TextField
        control={control}
        name="reason"
        label="Why"
        hint="Kept in the audit log with your name."
        rows={2}
      />
    </ConfirmDialog>
  )
}
