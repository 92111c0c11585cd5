import { useEffect } from 'react'
import { useWatch } from 'react-hook-form'
import { useNavigate } from 'react-router'
import { z } from 'zod'
import { webhookUrlSchema } from '#contract/webhooks.ts'
import { paths } from '#renderer/app/paths.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { CheckboxField, FormProblem, useZodForm } from '#renderer/ui/form.tsx'
import { useDebounced } from '#renderer/ui/use-debounced.ts'
import { UrlField } from '../webhooks/url-field.tsx'
import type { RecoveryFilter } from './recovery-filter.ts'

const schema = z.object({
  canary: z.boolean(),
  url: z.union([z.literal('').transform(() => undefined), webhookUrlSchema], 'Give an http or https address'),
})

const typingPauseMs = 400

/** Starts what was planned, with one ahead of the others, and leads to its progress. `onUrl` is told where it goes. */
export const StartRecoveryForm = ({
  filter,
  onUrl,
}: {
  filter: RecoveryFilter
  onUrl: (url: string | undefined) => void
}) => {
  const { inOrganization } = useScope()
  const navigate = useNavigate()
  const { control, onSubmit, failure, busy } = useZodForm(schema, {
    defaultValues: { canary: true, url: '' },
    submit: async (fields) => {
      const { id } = await client.recoveries.start({ ...inOrganization, ...filter, ...fields })
      void navigate(paths.recovery(id))
    },
  })
  const typed = schema.shape.url.safeParse(useDebounced(useWatch({ control, name: 'url' }), typingPauseMs))
  const url = typed.success ? typed.data : undefined
  useEffect(() => onUrl(url), [url, onUrl])
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-4 border-t border-line pt-4">
      <FormProblem failure={failure} />
      <CheckboxField
        control={control}
        name="canary"
        label="Send one first"
        hint="The others follow when it arrives at its first attempt; otherwise the recovery pauses and you decide."
      />
      <UrlField
        control={control}
        name="url"
        label="To another address"
        optional
        hint="Each is tried there once, signed with the secrets of the webhook, and counts for nothing: the webhook still misses it."
      />
      <Button look="primary" type="submit" busy={busy}>
        Start the recovery
      </Button>
    </form>
  )
}
