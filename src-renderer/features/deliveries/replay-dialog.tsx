import { useId } from 'react'
import { useWatch } from 'react-hook-form'
import { useNavigate } from 'react-router'
import { z } from 'zod'
import type { DeliveryDetail } from '#contract/events.ts'
import { webhookUrlSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { UrlVerdict } from '../webhooks/url-verdict.tsx'

const schema = z.object({ url: webhookUrlSchema })

/** Sends what a delivery sent to another address, and leads to the new delivery. */
export const ReplayDialog = ({ delivery, onClose }: { delivery: DeliveryDetail; onClose: () => void }) => {
  const { inOrganization } = useScope()
  const navigate = useNavigate()
  const formId = useId()
  const { control, form, onSubmit, failure, busy } = useZodForm(schema, {
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
    <Dialog
      open
      onOpenChange={onClose}
      title="Replay to another URL"
      description="The same body and webhook-id, signed with the secrets of the webhook. It is tried once and never counts for the webhook."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} busy={busy}>
            Replay
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        <FormProblem failure={failure} />
        <div className="space-y-1.5">
          <TextField
            control={control}
            name="url"
            label="URL"
            type="url"
            mono
            placeholder="https://example.com/hooks"
            hint="What is in the event goes there: give only an address that may have it."
          />
          <UrlVerdict
            url={useWatch({ control, name: 'url' })}
            refused={form.formState.errors.url !== undefined}
          />
        </div>
      </form>
    </Dialog>
  )
}
