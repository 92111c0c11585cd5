import { useMutation } from '@tanstack/react-query'
import { LockOpen } from 'lucide-react'
import { z } from 'zod'
import { adoptSession } from '#renderer/app/session.tsx'
import { signOut } from '#renderer/app/session-actions.ts'
import { client, failureOf } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { EntryLayout, Or } from './entry-layout.tsx'

const unlockSchema = z.object({ password: z.string().min(1, 'Give your password').max(256) })

/** A locked session: the same person goes on with the password, or somebody else signs in. */
export default function UnlockPage({
  user,
  demo,
}: {
  user: { id: string; name: string; email: string }
  demo: boolean
}) {
  const { control, onSubmit, failure, busy } = useZodForm(unlockSchema, {
    defaultValues: { password: '' },
    submit: async (values) => adoptSession(await client.session.unlock(values)),
  })
  const goOn = useMutation({
    mutationFn: () => client.session.signInAs({ userId: user.id }),
    onSuccess: adoptSession,
  })
  return (
    <EntryLayout title="Locked" description={`${user.name} (${user.email}) is signed in.`}>
      {demo && (
        <>
          <Button look="primary" className="w-full" busy={goOn.isPending} onClick={() => goOn.mutate()}>
            <LockOpen aria-hidden />
            Go on as {user.name}
          </Button>
          <FormProblem failure={goOn.isError ? failureOf(goOn.error) : null} />
          <Or />
        </>
      )}
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <TextField
          control={control}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
        />
        <FormProblem failure={failure} />
        <Button type="submit" look={demo ? 'secondary' : 'primary'} busy={busy} className="w-full">
          Unlock
        </Button>
      </form>
      <Button look="ghost" className="mt-2 w-full" onClick={() => void signOut()}>
        Sign out
      </Button>
    </EntryLayout>
  )
}
