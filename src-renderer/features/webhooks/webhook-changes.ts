import { formatDuration } from '#contract/duration.ts'
import type { CustomHeader } from '#contract/webhook-options.ts'
import type { Webhook } from '#contract/webhooks.ts'
import { fieldsOfForm, type WebhookForm } from './webhook-form.ts'
import {
  conditionText,
  orderText,
  scheduleText,
  shapeText,
  signaturesText,
  throttleText,
} from './webhook-words.ts'

/** One line of the list that is confirmed before a webhook changes. */
export interface Change {
  label: string
  before: string
  after: string
}

type Fields = ReturnType<typeof fieldsOfForm>

const wordsOf = ({ name, url, events, timeoutMs, concurrency, scheduleMs, options }: Fields) => [
  { label: 'Name', text: name },
  { label: 'URL', text: url },
  { label: 'Events', text: events.toSorted().join(', ') },
  { label: 'Timeout', text: formatDuration(timeoutMs) },
  { label: 'Concurrency', text: String(concurrency) },
  { label: 'Rate', text: throttleText(options.throttle) },
  { label: 'Order', text: orderText(options.ordered) },
  { label: 'Schedule', text: scheduleText(scheduleMs) },
  { label: 'Filter', text: conditionText(options.condition) },
  { label: 'Body', text: shapeText(options.shape) },
  { label: 'Signatures', text: signaturesText(options.signatureStyles) },
]

const none = 'none'
const headerText = ({ value }: CustomHeader) => value || 'empty'

/** Header by header, by name. */
const headerChanges = (before: readonly CustomHeader[], after: readonly CustomHeader[]): Change[] => {
  const named = (headers: readonly CustomHeader[]) => new Map(headers.map((header) => [header.name, header]))
  const [old, fresh] = [named(before), named(after)]
  return [...new Set([...old.keys(), ...fresh.keys()])].map((name) => {
    const [from, to] = [old.get(name), fresh.get(name)]
    return {
      label: `Header ${name}`,
      before: from ? headerText(from) : none,
      after: to ? headerText(to) : none,
    }
  })
}

/** What saving the form would change. */
export const changesOf = (webhook: Webhook, form: WebhookForm): readonly Change[] => {
  const fields = fieldsOfForm(form)
  const known = wordsOf(webhook)
  const words = wordsOf(fields).map(({ label, text }, index) => ({
    label,
    before: known[index]?.text ?? none,
    after: text,
  }))
  return [...words, ...headerChanges(webhook.options.headers, fields.options.headers)].filter(
    ({ before, after }) => before !== after,
  )
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** Those entries of `fields` that differ: what nobody changed here is left to whoever changes it elsewhere. */
const differing = <T extends object>(fields: T, known: { [K in keyof T]: unknown }): Partial<T> => {
  const changed: Partial<T> = { ...fields }
  for (const key in fields) if (same(fields[key], known[key])) delete changed[key]
  return changed
}

/** What is sent to make the webhook what the form says. */
export const updateOf = (webhook: Webhook, form: WebhookForm) => {
  const { options: formOptions, ...fields } = fieldsOfForm(form)
  const options = differing(formOptions, webhook.options)
  return { ...differing(fields, webhook), ...(Object.keys(options).length > 0 && { options }) }
}
