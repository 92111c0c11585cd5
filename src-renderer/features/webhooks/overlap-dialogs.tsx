import { useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { SelectField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { toast } from '#renderer/ui/toast.tsx'
import { overlapOptions } from './rotate-secret-dialog.tsx'

interface OverlapDialogProps {
  webhook: Webhook
  onClose: () => void
}

const extendSchema = z.object({ overlap: z.string().transform(Number) })

/** Gives a receiver more time to switch. */
export const ExtendOverlapDialog = ({ webhook, onClose }: OverlapDialogProps) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(extendSchema, {
    defaultValues: { overlap: '24' },
    submit: async ({ overlap }) => {
      const input = { ...inOrganization, webhookId: webhook.id }
      const changed = await client.webhooks.extendOverlap({ ...input, overlapHours: overlap })
      queryClient.setQueryData(orpc.webhooks.get.queryKey({ input }), changed)
      toast.success('The overlap is extended')
      onClose()
    },
  })
  return (
    <FormDialog
      width="sm"
      title="Extend the overlap"
      description="The older secret signs along for so long from now. It never ends earlier than it would have."
      verb="Extend"
      submission={submission}
      onClose={onClose}
    >
      <SelectField control={control} name="overlap" label="From now" options={overlapOptions} />
    </FormDialog>
  )
}

/** Asks before the older secrets stop signing. */
export const EndOverlapDialog = ({ webhook, onClose }: OverlapDialogProps) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const input = { ...inOrganization, webhookId: webhook.id }
  const end = useMutation(
    orpc.webhooks.endOverlap.mutationOptions({
      onSuccess: (changed) => {
        queryClient.setQueryData(orpc.webhooks.get.queryKey({ input }), changed)
        toast.success('Only the newest secret signs from now on')
        onClose()
      },
    }),
  )
  const old = webhook.secrets.filter(({ expiresAt }) => expiresAt !== null)
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`End ${formatNumberOf(old.length, 'older secret')} of “${webhook.name}” now`}
      confirmLabel="End the overlap"
      busy={end.isPending}
      failure={end.isError ? failureOf(end.error) : null}
      onConfirm={() => end.mutate(input)}
      consequence={
        <p>
          Only the newest secret signs from now on. A receiver that still verifies with{' '}
          {old.map(({ tail }) => `…${tail}`).join(', ')} refuses everything until it knows the new one. This
          cannot be undone.
        </p>
      }
    />
  )
}
