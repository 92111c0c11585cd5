import { z } from 'zod'
import { passwordSchema } from '#contract/session.ts'
import { adoptSession } from '#renderer/app/session.tsx'
import { signOut } from '#renderer/app/session-actions.ts'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { EntryLayout } from './entry-layout.tsx'

const formSchema = z
  .object({ password: passwordSchema, repeated: z.string() })
  .refine(({ password, repeated }) => password === repeated, {
    path: ['repeated'],
    error: 'Not the same as above',
  })

/** The first password of an invited person: the code that let them in works no second time. */
export default function SetPasswordPage({ user }: { user: { name: string; email: string } }) {
  const { control, onSubmit, failure, busy } = useZodForm(formSchema, {
    defaultValues: { password: '', repeated: '' },
    submit: async ({ password }) => adoptSession(await client.session.setPassword({ password })),
  })
  return (
    <EntryLayout
      title={`Welcome, ${user.name}`}
      description={`Choose a password. From now on you sign in as ${user.email} with it; the address that brought you here works no more.`}
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <TextField
          control={control}
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters. A sentence is a good password."
        />
        <TextField
          control={control}
          name="repeated"
          label="The same again"
          type="password"
          autoComplete="new-password"
        />
        <FormProblem failure={failure} />
        <Button type="submit" look="primary" busy={busy} className="w-full">
          Set password
        </Button>
      </form>
      <Button look="ghost" className="mt-2 w-full" onClick={() => void signOut()}>
        Sign out
      </Button>
    </EntryLayout>
  )
}
