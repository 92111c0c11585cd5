import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Control, useWatch } from 'react-hook-form'
import type { z } from 'zod'
import type { Webhook } from '#contract/webhooks.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { Disclosure } from '#renderer/ui/disclosure.tsx'
import { NumberField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { SecretFlow } from '#renderer/ui/secret-once-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { EventsField } from '../webhooks/events-field.tsx'
import { ConditionField, ShapeField } from '../webhooks/filter-fields.tsx'
import { HowToVerify } from '../webhooks/how-to-verify.tsx'
import { useOperationalPreviews } from '../webhooks/preview-source.ts'
import { newWebhookForm, newWebhookSchema, webhookFormSchema } from '../webhooks/webhook-form.ts'

const secondMs = 1_000

const formSchema = newWebhookSchema.extend({
  timeoutSeconds: webhookFormSchema.shape.timeoutSeconds,
  concurrency: webhookFormSchema.shape.concurrency,
  condition: webhookFormSchema.shape.condition,
  shape: webhookFormSchema.shape.shape,
})
type Written = z.input<typeof formSchema>
type Form = z.output<typeof formSchema>

const newForm: Written = {
  ...newWebhookForm,
  timeoutSeconds: 15,
  concurrency: 16,
  condition: { kind: 'opened', condition: null },
  shape: null,
}

const formOf = ({ name, url, events, timeoutMs, concurrency, options }: Webhook): Written => ({
  name,
  url,
  events,
  timeoutSeconds: timeoutMs / secondMs,
  concurrency,
  condition: { kind: 'opened', condition: options.condition },
  shape: options.shape,
})

/** The form as the contract takes it. */
const fieldsOf = ({ name, timeoutSeconds, condition, shape, ...fields }: Form) => ({
  ...fields,
  name: name === '' ? undefined : name,
  timeoutMs: Math.round(timeoutSeconds * secondMs),
  options: { condition, shape },
})

/** The field that shows an error of the contract's. */
const placeOf = ([name, option]: readonly string[]) => {
  if (name === 'timeoutMs') return 'timeoutSeconds'
  return name === 'options' && (option === 'condition' || option === 'shape') ? option : null
}

const Fields = ({ control }: { control: Control<Written, unknown, Form> }) => {
  const types = useQuery(orpc.operationalWebhooks.eventTypes.queryOptions())
  const editors = {
    control,
    source: useOperationalPreviews(),
    events: useWatch({ control, name: 'events' }),
  }
  return (
    <>
      <TextField
        control={control}
        name="url"
        label="URL"
        type="url"
        mono
        placeholder="https://alerts.example.com/patchbay"
        hint="An address of a local network needs a rule for operational subscriptions."
      />
      <TextField
        control={control}
        name="name"
        label="Name"
        optional
        hint="The host of the URL when left empty."
      />
      <EventsField control={control} name="events" catalogue={types} />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField control={control} name="timeoutSeconds" label="Timeout in seconds" min={1} max={30} />
        <NumberField control={control} name="concurrency" label="Concurrent requests" min={1} max={64} />
      </div>
      <Disclosure title="Filter" hint="which of these events, by their bodies">
        <ConditionField {...editors} name="condition" />
      </Disclosure>
      <Disclosure title="Body" hint="what is sent of them">
        <ShapeField {...editors} name="shape" />
      </Disclosure>
    </>
  )
}

const CreateForm = ({
  onCreated,
  onClose,
}: {
  onCreated: (secret: string | null) => void
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: newForm,
    placeOf,
    submit: async (form) => {
      // Not a mutation: its cache would keep the secret.
      const { secret } = await client.operationalWebhooks.create(fieldsOf(form))
      onCreated(secret)
      await queryClient.invalidateQueries({ queryKey: orpc.operationalWebhooks.key() })
    },
  })
  return (
    <FormDialog
      width="lg"
      title="Add an operational subscription"
      verb="Add subscription"
      submission={submission}
      onClose={onClose}
    >
      <Fields control={control} />
    </FormDialog>
  )
}

/** Makes a subscription of the platform, and shows its signing secret the only time. */
export const CreateOperationalDialog = ({ open, onClose }: { open: boolean; onClose: () => void }) => (
  <SecretFlow
    title="Store the signing secret now"
    label="Signing secret"
    onClose={onClose}
    form={(onCreated) => open && <CreateForm onCreated={onCreated} onClose={onClose} />}
  >
    <HowToVerify />
  </SecretFlow>
)

/** Changes a subscription of the platform. */
export const EditOperationalDialog = ({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) => {
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: formOf(webhook),
    placeOf,
    submit: async (form) => {
      await client.operationalWebhooks.update({ webhookId: webhook.id, ...fieldsOf(form) })
      toast.success('Saved')
      onClose()
      await queryClient.invalidateQueries({ queryKey: orpc.operationalWebhooks.key() })
    },
  })
  return (
    <FormDialog
      width="lg"
      title={`Edit ${webhook.name}`}
      verb="Save"
      submission={submission}
      onClose={onClose}
    >
      <Fields control={control} />
    </FormDialog>
  )
}

/** Asks before a subscription of the platform is deleted. */
export const DeleteOperationalDialog = ({
  webhook,
  onDeleted,
  onClose,
}: {
  webhook: Webhook
  onDeleted: () => void
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const remove = useMutation(
    orpc.operationalWebhooks.delete.mutationOptions({
      onSuccess: async () => {
        onDeleted()
        toast.success('Subscription deleted')
        await queryClient.invalidateQueries({ queryKey: orpc.operationalWebhooks.key() })
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete “${webhook.name}”`}
      consequence="Nothing more is sent to it, its signing secret is destroyed, and deliveries that still wait are discarded. This cannot be undone. To stop for a while, pause instead."
      confirmLabel="Delete subscription"
      busy={remove.isPending}
      failure={remove.isError ? failureOf(remove.error) : null}
      onConfirm={() => remove.mutate({ webhookId: webhook.id })}
    />
  )
}
