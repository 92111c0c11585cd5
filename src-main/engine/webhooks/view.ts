import type { Webhook } from '#contract/webhooks.ts'
import type { Reader, WebhookRecord } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import { redactUrl } from './checks.ts'
import { algorithmOf, livingSecrets } from './secret.ts'

const recentMs = 24 * 3_600_000

/** The webhooks as people see them, with what is read for all of them at once. */
export const viewWebhooks = async (
  read: Reader,
  webhooks: readonly WebhookRecord[],
  now: number,
): Promise<Webhook[]> => {
  const ids = webhooks.map(({ id }) => id)
  const secrets = Map.groupBy(await read.webhooks.listSecrets(ids), ({ webhookId }) => webhookId)
  const numbers = await read.webhookDeliveries.getNumbers(ids, now - recentMs)
  return webhooks.map(({ organizationId: _organization, ...webhook }) => ({
    ...webhook,
    secrets: livingSecrets(secrets.get(webhook.id) ?? [], now).map(({ webhookId: _webhook, ...secret }) => ({
      ...secret,
      algorithm: algorithmOf(secret),
    })),
    recent: numbers.get(webhook.id) ?? { delivered: 0, failedAttempts: 0, waiting: 0, held: 0 },
  }))
}

/** One webhook, as it is now. */
export const viewWebhook = async (read: Reader, id: string, now: number): Promise<Webhook> => {
  const webhook = await read.webhooks.get(id)
  const [view] = webhook === null ? [] : await viewWebhooks(read, [webhook], now)
  if (view === undefined) throw new PatchbayError('not_found')
  return view
}

type Told = Partial<
  Pick<
    WebhookRecord,
    | 'occasionId'
    | 'name'
    | 'url'
    | 'events'
    | 'status'
    | 'timeoutMs'
    | 'concurrency'
    | 'scheduleMs'
    | 'options'
  >
>

/** What the audit log tells of a webhook. */
export const audited = ({
  occasionId,
  name,
  url,
  events,
  status,
  timeoutMs,
  concurrency,
  scheduleMs,
  options,
}: WebhookRecord): Told => ({
  occasionId,
  name,
  url: redactUrl(url),
  events,
  status,
  timeoutMs,
  concurrency,
  scheduleMs,
  options,
})
