import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useController } from 'react-hook-form'
import { z } from 'zod'
import type { KillSwitch } from '#contract/vocabulary.ts'
import { killSwitchLabels } from '#renderer/app/labels.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { ConfirmDialog } from '#renderer/ui/confirm-dialog.tsx'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { OrganizationPicker } from './organization-picker.tsx'
import { type SwitchPlace, switchTexts } from './switch-texts.ts'

/** Asks why, and turns a switch off for everybody or for one organization. */
export const SwitchOffDialog = ({
  name,
  forEverybody,
  onClose,
}: {
  name: KillSwitch
  forEverybody: boolean
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const organizationField = useId()
  const formSchema = z.object({
    organizationId: z.string().refine((id) => forEverybody || id !== '', 'Choose an organization'),
    reason: z.string().trim().min(1, 'Say why').max(300),
  })
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: { organizationId: '', reason: '' },
    submit: async ({ organizationId, reason }) => {
      await client.platform.switchOff({
        name,
        organizationId: forEverybody ? null : organizationId,
        reason,
      })
      toast.success(`${killSwitchLabels[name]} is switched off`)
      onClose()
      await queryClient.invalidateQueries()
    },
  })
  const { field, fieldState } = useController({ control, name: 'organizationId' })
  const error = fieldState.error?.message
  return (
    <FormDialog
      title={`Turn off ${killSwitchLabels[name]} for ${forEverybody ? 'everybody' : 'one organization'}`}
      description={switchTexts[name].off}
      verb="Turn off"
      danger
      submission={submission}
      onClose={onClose}
    >
      {!forEverybody && (
        <Field id={organizationField} label="Organization" error={error}>
          <OrganizationPicker
            {...fieldIds(organizationField, null, error)}
            value={field.value}
            onChange={(organization) => field.onChange(organization?.id ?? '')}
          />
        </Field>
      )}
      <TextField
        control={control}
        name="reason"
        label="Why"
        rows={2}
        hint="Everybody who is refused because of it reads this, with your name and the time."
      />
    </FormDialog>
  )
}

/** Asks before a switch is turned on again. */
export const SwitchOnDialog = ({
  name,
  place,
  onClose,
}: {
  name: KillSwitch
  /** Null: everybody. */
  place: SwitchPlace | null
  onClose: () => void
}) => {
  const queryClient = useQueryClient()
  const turnOn = useMutation(
    orpc.platform.switchOn.mutationOptions({
      onSuccess: async () => {
        toast.success(`${killSwitchLabels[name]} is switched on`)
        onClose()
        await queryClient.invalidateQueries()
      },
    }),
  )
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      destructive={false}
      title={`Turn on ${killSwitchLabels[name]} for ${place?.name ?? 'everybody'}`}
      consequence={switchTexts[name].on}
      confirmLabel="Turn on"
      busy={turnOn.isPending}
      failure={turnOn.isError ? failureOf(turnOn.error) : null}
      onConfirm={() => turnOn.mutate({ name, organizationId: place?.id ?? null })}
    />
  )
}
