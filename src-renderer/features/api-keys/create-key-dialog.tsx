import { useQueryClient } from '@tanstack/react-query'
import { useWatch } from 'react-hook-form'
import { z } from 'zod'
import { apiKeyCreateSchema } from '#contract/api-keys.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Disclosure } from '#renderer/ui/disclosure.tsx'
import { CheckboxGroupField, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { SecretFlow } from '#renderer/ui/secret-once-dialog.tsx'
import { GuideLink } from '../documentation/prose.tsx'
import { boundsFields, boundsNames, noBounds, toBounds } from './bounds.ts'
import { BoundsFields } from './bounds-fields.tsx'
import { environmentOptions, scopeOptions } from './labels.ts'

const dayMs = 24 * 3_600_000
const expiries = ['never', '30', '90', '365', 'date'] as const
const expiryOptions = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'At the end of a day …' },
] as const satisfies readonly { value: (typeof expiries)[number]; label: string }[]

/** The last moment of a day (`2026-12-24`) in the person's time zone, Unix ms. */
const endOfDay = (day: string) => new Date(`${day}T23:59:59.999`).getTime()

const expiresAtOf = (expiry: (typeof expiries)[number], day: string): number | null => {
  if (expiry === 'never') return null
  if (expiry === 'date') return endOfDay(day)
  return Date.now() + Number(expiry) * dayMs
}

const formSchema = apiKeyCreateSchema
  .pick({ name: true, environment: true, scopes: true })
  .extend({
    description: z.string().trim().max(500),
    expiry: z.enum(expiries),
    day: z.string(),
    ...boundsFields,
  })
  .refine(({ expiry, day }) => expiry !== 'date' || endOfDay(day) > Date.now(), {
    path: ['day'],
    error: 'Choose today or a later day',
  })

const CreateForm = ({
  onCreated,
  onCancel,
}: {
  onCreated: (secret: string) => void
  onCancel: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: {
      name: '',
      description: '',
      environment: 'production',
      scopes: ['api'],
      expiry: 'never',
      day: '',
      ...noBounds,
    },
    submit: async ({ expiry, day, name, description, environment, scopes, ...bounds }) => {
      // Not a mutation: its cache would keep the secret.
      const { secret } = await client.apiKeys.create({
        ...inOrganization,
        name,
        description,
        environment,
        scopes,
        ...toBounds(bounds),
        expiresAt: expiresAtOf(expiry, day),
      })
      onCreated(secret)
      await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
    },
  })
  const expiry = useWatch({ control, name: 'expiry' })
  return (
    <FormDialog
      title="Create API key"
      description={
        <>
          For one program. The secret is shown once, after this.{' '}
          <GuideLink to={`${paths.documentation}/api-keys`}>About API keys</GuideLink>
        </>
      }
      verb="Create API key"
      submission={submission}
      onClose={onCancel}
    >
      <TextField
        control={control}
        name="name"
        label="Name"
        hint="Which program uses it, for example “Check-in desk”."
      />
      <SelectField
        control={control}
        name="environment"
        label="Environment"
        hint="Stands at the start of the secret, so that a test key is never taken for a real one."
        options={environmentOptions}
      />
      <CheckboxGroupField control={control} name="scopes" label="Scopes" options={scopeOptions} />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField control={control} name="expiry" label="Expires" options={expiryOptions} />
        {expiry === 'date' && <TextField control={control} name="day" label="Last day" type="date" />}
      </div>
      <TextField control={control} name="description" label="Description" optional rows={2} />
      <Disclosure title="Bounds" hint="when, from where and how often">
        <BoundsFields control={control} names={boundsNames} />
      </Disclosure>
    </FormDialog>
  )
}

/** Asks for what a new key needs, creates it, and shows its secret the only time. */
export const CreateKeyDialog = ({ open, onClose }: { open: boolean; onClose: () => void }) => (
  <SecretFlow
    title="Store the API key now"
    label="API key"
    onClose={onClose}
    form={(onCreated) => open && <CreateForm onCreated={onCreated} onCancel={onClose} />}
  >
    <p>
      Put it into a secret manager. Programs send it in the{' '}
      <code className="font-mono text-xs">X-API-Key</code> header of every call.
    </p>
  </SecretFlow>
)
