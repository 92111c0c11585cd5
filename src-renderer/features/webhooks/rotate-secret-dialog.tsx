import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { overlapHoursMax, signatureAlgorithmSchema, type Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Banner } from '#renderer/ui/banner.tsx'
import { CheckboxField, SelectField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { SecretFlow } from '#renderer/ui/secret-once-dialog.tsx'
import { RelativeTime } from '#renderer/ui/time.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { algorithmOptions } from './algorithm-options.ts'

/** Hours, with their words. */
export const overlapOptions = [
  { value: '1', label: '1 hour' },
  { value: '6', label: '6 hours' },
  { value: '24', label: '24 hours' },
  { value: '72', label: '3 days' },
  { value: String(overlapHoursMax), label: '7 days' },
] as const
const none = { value: '0', label: 'None: the old secret ends at once' } as const

const AlreadyRotating = ({ webhook }: { webhook: Webhook }) => {
  const ends = webhook.secrets.flatMap(({ expiresAt }) => expiresAt ?? [])
  return (
    <Banner tone="warning" title="An older secret still signs along">
      <p>
        A receiver may still know only that one. Rotating again leaves it until its overlap ends
        {ends.length > 0 && (
          <>
            {' '}
            (<RelativeTime at={Math.max(...ends)} />)
          </>
        )}
        , and then one that has never switched is cut off. Find out first whether the receiver knows the
        present secret, and end the overlap.
      </p>
    </Banner>
  )
}

const RotateForm = ({
  webhook,
  onRotated,
  onClose,
}: {
  webhook: Webhook
  onRotated: (secret: string | null) => void
  onClose: () => void
}) => {
  const { inOrganization } = useScope()
  const queryClient = useQueryClient()
  const rotating = webhook.secrets.some(({ expiresAt }) => expiresAt !== null)
  const schema = z.object({
    overlap: z.string().transform(Number),
    algorithm: signatureAlgorithmSchema,
    force: z.boolean().refine((force) => force || !rotating, 'Tick it to rotate again during an overlap'),
  })
  const { control, submission } = useZodForm(schema, {
    defaultValues: {
      overlap: '24',
      algorithm: webhook.secrets[0]?.algorithm ?? 'hmac',
      force: false,
    },
    submit: async ({ overlap, algorithm, force }) => {
      // Not a mutation: its cache would keep the secret.
      const { secret } = await client.webhooks.rotateSecret({
        ...inOrganization,
        webhookId: webhook.id,
        overlapHours: overlap,
        algorithm,
        force,
      })
      if (secret === null) toast.success('A new key pair signs. Its public key is in the list.')
      onRotated(secret)
      await queryClient.invalidateQueries({ queryKey: orpc.webhooks.key() })
    },
  })
  return (
    <FormDialog
      title="Rotate the signing secret"
      description="A new secret signs from now on. Until the overlap ends the present one signs along, so that the receiver can switch without missing anything."
      verb="Rotate secret"
      submission={submission}
      onClose={onClose}
    >
      {rotating && <AlreadyRotating webhook={webhook} />}
      <SelectField
        control={control}
        name="overlap"
        label="Overlap"
        hint="How long the present secret signs along. It can be extended or ended later."
        options={[none, ...overlapOptions]}
      />
      <SelectField
        control={control}
        name="algorithm"
        label="Signature"
        hint="With a key pair the private key never leaves: the receiver needs the public key only."
        options={algorithmOptions}
      />
      {rotating && <CheckboxField control={control} name="force" label="Rotate again all the same" />}
    </FormDialog>
  )
}

/** Asks how long the present secret signs along, rotates, and shows the new one the only time. */
export const RotateSecretDialog = ({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) => (
  <SecretFlow
    title="Store the new signing secret now"
    label="Signing secret"
    onClose={onClose}
    form={(onRotated) => <RotateForm webhook={webhook} onRotated={onRotated} onClose={onClose} />}
  >
    <p>
      Give it to the receiver. Then send one with the new key only: that shows whether the receiver has
      switched.
    </p>
  </SecretFlow>
)
