import { useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { type Control, useController } from 'react-hook-form'
import { z } from 'zod'
import type { Subject } from '#contract/access.ts'
import { type Action, isAction } from '#contract/actions.ts'
import { actionSchema } from '#contract/decision.ts'
import { type Expected, expectedSchema } from '#contract/expectations.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, orpc } from '#renderer/bridge.ts'
import { Field, fieldIds } from '#renderer/ui/field.tsx'
import { SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { FormDialog } from '#renderer/ui/form-dialog.tsx'
import { toast } from '#renderer/ui/toast.tsx'
import { ActionPicker } from './action-picker.tsx'
import { subjectId, subjectOf } from './subject.ts'
import { SubjectPicker } from './subject-picker.tsx'

const wholeOrganization = 'organization'

const formSchema = z.object({
  subject: z.string().transform((id, context): Subject => {
    const subject = subjectOf(id)
    if (subject) return subject
    context.addIssue('Choose a person or an API key')
    return z.NEVER
  }),
  action: z.string().refine(isAction, 'Choose an action').pipe(actionSchema),
  expected: expectedSchema,
  where: z.string(),
  note: z.string().trim().max(300),
})
type FormControl = Control<z.input<typeof formSchema>, unknown, z.output<typeof formSchema>>

const SubjectField = ({ control }: { control: FormControl }) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name: 'subject' })
  const error = fieldState.error?.message
  return (
    <Field id={id} label="Person or API key" error={error}>
      <SubjectPicker
        {...fieldIds(id, null, error)}
        subject={subjectOf(field.value)}
        onChange={field.onChange}
      />
    </Field>
  )
}

const ActionField = ({ control }: { control: FormControl }) => {
  const id = useId()
  const { field, fieldState } = useController({ control, name: 'action' })
  const error = fieldState.error?.message
  return (
    <Field id={id} label="Action" error={error}>
      <ActionPicker
        {...fieldIds(id, null, error)}
        value={isAction(field.value) ? field.value : ''}
        onValueChange={field.onChange}
      />
    </Field>
  )
}

const expectedOptions = [
  { value: 'refused', label: 'may never do it' },
  { value: 'allowed', label: 'may always do it' },
] as const satisfies readonly { value: Expected; label: string }[]

/** Asks for a sentence about access that must stay true, and keeps it. */
export const CreateExpectationDialog = ({
  subject,
  action = '',
  expected = 'refused',
  onClose,
}: {
  subject: Subject | null
  action?: Action | ''
  expected?: Expected
  onClose: () => void
}) => {
  const { organization, occasion, inOrganization } = useScope()
  const queryClient = useQueryClient()
  const { control, submission } = useZodForm(formSchema, {
    defaultValues: {
      subject: subject ? subjectId(subject) : '',
      action,
      expected,
      where: occasion?.id ?? wholeOrganization,
      note: '',
    },
    submit: async ({ where, ...fields }) => {
      const created = await client.expectations.create({
        ...inOrganization,
        ...fields,
        occasionId: where === wholeOrganization ? null : where,
      })
      await queryClient.invalidateQueries({ queryKey: orpc.expectations.key() })
      if (created.lastOutcome.passed) toast.success('Expectation saved. It holds.')
      else toast.error('Expectation saved. It does not hold at present.')
      onClose()
    },
  })
  return (
    <FormDialog
      title="Save an expectation"
      description="A sentence about access that must stay true. It is checked after every change of people, plans or switches."
      verb="Save expectation"
      submission={submission}
      onClose={onClose}
    >
      <SubjectField control={control} />
      <ActionField control={control} />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField control={control} name="expected" label="Expected" options={expectedOptions} />
        <SelectField
          control={control}
          name="where"
          label="Where"
          options={[
            { value: wholeOrganization, label: organization.name },
            ...organization.occasions.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </div>
      <TextField control={control} name="note" label="Why" optional rows={2} />
    </FormDialog>
  )
}
