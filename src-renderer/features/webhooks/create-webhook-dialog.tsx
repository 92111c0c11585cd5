import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useWatch } from 'react-hook-form'
import { useNavigate } from 'react-router'
import { z } from 'zod'
import { signatureAlgorithmSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { Disclosure } from '#renderer/ui/disclosure.tsx'
import { CheckboxField, FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { SecretOnceDialog } from '#renderer/ui/secret-once-dialog.tsx'
import { GuideLink } from '../documentation/prose.tsx'
import { algorithmOptions } from './algorithm-options.ts'
import { EventsField } from './events-field.tsx'
import { UrlVerdict } from './url-verdict.tsx'
import { newWebhookForm, newWebhookSchema } from './webhook-form.ts'

/** '' is the organization itself: events of no occasion and of all of them. */
const formSchema = newWebhookSchema.extend({
  occasion: z.string(),
  algorithm: signatureAlgorithmSchema,
  startPaused: z.boolean(),
})

interface Created {
  webhookId: string
  /** Null with ed25519: there is nothing to store, the public key is on the page of the webhook. */
  secret: string | null
}

const CreateForm = ({
  onCreated,
  onCancel,
}: {
  onCreated: (created: Created) => void
  onCancel: () => void
}) => {
  const { organization, occasion, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const formId = useId()
  const { control, form, onSubmit, failure, busy } = useZodForm(formSchema, {
    defaultValues: { ...newWebhookForm, occasion: occasion?.id ?? '', algorithm: 'hmac', startPaused: false },
    submit: async ({ occasion: occasionId, name, ...fields }) => {
      // Not a mutation: its cache would keep the secret.
      const { webhook, secret } = await client.webhooks.create({
        ...inOrganization,
        ...fields,
        name: name === '' ? undefined : name,
        occasionId: occasionId === '' ? null : occasionId,
      })
      onCreated({ webhookId: webhook.id, secret })
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() })
    },
  })
  const occasionOptions = [
    { value: '', label: `${organization.name}, with all occasions` },
    ...organization.occasions
      .filter(({ archivedAt }) => archivedAt === null)
      .map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <Dialog
      open
      width="lg"
      onOpenChange={onCancel}
      title="Create webhook"
      description={
        <>
          Sends a signed POST to your URL for each event you choose.{' '}
          <GuideLink to={`${paths.documentation}/webhooks`}>About webhooks</GuideLink>
        </>
      }
      footer={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} busy={busy}>
            Create webhook
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
          />
          <UrlVerdict
            url={useWatch({ control, name: 'url' })}
            refused={form.formState.errors.url !== undefined}
          />
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            control={control}
            name="name"
            label="Name"
            optional
            hint="The host of the URL when left empty."
          />
          <SelectField
            control={control}
            name="occasion"
            label="Events of"
            hint="Cannot be changed later."
            options={occasionOptions}
          />
        </div>
        <EventsField control={control} name="events" />
        <CheckboxField
          control={control}
          name="startPaused"
          label="Begin paused, and collect from the start"
          hint="Nothing is sent until the receiver is ready: events are held, and go out when you resume or release."
        />
        <Disclosure title="More" hint="signature">
          <SelectField
            control={control}
            name="algorithm"
            label="Signature"
            hint="With a key pair the receiver needs only the public key, which is no secret."
            options={algorithmOptions}
          />
        </Disclosure>
      </form>
    </Dialog>
  )
}

/** Asks for what a new webhook needs, creates it, shows its signing secret the only time, and leads to it. */
export const CreateWebhookDialog = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const navigate = useNavigate()
  const [created, setCreated] = useState<Created | null>(null)
  const lead = ({ webhookId }: Created) => void navigate(paths.webhook(webhookId), { replace: true })
  if (created === null) {
    const show = (made: Created) => (made.secret === null ? lead(made) : setCreated(made))
    return open && <CreateForm onCreated={show} onCancel={onClose} />
  }
  return (
    <SecretOnceDialog
      title="Store the signing secret now"
      label="Signing secret"
      secret={created.secret}
      onClose={() => {
        setCreated(null)
        lead(created)
      }}
    >
      <p>
        The receiver verifies with it that a request comes from here.{' '}
        <GuideLink to={`${paths.documentation}/verification`}>How to verify</GuideLink>
      </p>
    </SecretOnceDialog>
  )
}
