import { openCountMax } from '#contract/settings.ts'
import type { Told } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { redactUrl } from '../webhooks/checks.ts'
import { disableFailing } from '../webhooks/failing.ts'
import { disableAfterMs, failingMsAt } from '../webhooks/failing-time.ts'
import { type Audience, audiences } from './audiences.ts'
import { asReason, isoTime, type OperationalEvent } from './operational-events.ts'
import { expiringSoonMs } from './soon.ts'

const hourMs = 3_600_000
/**
 * A webhook whose attempts have failed this long is told of, and again when it comes nearer to being disabled: the
 * share of that time in percent, the nearest first.
 */
const failingLevels = [
  { type: 'webhook.failing.90', percent: 90, afterMs: 0.9 * disableAfterMs },
  { type: 'webhook.failing.70', percent: 70, afterMs: 0.7 * disableAfterMs },
  { type: 'webhook.failing.50', percent: 50, afterMs: 0.5 * disableAfterMs },
  { type: 'webhook.failing', percent: 0, afterMs: hourMs },
] as const
/** Deliveries that are due and stay for this long are overdue. */
const overdueMs = 15 * 60_000
/** Less room than this on the disk of the data directory is low. */
export const lowDiskBytes = 1024 ** 3
/** So many subjects of a condition are looked at in one round; the others come with the next. */
const readAtOnce = 200

/** A condition of the whole installation, of which there is one. */
const installation = 'installation'

/**
 * Tells operational webhooks and the console of conditions that nobody's deed brings about, each once for as long as it
 * lasts: keys that expire, webhooks and connections that fail, deliveries that are overdue, a disk that fills up. What
 * nobody subscribed to stays untold, and is told when somebody does. Webhooks that failed for too long are disabled.
 * The host calls it every minute.
 */
export const tellConditions = async (toolbox: Toolbox): Promise<void> => {
  await disableFailing(toolbox)
  for (const audience of audiences(toolbox)) await tellTo(audience, toolbox)
}

const tellTo = async (audience: Audience, toolbox: Toolbox): Promise<void> => {
  const { store, clock, delivery, installation: files } = toolbox
  const { operational } = store.read
  const now = clock.now()

  /** @returns whether anybody was there to be told. */
  const tell = async (told: Told, event: OperationalEvent): Promise<boolean> => {
    const made = await store.write(async (writer) => {
      const deliveries = await audience.tell(writer, event, told)
      if (deliveries !== null) await writer.operational.setTold(told)
      return deliveries
    })
    if (made !== null && made > 0) delivery.wake()
    return made !== null
  }
  const toldAs = audience.toldAs

  const tellKeys = async () => {
    const until = now + expiringSoonMs
    const keys = await operational.listExpiringKeys({
      now,
      until,
      toldAs: toldAs('key.expiring'),
      limit: readAtOnce,
    })
    for (const { id, name, prefix, environment, expiresAt, organizationId } of keys) {
      const data = { apiKey: { id, name, prefix, environment }, expiresAt: isoTime(expiresAt) }
      const told = { type: toldAs('key.expiring'), subjectId: id, about: expiresAt }
      await tell(told, { type: 'key.expiring', organizationId, data })
    }
  }

  const tellFailing = async () => {
    const nearer = new Set<string>()
    for (const { type, percent, afterMs } of failingLevels) {
      const query = { since: now - afterMs, toldAs: toldAs(type), limit: readAtOnce }
      const failing = await operational.listFailingWebhooks(query)
      const first = Math.min(now, ...failing.map(({ failingSince }) => failingSince))
      const away = failing.length === 0 ? [] : await store.read.machine.listAway(first)
      for (const { id, name, url, organizationId, failingSince, consecutiveFailures } of failing) {
        const failingMs = failingMsAt(failingSince, now, away)
        if (failingMs < afterMs) continue
        const told = { type: toldAs(type), subjectId: id, about: failingSince }
        if (nearer.has(id)) {
          await store.write((writer) => writer.operational.setTold(told))
          continue
        }
        const data = {
          webhook: { id, name, url: redactUrl(url) },
          failingSince: isoTime(failingSince),
          consecutiveFailures,
          percent,
          disabledAt: isoTime(now + Math.max(0, disableAfterMs - failingMs)),
        }
        if (await tell(told, { type: 'webhook.failing', organizationId, data })) nearer.add(id)
      }
    }
  }

  const tellRecovered = async () => {
    const recovered = await operational.listRecoveredWebhooks({
      toldAs: toldAs('webhook.failing'),
      limit: readAtOnce,
    })
    for (const { id, name, url, organizationId, failingSince, recoveredAt } of recovered) {
      const made = await store.write(async (writer) => {
        for (const { type } of failingLevels) await writer.operational.deleteTold(toldAs(type), id)
        if (recoveredAt === null) return 0
        const webhook = { id, name, url: redactUrl(url) }
        const times = { failingSince: isoTime(failingSince), recoveredAt: isoTime(recoveredAt) }
        const event = { type: 'webhook.recovered', organizationId, data: { webhook, ...times } }
        return audience.tell(writer, event, { type: event.type, subjectId: id, about: recoveredAt })
      })
      if (made !== null && made > 0) delivery.wake()
    }
  }

  const tellConnections = async () => {
    for (const {
      id,
      organizationId,
      connectorId,
      reason,
      checkedAt,
    } of await operational.listFailingConnections({
      toldAs: toldAs('connection.failing'),
      limit: readAtOnce,
    })) {
      const connection = { id, connectorId }
      const data = { connection, reason: asReason(reason), checkedAt: isoTime(checkedAt) }
      const told = { type: toldAs('connection.failing'), subjectId: id, about: checkedAt }
      await tell(told, { type: 'connection.failing', organizationId, data })
    }
    const recovered = await operational.listRecoveredConnections({
      toldAs: toldAs('connection.failing'),
      limit: readAtOnce,
    })
    if (recovered.length === 0) return
    await store.write(async (writer) => {
      for (const id of recovered) await writer.operational.deleteTold(toldAs('connection.failing'), id)
    })
  }

  /** A condition of the installation begins, goes on, or is over. */
  const tellInstallation = async (type: string, data: Record<string, unknown> | null) => {
    const told = await operational.getTold(toldAs(type), installation)
    if (data !== null && told === null) {
      await tell(
        { type: toldAs(type), subjectId: installation, about: now },
        { type, organizationId: null, data },
      )
    }
    if (data === null && told !== null) {
      await store.write((writer) => writer.operational.deleteTold(toldAs(type), installation))
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
  await tellFailing()
  await tellRecovered()
  await tellConnections()
  await tellQueue()
  const disk = await files.disk()
  await tellInstallation('disk.low', disk.freeBytes < lowDiskBytes ? { ...disk } : null)
}
