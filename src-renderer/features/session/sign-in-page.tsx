import { z } from 'zod'
import { emailSchema } from '#contract/session.ts'
import { adoptSession, useSession } from '#renderer/app/session.tsx'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { DemoPeople } from './demo-people.tsx'
import { EntryLayout } from './entry-layout.tsx'

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
  const form = (
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
  )
  if (!demo) return <EntryLayout title="Sign in">{form}</EntryLayout>
  return (
    <EntryLayout
      wide
      title="Sign in to the demo workspace"
      description="Choose whose eyes to see it with. Each of them is allowed something else."
    >
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <DemoPeople />
        <div className="border-line max-lg:border-t max-lg:pt-6 lg:border-l lg:pl-10">
          <h2 className="mb-3 font-semibold">With email and password</h2>
          {form}
        </div>
      </div>
    </EntryLayout>
  )
}
