import type { Control } from 'react-hook-form'
import { z } from 'zod'
import { standardScheduleMs } from '#contract/schedule.ts'
import { webhookOptionsSchema } from '#contract/webhook-options.ts'
import { attemptsMax, type Webhook, webhookCreateSchema } from '#contract/webhooks.ts'
import { conditionDraftSchema } from './condition-draft.ts'
import { delayRowSchema, rowsOfSchedule, scheduleOfRows } from './delay-rows.ts'

const secondMs = 1_000

/** What a webhook cannot be made without. */
export const newWebhookSchema = webhookCreateSchema
  .pick({ url: true, events: true })
  .extend({ name: z.string().trim().max(80) })
export const newWebhookForm = { url: '', events: [], name: '' }

/** All settings of a webhook, as a person gives them. Seconds; the contract counts milliseconds. */
export const webhookFormSchema = newWebhookSchema
  .extend({
    name: newWebhookSchema.shape.name.min(1, 'Give the webhook a name'),
    timeoutSeconds: z.number('Give a number').min(1, 'At least 1 second').max(30, 'At most 30 seconds'),
    concurrency: z.int('Give a whole number').min(1, 'At least 1').max(64, 'At most 64'),
    ownSchedule: z.boolean(),
    /** Those of the standard schedule as long as there is no own one. */
    delays: z.array(delayRowSchema).max(attemptsMax - 1, `At most ${attemptsMax} attempts`),
  })
  .extend(
    webhookOptionsSchema.pick({
      ordered: true,
      throttle: true,
      shape: true,
      headers: true,
      signatureStyles: true,
    }).shape,
  )
  .extend({ condition: conditionDraftSchema })
export type WebhookForm = z.output<typeof webhookFormSchema>
type WrittenForm = z.input<typeof webhookFormSchema>
export type WebhookFormControl = Control<WrittenForm, unknown, WebhookForm>

export const formOfWebhook = ({ options, ...webhook }: Webhook): WrittenForm => ({
  url: webhook.url,
  events: webhook.events,
  name: webhook.name,
  timeoutSeconds: webhook.timeoutMs / secondMs,
  concurrency: webhook.concurrency,
  ownSchedule: webhook.scheduleMs !== null,
  delays: rowsOfSchedule(webhook.scheduleMs ?? standardScheduleMs),
  ordered: options.ordered,
  throttle: options.throttle,
  condition: { kind: 'opened', condition: options.condition },
  shape: options.shape,
  headers: options.headers,
  signatureStyles: options.signatureStyles,
})

/** The form as the contract takes it. */
export const fieldsOfForm = (form: WebhookForm) => {
  const { name, url, events, concurrency, ordered, throttle, condition, shape, headers, signatureStyles } =
    form
  return {
    name,
    url,
    events,
    concurrency,
    timeoutMs: Math.round(form.timeoutSeconds * secondMs),
    scheduleMs: form.ownSchedule ? scheduleOfRows(form.delays) : null,
    options: { ordered, throttle, condition, shape, headers, signatureStyles },
  }
}

type Placed =
  | keyof WebhookForm
  | `delays.${number}.amount`
  | `headers.${number}.name`
  | `headers.${number}.value`
  | 'throttle.count'
  | 'throttle.seconds'

const optionNames = ['ordered', 'condition', 'shape', 'signatureStyles'] as const

const placeOfOption = (path: readonly string[]): Placed | null => {
  const [name, place, part] = path
  const index = Number(place)
  if (name === 'headers') {
    if (place === undefined) return 'headers'
    return part === 'value' ? `headers.${index}.value` : `headers.${index}.name`
  }
  if (name === 'throttle') return place === 'seconds' ? 'throttle.seconds' : 'throttle.count'
  return optionNames.find((option) => option === name) ?? null
}

/** The field that shows an error of the contract's; null where its name is that of the contract. */
export const placeOfError = ([name, ...path]: readonly string[]): Placed | null => {
  if (name === 'timeoutMs') return 'timeoutSeconds'
  if (name === 'scheduleMs') {
    const index = Number(path[0] ?? 0)
    return index > 0 ? `delays.${index - 1}.amount` : 'delays'
  }
  return name === 'options' ? placeOfOption(path) : null
}
