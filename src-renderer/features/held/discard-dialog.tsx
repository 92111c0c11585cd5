import { useQueryClient } from '@tanstack/react-query'
import { openCountMax } from '#contract/settings.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { formatCountUpTo, formatNumberOf } from '#renderer/ui/format.ts'
import { ReasonDialog } from '#renderer/ui/reason-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'

/** Held deliveries of one webhook: those that are named, or all that are held for the reason. */
export interface DiscardTarget {
  readonly webhookId: string
  readonly reason?: HeldReason
  readonly deliveryIds?: string[]
}

/** Asks before held deliveries are ended for good, and why. */
export const DiscardDialog = ({
  targets,
  count,
  of,
  onClose,
  onDiscarded,
}: {
  targets: readonly DiscardTarget[]
  count: number
  /** The webhook, or what else they have in common. */
  of: string
  onClose: () => void
  onDiscarded?: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const discard = async (note: string) => {
    let discarded = 0
    for (const target of targets) {
      discarded += (await client.deliveries.discard({ ...inOrganization, ...target, note })).discarded
    }
    toast.success(`${formatNumberOf(discarded, 'delivery', 'deliveries')} discarded`)
    onClose()
    onDiscarded?.()
    await queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() })
  }
  const noun = count === 1 ? 'delivery' : 'deliveries'
  return (
    <ReasonDialog
      title={`Discard ${formatCountUpTo(count, openCountMax)} held ${noun} of “${of}”`}
      confirmLabel={`Discard ${noun}`}
      onConfirm={discard}
      onClose={onClose}
      consequence={
        <p>
          {count === 1 ? 'It ends' : 'They end'} without being sent, and {count === 1 ? 'does' : 'do'} not go
          out when the webhook is resumed. What was discarded by mistake can be sent again by a recovery.
        </p>
      }
    />
  )
}
