import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { z } from 'zod'
import { signatureAlgorithmSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Disclosure } from '#renderer/ui/disclosure.tsx'
import { CheckboxField, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { SecretOnceDialog } from '#renderer/ui/secret-once-dialog.tsx'
import { GuideLink } from '../documentation/prose.tsx'
import { algorithmOptions } from './algorithm-options.ts'
import { EventsField } from './events-field.tsx'
import { HowToVerify } from './how-to-verify.tsx'
import { UrlField } from './url-field.tsx'
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
  const { control, submission } = useZodForm(formSchema, {
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
    <FormDialog
      width="lg"
      title="Create webhook"
      description={
        <>
          Sends a signed POST to your URL for each event you choose.{' '}
          <GuideLink to={`${paths.documentation}/webhooks`}>About webhooks</GuideLink>
        </>
      }
      verb="Create webhook"
      submission={submission}
      onClose={onCancel}
    >
      <UrlField control={control} name="url" label="URL" placeholder="https://example.com/hooks" />
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
    </FormDialog>
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
      <HowToVerify />
    </SecretOnceDialog>
  )
}
