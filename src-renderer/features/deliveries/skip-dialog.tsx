import { useQueryClient } from '@tanstack/react-query'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { ReasonDialog } from '#renderer/ui/reason-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'

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
  const skip = async (reason: string) => {
    await client.deliveries.skip({ ...inOrganization, deliveryId, reason })
    toast.success('Skipped. Those behind it go out now, in their order.')
    onClose()
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() }),
      queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() }),
    ])
  }
  return (
    <ReasonDialog
      title="Skip the delivery that blocks"
      confirmLabel="Skip delivery"
      onConfirm={skip}
      onClose={onClose}
      consequence={
        <p>
          It ends without being delivered, and {waiting} behind it can go on. The receiver misses this one in
          the order; its event can only be sent again by hand, after the others.
        </p>
      }
    />
  )
}
