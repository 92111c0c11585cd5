import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import {
  type ApiKey,
  type RotationOverlap,
  rotationOverlapSchema,
  rotationOverlaps,
} from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'
import { SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { SecretFlow } from '#renderer/ui/secret-once-dialog.tsx'
import { localTimeSchema } from './bounds.ts'
import { KeyImpact } from './key-impact.tsx'

const overlapLabels: Record<RotationOverlap, string> = {
  '0': 'End at once (it has leaked)',
  '1h': 'Work for another hour',
  '24h': 'Work for another day',
  '7d': 'Work for another week',
}
const overlapOptions = rotationOverlaps.map((value) => ({ value, label: overlapLabels[value] }))

const formSchema = z.object({ overlap: rotationOverlapSchema, expiresAt: localTimeSchema })

const RotateForm = ({
  apiKey,
  onRotated,
  onClose,
}: {
  apiKey: ApiKey
  onRotated: (secret: string) => void
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const expiresBefore = toLocalInput(apiKey.expiresAt)
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: { overlap: '24h', expiresAt: expiresBefore },
    submit: async ({ overlap, expiresAt }) => {
      // Not a mutation: its cache would keep the secret.
      const { secret } = await client.apiKeys.rotate({
        ...inOrganization,
        apiKeyId: apiKey.id,
        overlap,
        // The control knows minutes only: what was not touched stays to the millisecond.
        expiresAt: expiresAt === expiresBefore ? undefined : fromLocalInput(expiresAt),
      })
      onRotated(secret)
      await queryClient.invalidateQueries({ queryKey: orpc.apiKeys.key() })
    },
  })
  return (
    <FormDialog
      title={`Rotate “${apiKey.name}”`}
      description="Makes a key with the same settings and a new secret, which is shown once. The programs below have to get it before the old key ends."
      verb="Rotate key"
      submission={submission}
      onClose={onClose}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField control={control} name="overlap" label="The old key shall" options={overlapOptions} />
        <TextField
          control={control}
          name="expiresAt"
          label="The new key expires"
          optional
          type="datetime-local"
          hint="Empty: never."
        />
      </div>
      <KeyImpact keys={[apiKey]} />
    </FormDialog>
  )
}

/** Replaces a key by one with a new secret, and shows that the only time. */
export const RotateKeyDialog = ({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) => (
  <SecretFlow
    title="Store the new API key now"
    label="API key"
    onClose={onClose}
    form={(onRotated) => <RotateForm apiKey={apiKey} onRotated={onRotated} onClose={onClose} />}
  >
    <p>Give it to every program that uses the old one, before that ends.</p>
  </SecretFlow>
)
