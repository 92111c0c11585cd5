import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Control, useWatch } from 'react-hook-form'
import type { CredentialName } from '#contract/webhook-credentials.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { UnsavedChanges } from '#renderer/app/unsaved-changes.tsx'
import { client, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import {
  type AuthenticationForm,
  authenticationFormOf,
  authenticationFormSchema,
  placeOfAuthenticationError,
  updateOfAuthentication,
} from './authentication-form.ts'
import { CertificateFacts } from './certificate-facts.tsx'
import { SecretField } from './secret-field.tsx'
import { SettingsSection } from './settings-section.tsx'

type FormControl = Control<AuthenticationForm, unknown, AuthenticationForm>

const kinds = [
  { value: 'none', label: 'None: the signature is enough' },
  { value: 'basic', label: 'User name and password (Basic)' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'header', label: 'Token in a header of its own' },
  { value: 'oauth2', label: 'OAuth 2 client credentials' },
] as const

/** The fields of the chosen kind. */
const KindFields = ({ control, webhook }: { control: FormControl; webhook: Webhook }) => {
  const kind = useWatch({ control, name: 'kind' })
  const stored = (name: CredentialName) => webhook.credentials.find((credential) => credential.name === name)
  switch (kind) {
    case 'none':
      return null
    case 'basic':
      return (
        <div className="grid gap-4 @2xl:grid-cols-2">
          <TextField control={control} name="username" label="User name" autoComplete="off" />
          <SecretField control={control} name="password" label="Password" stored={stored('password')} />
        </div>
      )
    case 'bearer':
      return <SecretField control={control} name="token" label="Token" stored={stored('token')} />
    case 'header':
      return (
        <div className="grid gap-4 @2xl:grid-cols-2">
          <TextField control={control} name="headerName" label="Header" placeholder="X-Api-Key" mono />
          <SecretField control={control} name="token" label="Token" stored={stored('token')} />
        </div>
      )
    case 'oauth2':
      return (
        <div className="grid gap-4 @2xl:grid-cols-2">
          <TextField
            control={control}
            name="tokenUrl"
            label="Token endpoint"
            type="url"
            placeholder="https://"
            hint="Called under the same network rules as the webhook."
            mono
          />
          <TextField control={control} name="scope" label="Scope" optional mono />
          <TextField control={control} name="clientId" label="Client id" autoComplete="off" mono />
          <SecretField
            control={control}
            name="clientSecret"
            label="Client secret"
            stored={stored('clientSecret')}
          />
        </div>
      )
  }
}

/** Whom TLS trusts, and who Patchbay is there. */
const TlsFields = ({
  control,
  webhook,
  onRemove,
}: {
  control: FormControl
  webhook: Webhook
  onRemove: (name: 'caCertificate' | 'clientCertificate') => void
}) => {
  const [ca, client] = useWatch({ control, name: ['caCertificate', 'clientCertificate'] })
  const { certificates, options } = webhook
  return (
    <>
      <div className="space-y-2">
        <TextField
          control={control}
          name="caCertificate"
          label="Certificate authority"
          hint="In PEM form. Trusted for this webhook, beside those of the system."
          rows={4}
          mono
          optional
        />
        {ca === options.caCertificate && <CertificateFacts certificates={certificates.ca} />}
        {ca !== '' && (
          <Button size="sm" onClick={() => onRemove('caCertificate')}>
            Remove the authority
          </Button>
        )}
      </div>
      <div className="space-y-2">
        <TextField
          control={control}
          name="clientCertificate"
          label="Client certificate"
          hint="In PEM form, with those that lead to its authority after it. For receivers that ask for one (mutual TLS)."
          rows={4}
          mono
          optional
        />
        {client === options.clientCertificate && certificates.client && (
          <CertificateFacts certificates={[certificates.client]} />
        )}
        {client !== '' && (
          <>
            <SecretField
              control={control}
              name="clientKey"
              label="Private key of the client certificate"
              hint="In PEM form, without a passphrase. It is kept sealed and never shown again."
              stored={webhook.credentials.find(({ name }) => name === 'clientKey')}
              rows={4}
            />
            <Button size="sm" onClick={() => onRemove('clientCertificate')}>
              Remove the client certificate
            </Button>
          </>
        )}
      </div>
    </>
  )
}

/** How Patchbay shows itself to the receiver. Saved apart from the other settings; secrets leave the page then. */
export const AuthenticationEditor = ({ webhook }: { webhook: Webhook }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const [saves, setSaves] = useState(0)
  const { control, form, onSubmit, failure, busy } = useZodForm(authenticationFormSchema, {
    defaultValues: authenticationFormOf(webhook),
    placeOf: placeOfAuthenticationError,
    submit: async (values) => {
      const input = { ...inOrganization, webhookId: webhook.id }
      // Not a mutation: its cache would keep the secrets.
      const saved = await client.webhooks.update({ ...input, ...updateOfAuthentication(values) })
      form.reset(authenticationFormOf(saved))
      setSaves((count) => count + 1)
      queryClient.setQueryData(orpc.webhooks.get.queryKey({ input }), saved)
      toast.success('Saved')
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.list.key() })
    },
  })
  const { isDirty } = form.formState
  const kind = useWatch({ control, name: 'kind' })
  const readable = kind !== 'none' && webhook.url.startsWith('http:')
  return (
    <form onSubmit={onSubmit} noValidate className="@container">
      <SettingsSection
        id="authentication"
        description="How Patchbay shows the receiver who is calling, beside the signature. Secrets are sealed, and are never shown again."
      >
        <div className="space-y-4" key={saves}>
          <FormProblem failure={failure} />
          <SelectField control={control} name="kind" label="Authentication" options={kinds} />
          {readable && (
            <Banner tone="warning" title="This webhook is called without TLS">
              Whoever listens on the way can read what is shown here. Use an https address.
            </Banner>
          )}
          <KindFields control={control} webhook={webhook} />
          <TlsFields
            control={control}
            webhook={webhook}
            onRemove={(name) => form.setValue(name, '', { shouldDirty: true })}
          />
          <div className="flex flex-wrap items-center gap-2">
            <Button look="primary" type="submit" busy={busy} disabled={!isDirty}>
              Save authentication
            </Button>
            {isDirty && <Button onClick={() => form.reset()}>Discard changes</Button>}
          </div>
        </div>
      </SettingsSection>
      <UnsavedChanges when={isDirty} what={`the authentication of “${webhook.name}”`} />
    </form>
  )
}
