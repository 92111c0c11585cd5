import { useNavigate } from 'react-router'
import { z } from 'zod'
import type { DeliveryDetail } from '#contract/events.ts'
import { webhookUrlSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client } from '#renderer/bridge.ts'
import { useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { UrlField } from '../webhooks/url-field.tsx'

const schema = z.object({ url: webhookUrlSchema })

/** Sends what a delivery sent to another address, and leads to the new delivery. */
export const ReplayDialog = ({ delivery, onClose }: { delivery: DeliveryDetail; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const navigate = useNavigate()
  const { control, submission } = useZodForm(schema, {
    defaultValues: { url: '' },
    submit: async ({ url }) => {
      const { deliveryId } = await client.deliveries.replay({
        ...inOrganization,
        deliveryId: delivery.id,
        url,
      })
      toast.success('Replayed as a new delivery')
      onClose()
      void navigate(paths.delivery(deliveryId))
    },
  })
  return (
    <FormDialog
      title="Replay to another URL"
      description="The same body and webhook-id, signed with the secrets of the webhook. It is tried once and never counts for the webhook."
      verb="Replay"
      submission={submission}
      onClose={onClose}
    >
      <UrlField
        control={control}
        name="url"
        label="URL"
        placeholder="https://example.com/hooks"
        hint="What is in the event goes there: give only an address that may have it."
      />
    </FormDialog>
  )
}
