import { useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { z } from 'zod'
import type { EventType } from '#contract/events.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { useScope } from '#renderer/app/scope.ts'
import { client, failureOf, orpc } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { Card } from '#renderer/ui/card.tsx'
import { FormProblem, SelectField, TextField, useZodForm } from '#renderer/ui/form.tsx'
import { ProblemNotice } from '#renderer/ui/problem-notice.tsx'
import { LoadingBlock } from '#renderer/ui/skeleton.tsx'
import { wantedTypeOf } from './event-patterns.ts'

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const formSchema = z.object({
  eventType: z.string(),
  data: z
    .string()
    .transform(parseJson)
    .pipe(z.record(z.string(), z.unknown(), 'This is not a JSON object')),
})

const exampleOf = (types: readonly EventType[], name: string) =>
  JSON.stringify(types.find((type) => type.name === name)?.example ?? {}, null, 2)

const Form = ({
  webhook,
  types,
  onSent,
}: {
  webhook: Webhook
  types: readonly EventType[]
  onSent: (deliveryId: string) => void
}) => {
  const { inOrganization } = useScope()
  const first = wantedTypeOf(types, webhook.events)?.name ?? ''
  const { control, form, onSubmit, failure, busy } = useZodForm(formSchema, {
    defaultValues: { eventType: first, data: exampleOf(types, first) },
    submit: async (fields) => {
      const { deliveryId } = await client.webhooks.sendTest({
        ...inOrganization,
        webhookId: webhook.id,
        ...fields,
      })
      onSent(deliveryId)
    },
  })
  return (
    <form onSubmit={onSubmit} noValidate className="space-y-3">
      <FormProblem failure={failure} />
      <SelectField
        control={control}
        name="eventType"
        label="Event type"
        options={types.map(({ name }) => ({ value: name, label: name }))}
        onChosen={(name) => form.setValue('data', exampleOf(types, name), { shouldValidate: true })}
      />
      <TextField
        control={control}
        name="data"
        label="Data"
        hint="The example of this type. Edit it as you like."
        rows={10}
        mono
      />
      <Button look="primary" type="submit" busy={busy}>
        <Send aria-hidden />
        Send signed test
      </Button>
    </form>
  )
}

/** Sends an example event, signed, through the same pipeline as real deliveries. */
export const SendTestForm = ({
  webhook,
  onSent,
}: {
  webhook: Webhook
  onSent: (deliveryId: string) => void
}) => {
  const types = useQuery(orpc.eventTypes.list.queryOptions())
  return (
    <Card
      title="Send signed test"
      description="The same pipeline as real deliveries: signature, network policy, TLS. It never counts as a failure."
    >
      {types.data && <Form webhook={webhook} types={types.data} onSent={onSent} />}
      {types.isPending && <LoadingBlock label="Loading event types" />}
      {types.isError && !types.data && (
        <ProblemNotice failure={failureOf(types.error)} onRetry={() => void types.refetch()} />
      )}
    </Card>
  )
}
