import { useMutation } from '@tanstack/react-query'
import { FlaskConical } from 'lucide-react'
import { z } from 'zod'
import { emailSchema, nameSchema, passwordSchema } from '#contract/session.ts'
import { adoptSession, refreshSession } from '#renderer/app/session.tsx'
import { client, failureOf } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { FormProblem, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { EntryLayout, Or } from './entry-layout.tsx'

const setUpSchema = z.object({
  organizationName: nameSchema,
  name: nameSchema,
  email: emailSchema,
  password: passwordSchema,
})

/** The first start on an empty data directory: an organization of one's own, or the demo workspace. */
export default function FirstRunPage() {
  const { control, onSubmit, failure, busy } = useZodForm(setUpSchema, {
    defaultValues: { organizationName: '', name: '', email: '', password: '' },
    submit: async (values) => adoptSession(await client.session.setUp(values)),
  })
  const demo = useMutation({
    mutationFn: () => client.session.openDemo(),
    onSuccess: refreshSession,
  })
  return (
    <EntryLayout
      title="Set up this installation"
      description="Create your organization and its owner. Everything stays on this machine."
    >
      <form onSubmit={onSubmit} noValidate className="space-y-4">
        <TextField
          control={control}
          name="organizationName"
          label="Organization"
          autoComplete="organization"
        />
        <TextField control={control} name="name" label="Your name" autoComplete="name" />
        <TextField control={control} name="email" label="Email" type="email" autoComplete="username" />
        <TextField
          control={control}
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters. A sentence is a good password."
        />
        <FormProblem failure={failure} />
        <Button type="submit" look="primary" busy={busy} className="w-full">
          Create organization
        </Button>
      </form>
      <Or />
      <Button className="w-full" busy={demo.isPending} onClick={() => demo.mutate()}>
        <FlaskConical aria-hidden />
        Open the demo workspace
      </Button>
      <p className="mt-2 text-center text-xs text-muted">
        Three invented organizations with a few weeks of events and deliveries.
      </p>
      <FormProblem failure={demo.isError ? failureOf(demo.error) : null} />
    </EntryLayout>
  )
}
