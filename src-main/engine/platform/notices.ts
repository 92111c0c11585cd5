import { z } from 'zod'
import type { Notice, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { redactUrl } from '../webhooks/checks.ts'
import { notify, type Occasioned } from './audiences.ts'
import { asReason, emitOperationalEvent, isoTime, type OperationalEvent } from './operational-events.ts'

/** So many notices become events in one transaction. */
const stepSize = 200

/** What a notice tells of; null when its subject is there no more. */
const toEvent = async (writer: Writer, { type, subjectId, at }: Notice): Promise<OperationalEvent | null> => {
  if (type === 'webhook.disabled') {
    const webhook = await writer.webhooks.get(subjectId)
    if (webhook === null) return null
    const { id, name, url, organizationId, statusReason } = webhook
    const reason = asReason(statusReason ?? 'disabled')
    const data = { webhook: { id, name, url: redactUrl(url) }, reason, disabledAt: isoTime(at) }
    return { type, organizationId, data }
  }
  const delivery = await writer.deliveries.get(subjectId)
  if (delivery === null) return null
  const { id, eventId, eventType, attempts, lastStatusCode, lastErrorClass, organizationId } = delivery
  const webhook = { id: delivery.webhookId, name: delivery.webhookName, url: redactUrl(delivery.url) }
  return {
    type,
    organizationId,
    data: { webhook, delivery: { id, eventId, eventType, attempts, lastStatusCode, lastErrorClass } },
  }
}

const hourMs = 3_600_000
const subjectSchema = z.object({ webhook: z.object({ id: z.string() }) })

/** Deliveries that are given up are told by webhook and hour: there may be thousands. */
const occasionOf = ({ type, at, subjectId }: Notice, { data }: OperationalEvent): Occasioned => {
  if (type !== 'delivery.exhausted') return { subjectId, occurrence: String(at), at }
  return { subjectId: subjectSchema.parse(data).webhook.id, occurrence: String(at - (at % hourMs)), at }
}

/**
 * Makes operational events of what the delivery worker has noted, in the order in which it happened: each once, because
 * the notice goes in the same transaction. Cheap when there is nothing.
 */
export const tellNotices = async (toolbox: Toolbox): Promise<void> => {
  const { store, delivery } = toolbox
  const { operational } = store.read
  for (let notices = await operational.listNotices(stepSize); notices.length > 0; ) {
    const told = notices
    const made = await store.write(async (writer) => {
      let deliveries = 0
      for (const notice of told) {
        const event = await toEvent(writer, notice)
        if (event === null) continue
        deliveries += await emitOperationalEvent(toolbox, writer, event)
        await notify(writer, event, occasionOf(notice, event))
      }
      await writer.operational.deleteNotices(told.map(({ seq }) => seq))
      return deliveries
    })
    if (made > 0) delivery.wake()
    notices = await operational.listNotices(stepSize)
  }
}
