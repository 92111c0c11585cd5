import { z } from 'zod'
import type { Notification } from '#contract/notifications.ts'
import { formatNumberOf } from '#renderer/ui/format.ts'
import { paths } from './paths.ts'

export interface NotificationText {
  readonly title: string
  readonly body: string
  /** Where to look; null when there is nothing to be opened. */
  readonly to: string | null
  readonly tone: 'danger' | 'warning' | 'success'
}

const dataSchema = z.object({
  webhook: z.object({ name: z.string() }).optional(),
  apiKey: z.object({ name: z.string() }).optional(),
  connection: z.object({ connectorId: z.string() }).optional(),
  reason: z.string().optional(),
  percent: z.number().optional(),
  consecutiveFailures: z.number().optional(),
  waiting: z.number().optional(),
})

const disabledReasons: Readonly<Record<string, string>> = {
  gone: 'Its receiver answered 410 Gone. Its events are held.',
  failing: 'Every attempt failed for 120 hours. Its events are held.',
}

/** What a notification says, and where it leads. One of another kind is told by its name. */
export const notificationText = ({ type, subjectId, data, count }: Notification): NotificationText => {
  const told = dataSchema.safeParse(data).data ?? {}
  const webhook = told.webhook?.name ?? 'A webhook'
  const ofWebhook = paths.webhook(subjectId)
  switch (type) {
    case 'webhook.disabled': {
      const body = disabledReasons[told.reason ?? ''] ?? 'Its events are held.'
      return { title: `${webhook} was disabled`, body, to: ofWebhook, tone: 'danger' }
    }
    case 'webhook.failing': {
      const percent = told.percent ?? 0
      const failures = `${formatNumberOf(told.consecutiveFailures ?? 0, 'attempt')} failed in a row.`
      const body =
        percent > 0 ? `${failures} ${percent} % of the time until it is disabled is over.` : failures
      return {
        title: `${webhook} is failing`,
        body,
        to: ofWebhook,
        tone: percent >= 50 ? 'danger' : 'warning',
      }
    }
    case 'webhook.recovered':
      return { title: `${webhook} works again`, body: 'A delivery arrived.', to: ofWebhook, tone: 'success' }
    case 'delivery.exhausted': {
      const body = `${formatNumberOf(count, 'delivery', 'deliveries')} failed in every attempt and will not be tried again.`
      return { title: `${webhook}: deliveries were given up`, body, to: ofWebhook, tone: 'danger' }
    }
    case 'connection.failing': {
      const title = `The connection ${told.connection?.connectorId ?? ''} is failing`
      return { title, body: told.reason ?? '', to: paths.connections, tone: 'warning' }
    }
    case 'key.expiring': {
      const title = `The API key ${told.apiKey?.name ?? ''} expires soon`
      return {
        title,
        body: 'It stops to work within seven days.',
        to: paths.apiKey(subjectId),
        tone: 'warning',
      }
    }
    case 'queue.overdue': {
      const body = `${formatNumberOf(told.waiting ?? 0, 'delivery waits', 'deliveries wait')}.`
      return { title: 'Deliveries are overdue', body, to: paths.deliveries, tone: 'danger' }
    }
    case 'disk.low':
      return {
        title: 'The disk is nearly full',
        body: 'Without room no event can be accepted.',
        to: paths.general,
        tone: 'danger',
      }
    default:
      return { title: type, body: '', to: null, tone: 'warning' }
  }
}
