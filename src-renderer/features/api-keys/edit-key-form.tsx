import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { type ApiKey, apiKeyCreateSchema } from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'
import { CheckboxGroupField, FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { boundsFields, boundsNames, boundsOf, localTimeSchema, toBounds } from './bounds.ts'
import { BoundsFields } from './bounds-fields.tsx'
import { environmentOptions, scopeOptions } from './labels.ts'

const editSchema = apiKeyCreateSchema
  .pick({ name: true, environment: true, scopes: true })
  .extend({ description: z.string().trim().max(500), expiresAt: localTimeSchema, ...boundsFields })
type Edited = z.output<typeof editSchema>

/**
 * What is sent: times only where they were changed. Their controls know minutes only, and a time that has passed is
 * taken as it is and refused when it is given anew.
 */
const toUpdate = (
  apiKey: ApiKey,
  { name, description, environment, scopes, expiresAt, ...bounds }: Edited,
) => {
  const { notBefore, ...others } = toBounds(bounds)
  return {
    name,
    description,
    environment,
    scopes,
    ...others,
    ...(expiresAt === toLocalInput(apiKey.expiresAt) ? {} : { expiresAt: fromLocalInput(expiresAt) }),
    ...(bounds.notBefore === toLocalInput(apiKey.notBefore) ? {} : { notBefore }),
  }
}

const editedOf = (apiKey: ApiKey) => ({
  name: apiKey.name,
  description: apiKey.description,
  environment: apiKey.environment,
  scopes: apiKey.scopes,
  expiresAt: toLocalInput(apiKey.expiresAt),
  ...boundsOf(apiKey),
})

/** Changes everything about a key but its secret. */
export const EditKeyForm = ({ apiKey }: { apiKey: ApiKey }) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, form, onSubmit, failure, busy } = useZodForm(editSchema, {
    defaultValues: editedOf(apiKey),
    submit: async (edited) => {
      const one = { ...inOrganization, apiKeyId: apiKey.id }
      const saved = await client.apiKeys.update({ ...one, ...toUpdate(apiKey, edited) })
      form.reset(editedOf(saved))
      queryClient.setQueryData(orpc.apiKeys.get.queryKey({ input: one }), saved)
      await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
      toast.success('Saved')
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate className="max-w-xl space-y-4">
      <FormProblem failure={failure} />
      <TextField control={control} name="name" label="Name" />
      <TextField control={control} name="description" label="Description" optional rows={2} />
      <SelectField
        control={control}
        name="environment"
        label="Environment"
        hint="The secret and its prefix stay as they are."
        options={environmentOptions}
      />
      <CheckboxGroupField
        control={control}
        name="scopes"
        label="Scopes"
        hint="A change takes effect with the next call."
        options={scopeOptions}
      />
      <TextField
        control={control}
        name="expiresAt"
        label="Expires"
        optional
        type="datetime-local"
        hint="Empty: never. In your time zone."
      />
      <BoundsFields control={control} names={boundsNames} />
      <div className="flex gap-2">
        <Button look="primary" type="submit" busy={busy} disabled={!form.formState.isDirty}>
          Save
        </Button>
        {form.formState.isDirty && <Button onClick={() => form.reset()}>Discard changes</Button>}
      </div>
    </form>
  )
}
