import { useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import type { ListedOccasion } from '#contract/organizations.ts'
import { nameSchema } from '#contract/session.ts'
import { useScope } from '#renderer/app/scope.ts'
import { refreshSession } from '#renderer/app/session.tsx'
import { client, orpc } from '#renderer/bridge.ts'
import { fromLocalInput, toLocalInput } from '#renderer/ui/date-time.ts'
import { TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'

const localTime = z.string().transform((text, context) => {
  const at = fromLocalInput(text)
  if (at !== null && !Number.isNaN(at)) return at
  context.addIssue('Give a day and a time')
  return z.NEVER
})

const formSchema = z
  .object({
    name: nameSchema,
    venue: z.string().trim().max(200),
    startsAt: localTime,
    endsAt: localTime,
  })
  .refine(({ startsAt, endsAt }) => endsAt >= startsAt, {
    path: ['endsAt'],
    error: 'Not before the start',
  })

/** Makes an occasion, or changes one. */
export const OccasionDialog = ({
  occasion,
  onClose,
}: {
  /** Null: a new one. */
  occasion: ListedOccasion | null
  onClose: () => void
}) => {
  const { organization, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: {
      name: occasion?.name ?? '',
      venue: occasion?.venue ?? '',
      startsAt: toLocalInput(occasion?.startsAt ?? null),
      endsAt: toLocalInput(occasion?.endsAt ?? null),
    },
    submit: async (fields) => {
      if (occasion) await client.occasions.update({ ...inOrganization, occasionId: occasion.id, ...fields })
      else await client.occasions.create({ ...inOrganization, ...fields })
      toast.success(occasion ? 'Saved' : `${fields.name} was created`)
      onClose()
      await Promise.all([queryClient.invalidateQueries({ queryKey: orpc.occasions.key() }), refreshSession()])
    },
  })
  const verb = occasion ? 'Save' : 'Create occasion'
  return (
    <FormDialog
      title={occasion ? `Edit ${occasion.name}` : 'Create an occasion'}
      description={
        occasion
          ? undefined
          : `One event that ${organization.name} runs. Webhooks and connections can belong to it.`
      }
      verb={verb}
      submission={submission}
      onClose={onClose}
    >
      <TextField control={control} name="name" label="Name" />
      <TextField control={control} name="venue" label="Venue" optional />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <TextField
          control={control}
          name="startsAt"
          label="Starts"
          type="datetime-local"
          hint="In your time zone."
        />
        <TextField control={control} name="endsAt" label="Ends" type="datetime-local" />
      </div>
    </FormDialog>
  )
}
