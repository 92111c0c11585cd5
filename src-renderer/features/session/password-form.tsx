import { z } from 'zod'
import { passwordSchema } from '#contract/session.ts'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { toast } from '#renderer/ui/toast.tsx'

const passwordFormSchema = z.object({
  currentPassword: z.string().min(1, 'Give your current password').max(256),
  newPassword: passwordSchema,
})

/** Changes the password of the signed-in person. */
export const PasswordForm = () => {
  const { control, form, onSubmit, failure, busy } = useZodForm(passwordFormSchema, {
    defaultValues: { currentPassword: '', newPassword: '' },
    submit: async (values) => {
      await client.session.changePassword(values)
      form.reset()
      toast.success('Password changed')
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4">
      <TextField
        control={control}
        name="currentPassword"
        label="Current password"
        type="password"
        autoComplete="current-password"
      />
      <TextField
        control={control}
        name="newPassword"
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters."
      />
      <FormProblem failure={failure} />
      <Button type="submit" look="primary" busy={busy}>
        Change password
      </Button>
    </form>
  )
}
