import { z } from 'zod'
import type { Webhook } from '#contract/webhooks.ts'
import { webhookCreateSchema } from '#contract/webhooks.ts'

const secondMs = 1_000

/** What both forms of a webhook ask for. Seconds for people; the contract counts milliseconds. */
export const webhookFormSchema = webhookCreateSchema.pick({ url: true, events: true }).extend({
  name: z.string().trim().max(80),
  timeoutSeconds: z.int('Give a whole number').min(1, 'At least 1 second').max(30, 'At most 30 seconds'),
  concurrency: z.int('Give a whole number').min(1, 'At least 1').max(64, 'At most 64'),
})
export type WebhookForm = z.output<typeof webhookFormSchema>

export const newWebhookForm = { url: '', events: [], name: '', timeoutSeconds: 15, concurrency: 16 }

export const formOfWebhook = (webhook: Webhook): z.input<typeof webhookFormSchema> => ({
  url: webhook.url,
  events: webhook.events,
  name: webhook.name,
  timeoutSeconds: webhook.timeoutMs / secondMs,
  concurrency: webhook.concurrency,
})

/** The form as the contract takes it. */
export const fieldsOfForm = ({ timeoutSeconds, ...fields }: WebhookForm) => ({
  ...fields,
  timeoutMs: timeoutSeconds * secondMs,
})

/** One line of the list that is confirmed before a webhook changes. */
export interface Change {
  label: string
  before: string
  after: string
}

const eventList = (events: readonly string[]) => events.toSorted().join(', ')

/** What saving the form would change. */
export const changesOf = (webhook: Webhook, form: WebhookForm): readonly Change[] =>
  [
    { label: 'Name', before: webhook.name, after: form.name },
    { label: 'URL', before: webhook.url, after: form.url },
    { label: 'Events', before: eventList(webhook.events), after: eventList(form.events) },
    { label: 'Timeout', before: `${webhook.timeoutMs / secondMs} s`, after: `${form.timeoutSeconds} s` },
    { label: 'Concurrency', before: String(webhook.concurrency), after: String(form.concurrency) },
  ].filter(({ before, after }) => before !== after)
