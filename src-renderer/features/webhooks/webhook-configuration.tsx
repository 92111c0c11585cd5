import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useWatch } from 'react-hook-form'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { FormProblem, NumberField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { EventsField } from './events-field.tsx'
import { UrlVerdict } from './url-verdict.tsx'
import { type Change, changesOf, fieldsOfForm, formOfWebhook, webhookFormSchema } from './webhook-form.ts'

const ChangeList = ({ changes }: { changes: readonly Change[] }) => (
  <dl className="mt-2 space-y-2 text-ink">
    {changes.map(({ label, before, after }) => (
      <div key={label}>
        <dt className="font-medium">{label}</dt>
        <dd className="[overflow-wrap:anywhere]">
          <del className="text-muted">{before}</del>
          <span aria-hidden> → </span>
          <ins className="no-underline">{after}</ins>
        </dd>
      </div>
    ))}
  </dl>
)

const savedSchema = webhookFormSchema.refine(({ name }) => name !== '', {
  path: ['name'],
  error: 'Give the webhook a name',
})

/** The settings of a webhook. Saving lists the changes first. */
export const WebhookConfiguration = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const [changes, setChanges] = useState<readonly Change[] | null>(null)
  const { control, form, onSubmit, failure, busy } = useZodForm(savedSchema, {
    defaultValues: formOfWebhook(webhook),
    submit: async (values) => {
      const input = { ...inOrganization, webhookId: webhook.id }
      const saved = await client.webhooks.update({ ...input, ...fieldsOfForm(values) })
      queryClient.setQueryData(orpc.webhooks.get.queryKey({ input }), saved)
      form.reset(formOfWebhook(saved))
      toast.success('Saved')
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.list.key() })
    },
  })
  const review = form.handleSubmit((values) => setChanges(changesOf(webhook, values)))
  const save = async () => {
    await onSubmit()
    setChanges(null)
  }
  return (
    <Card className="max-w-3xl">
      <form onSubmit={review} noValidate className="space-y-4">
        <FormProblem failure={failure} />
        <TextField control={control} name="name" label="Name" />
        <div className="space-y-1.5">
          <TextField control={control} name="url" label="URL" type="url" mono />
          <UrlVerdict
            url={useWatch({ control, name: 'url' })}
            refused={form.formState.errors.url !== undefined}
          />
        </div>
        <EventsField control={control} name="events" />
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            control={control}
            name="timeoutSeconds"
            label="Timeout in seconds"
            hint="How long the receiver may take to answer: 1 to 30."
            min={1}
            max={30}
          />
          <NumberField
            control={control}
            name="concurrency"
            label="Concurrent requests"
            hint="How many deliveries may be under way at once: 1 to 64."
            min={1}
            max={64}
          />
        </div>
        <div className="flex gap-2">
          <Button look="primary" type="submit" disabled={!form.formState.isDirty}>
            Save …
          </Button>
          {form.formState.isDirty && <Button onClick={() => form.reset()}>Discard changes</Button>}
        </div>
      </form>
      {changes && (
        <ConfirmDialog
          open
          onOpenChange={() => setChanges(null)}
          destructive={false}
          title={`Save changes to “${webhook.name}”`}
          confirmLabel="Save changes"
          busy={busy}
          onConfirm={() => void save()}
          consequence={
            <>
              <p>Deliveries that are waiting use the new settings with their next attempt.</p>
              <ChangeList changes={changes} />
            </>
          }
        />
      )}
    </Card>
  )
}
