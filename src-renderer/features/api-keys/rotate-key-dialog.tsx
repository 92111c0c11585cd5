import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { z } from 'zod'
import {
  type ApiKey,
  type RotationOverlap,
  rotationOverlapSchema,
  rotationOverlaps,
} from '#contract/api-keys.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { SecretOnceDialog } from '#renderer/ui/secret-once-dialog.tsx'
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
  const formId = useId()
  const expiresBefore = toLocalInput(apiKey.expiresAt)
  const { control, onSubmit, failure, busy } = useZodForm(formSchema, {
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
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rotate “${apiKey.name}”`}
      description="Makes a key with the same settings and a new secret, which is shown once. The programs below have to get it before the old key ends."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} busy={busy}>
            Rotate key
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="space-y-4">
        <FormProblem failure={failure} />
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
      </form>
    </Dialog>
  )
}

/** Replaces a key by one with a new secret, and shows that the only time. */
export const RotateKeyDialog = ({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) => {
  const [secret, setSecret] = useState<string | null>(null)
  if (secret === null) return <RotateForm apiKey={apiKey} onRotated={setSecret} onClose={onClose} />
  return (
    <SecretOnceDialog
      title="Store the new API key now"
      label="API key"
      secret={secret}
      onClose={() => {
        setSecret(null)
        onClose()
      }}
    >
      <p>Give it to every program that uses the old one, before that ends.</p>
    </SecretOnceDialog>
  )
}
