import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { type HeldGroup, releasesPerSecondMax } from '#contract/releases.ts'
import { openCountMax } from '#contract/settings.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { NumberField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { formatCount, formatCountUpTo } from '#renderer/ui/format.ts'
import { heldReasonLabels } from '#renderer/ui/status-badge.tsx'
import { toast } from '#renderer/ui/toast.tsx'

const perSecondDefault = 50
const schema = z.object({
  perSecond: z
    .int('Give a whole number')
    .min(1, 'At least 1')
    .max(releasesPerSecondMax, `At most ${formatCount(releasesPerSecondMax)}`),
})

/** Lets go what is held for one reason, oldest first. A webhook that is not active is resumed with it. */
export const ReleaseDialog = ({ group, onClose }: { group: HeldGroup; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { webhookId, reason, webhookName, webhookStatus } = group
  const inactive = webhookStatus !== 'active'
  const { control, submission } = useZodForm(schema, {
    defaultValues: { perSecond: perSecondDefault },
    submit: async ({ perSecond }) => {
      await client.deliveries.release({ ...inOrganization, webhookId, reason, perSecond, resume: inactive })
      toast.success('The release has begun')
      onClose()
      await queryClient.invalidateQueries({ queryKey: orpc.deliveries.key() })
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() })
    },
  })
  return (
    <FormDialog
      width="sm"
      title={`Release ${formatCountUpTo(group.count, openCountMax)} held for “${webhookName}”`}
      description={`Held because: ${heldReasonLabels[reason]}. They go out oldest first; you can pause or cancel at any time.`}
      verb={inactive ? 'Resume and release' : 'Release'}
      submission={submission}
      onClose={onClose}
    >
      {inactive && (
        <Banner tone="warning" title={`The webhook is ${webhookStatus}`}>
          It is resumed with it: what is held goes out at this rate, and new events are sent at once from then
          on. Only an ordered webhook gets them after what is released.
        </Banner>
      )}
      <NumberField
        control={control}
        name="perSecond"
        label="Deliveries per second"
        hint={`What the receiver can take: 1 to ${formatCount(releasesPerSecondMax)}.`}
        min={1}
        max={releasesPerSecondMax}
      />
    </FormDialog>
  )
}
