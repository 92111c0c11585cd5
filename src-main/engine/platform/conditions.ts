import { openCountMax } from '#contract/settings.ts'
import type { Told, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { redactUrl } from '../webhooks/checks.ts'
import { asReason, emitOperationalEvent, isoTime, type OperationalEvent } from './operational-events.ts'
import { expiringSoonMs } from './soon.ts'

const hourMs = 3_600_000
/** A webhook whose attempts have failed this long is told of. */
const failingMs = hourMs
/** Deliveries that are due and stay for this long are overdue. */
const overdueMs = 15 * 60_000
/** Less room than this on the disk of the data directory is low. */
export const lowDiskBytes = 1024 ** 3
/** So many subjects of a condition are looked at in one round; the others come with the next. */
const readAtOnce = 200

/** A condition of the whole installation, of which there is one. */
const installation = 'installation'

/**
 * Tells operational webhooks of conditions that nobody's deed brings about, each once for as long as it lasts: keys
 * that expire, webhooks and connections that fail, deliveries that are overdue, a disk that fills up. What nobody
 * subscribed to stays untold, and is told when somebody does. The host calls it every minute.
 */
export const tellConditions = async (toolbox: Toolbox): Promise<void> => {
  const { store, clock, delivery, installation: files } = toolbox
  const { operational } = store.read
  const now = clock.now()

  const tell = async (told: Told, event: OperationalEvent): Promise<void> => {
    const made = await store.write(async (writer) => {
      const deliveries = await emitOperationalEvent(toolbox, writer, event)
      if (deliveries > 0) await writer.operational.setTold(told)
      return deliveries
    })
    if (made > 0) delivery.wake()
  }

  const tellKeys = async () => {
    const until = now + expiringSoonMs
    const keys = await operational.listExpiringKeys({ now, until, limit: readAtOnce })
    for (const { id, name, prefix, environment, expiresAt, organizationId } of keys) {
      const data = { apiKey: { id, name, prefix, environment }, expiresAt: isoTime(expiresAt) }
      const told = { type: 'key.expiring', subjectId: id, about: expiresAt }
      await tell(told, { type: 'key.expiring', organizationId, data })
    }
  }

  const tellWebhooks = async () => {
    const failing = await operational.listFailingWebhooks({ since: now - failingMs, limit: readAtOnce })
    for (const { id, name, url, organizationId, failingSince, consecutiveFailures } of failing) {
      const webhook = { id, name, url: redactUrl(url) }
      const data = { webhook, failingSince: isoTime(failingSince), consecutiveFailures }
      const told = { type: 'webhook.failing', subjectId: id, about: failingSince }
      await tell(told, { type: 'webhook.failing', organizationId, data })
    }
    const recovered = await operational.listRecoveredWebhooks(readAtOnce)
    for (const { id, name, url, organizationId, failingSince, recoveredAt } of recovered) {
      const made = await store.write(async (writer) => {
        await writer.operational.deleteTold('webhook.failing', id)
        if (recoveredAt === null) return 0
        const webhook = { id, name, url: redactUrl(url) }
        const times = { failingSince: isoTime(failingSince), recoveredAt: isoTime(recoveredAt) }
        const event = { type: 'webhook.recovered', organizationId, data: { webhook, ...times } }
        return emitOperationalEvent(toolbox, writer, event)
      })
      if (made > 0) delivery.wake()
    }
  }

  const tellConnections = async () => {
    for (const {
      id,
      organizationId,
      connectorId,
      reason,
      checkedAt,
    } of await operational.listFailingConnections(readAtOnce)) {
      const connection = { id, connectorId }
      const data = { connection, reason: asReason(reason), checkedAt: isoTime(checkedAt) }
      const told = { type: 'connection.failing', subjectId: id, about: checkedAt }
      await tell(told, { type: 'connection.failing', organizationId, data })
    }
    const recovered = await operational.listRecoveredConnections(readAtOnce)
    if (recovered.length === 0) return
    await store.write(async (writer: Writer) => {
      for (const id of recovered) await writer.operational.deleteTold('connection.failing', id)
    })
  }

  /** A condition of the installation begins, goes on, or is over. */
  const tellInstallation = async (type: string, data: Record<string, unknown> | null) => {
    const told = await operational.getTold(type, installation)
    if (data !== null && told === null) {
      await tell({ type, subjectId: installation, about: now }, { type, organizationId: null, data })
    }
    if (data === null && told !== null) {
      await store.write((writer) => writer.operational.deleteTold(type, installation))
    }
  }

  const tellQueue = async () => {
    // Without network nothing is overdue: no network is not a failure.
    const dueSince = delivery.state().online ? await operational.readDueSince() : null
    const overdue = dueSince !== null && dueSince <= now - overdueMs
    const data = overdue
      ? { dueSince: isoTime(dueSince), waiting: await operational.countWaiting(openCountMax) }
      : null
    await tellInstallation('queue.overdue', data)
  }

  await tellKeys()
  await tellWebhooks()
  await tellConnections()
  await tellQueue()
  const disk = await files.disk()
  await tellInstallation('disk.low', disk.freeBytes < lowDiskBytes ? { ...disk } : null)
}
