import { z } from 'zod'
import { emailSchema } from '#contract/session.ts'
import { adoptSession, useSession } from '#renderer/app/session.tsx'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { DemoPeople } from './demo-people.tsx'
import { EntryLayout, Or } from './entry-layout.tsx'

const signInSchema = z.object({
  email: emailSchema,
  password: z.string().min(1, 'Give your password').max(256),
})

/** Sign-in by email and password; in the demo workspace also by one click. */
export default function SignInPage() {
  const { demo } = useSession()
  const { control, onSubmit, failure, busy } = useZodForm(signInSchema, {
    defaultValues: { email: '', password: '' },
    submit: async (values) => adoptSession(await client.session.signIn(values)),
  })
  return (
    <EntryLayout
      title="Sign in"
      description={demo ? 'This is the demo workspace. Choose whose eyes to see it with.' : undefined}
    >
      {demo && (
        <>
          <DemoPeople />
          <Or />
        </>
      )}
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <TextField control={control} name="email" label="Email" type="email" autoComplete="username" />
        <TextField
          control={control}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
        />
        <FormProblem failure={failure} />
        <Button type="submit" look={demo ? 'secondary' : 'primary'} busy={busy} className="w-full">
          Sign in
        </Button>
      </form>
    </EntryLayout>
  )
}
