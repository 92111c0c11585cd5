import { useQueryClient } from '@tanstack/react-query'
import { useWatch } from 'react-hook-form'
import { z } from 'zod'
import type { CapabilityEffect } from '#contract/organizations.ts'
import { capabilities, capabilitySchema, overrideEffectSchema } from '#contract/vocabulary.ts'
import { capabilityLabels } from '#renderer/app/labels.ts'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'
import { SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'

const dayMs = 24 * 3_600_000

const formSchema = z.object({
  capability: capabilitySchema,
  effect: overrideEffectSchema,
  endsAt: z.string().refine((text) => {
    const at = fromLocalInput(text)
    return at === null || at > Date.now()
  }, 'Give a day and time in the future'),
  note: z.string().trim().min(1, 'Say why').max(300),
})

const capabilityOptions = capabilities.map((value) => ({ value, label: capabilityLabels[value] }))
const effectOptions = [
  { value: 'grant', label: 'Grant, whatever the plan says' },
  { value: 'deny', label: 'Deny, whatever the plan says' },
] as const
const trials = [14, 30, 90] as const

/** The place that an override is for. */
export interface OverridePlace {
  organizationId: string
  /** Null: the organization itself. */
  occasionId: string | null
  name: string
}

/** Grants or denies a capability above the plan, for good or until a day. */
export const OverrideDialog = ({
  place,
  onSet,
  onClose,
}: {
  place: OverridePlace
  onSet: (effect: CapabilityEffect) => void
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const { control, form, submission } = useZodForm(formSchema, {
    defaultValues: { capability: 'api_access', effect: 'grant', endsAt: '', note: '' },
    submit: async ({ endsAt, ...fields }) => {
      const { effect } = await client.platform.setOverride({
        organizationId: place.organizationId,
        occasionId: place.occasionId,
        ...fields,
        endsAt: fromLocalInput(endsAt),
      })
      onClose()
      onSet(effect)
      await queryClient.invalidateQueries()
    },
  })
  const effect = useWatch({ control, name: 'effect' })
  return (
    <FormDialog
      title={`Set an override for ${place.name}`}
      description={
        place.occasionId === null
          ? 'It stands above the plan. One on an occasion stands above it.'
          : 'It stands above the plan and above an override on the organization.'
      }
      verb="Set override"
      danger={effect === 'deny'}
      submission={submission}
      onClose={onClose}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <SelectField control={control} name="capability" label="Capability" options={capabilityOptions} />
        <SelectField control={control} name="effect" label="Effect" options={effectOptions} />
      </div>
      <div className="space-y-1.5">
        <TextField
          control={control}
          name="endsAt"
          label="Ends"
          optional
          type="datetime-local"
          hint="Empty: never. From then on it counts as absent."
        />
        <div className="flex flex-wrap gap-2">
          {trials.map((days) => (
            <Button
              key={days}
              size="sm"
              onClick={() =>
                form.setValue('endsAt', toLocalInput(Date.now() + days * dayMs), { shouldDirty: true })
              }
            >
              {days} days
            </Button>
          ))}
        </div>
      </div>
      <TextField
        control={control}
        name="note"
        label="Why"
        rows={2}
        hint="The organization reads it, too: on Subscription and in every refusal."
      />
      {effect === 'deny' && (
        <p className="text-muted">
          Active webhooks that lose the capability become suspended at once: their events are held, their
          secrets kept. Nothing is deleted.
        </p>
      )}
    </FormDialog>
  )
}
