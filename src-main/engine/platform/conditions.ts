import { openCountMax } from '#contract/settings.ts'
import type { FailingWebhook, Told } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { createTurns, runAll, runEach } from '../run-all.ts'
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
/** So many subjects of a condition are looked at in one round; the next one goes on with those after them. */
const readAtOnce = 200

/** A condition of the whole installation, of which there is one. */
const installation = 'installation'

export interface Conditions {
  /**
   * One round: tells operational webhooks and the console of conditions that nobody's deed brings about, each once for
   * as long as it lasts: keys that expire, webhooks and connections that fail, deliveries that are overdue, a disk that
   * fills up. What nobody subscribed to stays untold, and is told when somebody does. Webhooks that failed for too long
   * are disabled. The host calls it every minute.
   */
  tell(): Promise<void>
}

export const createConditions = (toolbox: Toolbox, atOnce = readAtOnce): Conditions => {
  const tellAudiences = audiences(toolbox).map((audience) => createTelling(audience, toolbox, atOnce))
  return { tell: () => runAll([() => disableFailing(toolbox), ...tellAudiences]) }
}

/** @returns what tells one audience, once a round. */
const createTelling = (audience: Audience, toolbox: Toolbox, atOnce: number): (() => Promise<void>) => {
  const { store, clock, delivery, installation: files } = toolbox
  const { operational } = store.read
  const toldAs = audience.toldAs
  const nextKeys = createTurns(atOnce)
  const nextFailing = createTurns(atOnce)
  const nextConnections = createTurns(atOnce)

  /** `told`: as what it is remembered, what it tells first. */
  const tell = async (told: readonly [Told, ...Told[]], event: OperationalEvent): Promise<void> => {
    if (!(await audience.hears(store.read, event.type))) return
    const made = await store.write(async (writer) => {
      const deliveries = await audience.tell(writer, event, told[0])
      if (deliveries !== null) for (const one of told) await writer.operational.setTold(one)
      return deliveries
    })
    if (made !== null && made > 0) delivery.wake()
  }

  const tellKeys = async () => {
    const now = clock.now()
    const type = 'key.expiring'
    const keys = await nextKeys((page) =>
      operational.listExpiringKeys({ now, until: now + expiringSoonMs, toldAs: toldAs(type), ...page }),
    )
    await runEach(keys, ({ id, name, prefix, environment, expiresAt, organizationId }) => {
      const data = { apiKey: { id, name, prefix, environment }, expiresAt: isoTime(expiresAt) }
      return tell([{ type: toldAs(type), subjectId: id, about: expiresAt }], { type, organizationId, data })
    })
  }

  /** As near as it has come to being disabled, unless that was told. */
  const tellFailingOne = async (webhook: FailingWebhook, failingMs: number) => {
    const { id, name, url, organizationId, failingSince, consecutiveFailures } = webhook
    const [nearest, ...others] = failingLevels
      .filter(({ afterMs }) => failingMs >= afterMs)
      .map((level) => ({ ...level, told: { type: toldAs(level.type), subjectId: id, about: failingSince } }))
    if (nearest === undefined || (await operational.getTold(nearest.told.type, id)) !== null) return
    const data = {
      webhook: { id, name, url: redactUrl(url) },
      failingSince: isoTime(failingSince),
      consecutiveFailures,
      percent: nearest.percent,
      disabledAt: isoTime(clock.now() + Math.max(0, disableAfterMs - failingMs)),
    }
    const event = { type: 'webhook.failing', organizationId, data }
    await tell([nearest.told, ...others.map(({ told }) => told)], event)
  }

  const tellFailing = async () => {
    const now = clock.now()
    const levels = failingLevels.map(({ type, afterMs }) => ({ since: now - afterMs, toldAs: toldAs(type) }))
    const failing = await nextFailing((page) => operational.listFailingWebhooks({ levels, ...page }))
    const first = Math.min(now, ...failing.map(({ failingSince }) => failingSince))
    const away = failing.length === 0 ? [] : await store.read.machine.listAway(first)
    await runEach(failing, (webhook) => tellFailingOne(webhook, failingMsAt(webhook.failingSince, now, away)))
  }

  const tellRecovered = async () => {
    const recovered = await operational.listRecoveredWebhooks({
      toldAs: toldAs('webhook.failing'),
      limit: atOnce,
    })
    await runEach(recovered, async ({ id, name, url, organizationId, failingSince, recoveredAt }) => {
      const made = await store.write(async (writer) => {
        for (const { type } of failingLevels) await writer.operational.deleteTold(toldAs(type), id)
        if (recoveredAt === null) return 0
        const webhook = { id, name, url: redactUrl(url) }
        const times = { failingSince: isoTime(failingSince), recoveredAt: isoTime(recoveredAt) }
        const event = { type: 'webhook.recovered', organizationId, data: { webhook, ...times } }
        return audience.tell(writer, event, { type: event.type, subjectId: id, about: recoveredAt })
      })
      if (made !== null && made > 0) delivery.wake()
    })
  }

  const tellConnections = async () => {
    const type = 'connection.failing'
    const failing = await nextConnections((page) =>
      operational.listFailingConnections({ toldAs: toldAs(type), ...page }),
    )
    await runEach(failing, ({ id, organizationId, connectorId, reason, checkedAt }) => {
      const connection = { id, connectorId }
      const data = { connection, reason: asReason(reason), checkedAt: isoTime(checkedAt) }
      return tell([{ type: toldAs(type), subjectId: id, about: checkedAt }], { type, organizationId, data })
    })
    const recovered = await operational.listRecoveredConnections({ toldAs: toldAs(type), limit: atOnce })
    if (recovered.length === 0) return
    await store.write(async (writer) => {
      for (const id of recovered) await writer.operational.deleteTold(toldAs(type), id)
    })
  }

  /** A condition of the installation begins, goes on, or is over. */
  const tellInstallation = async (type: string, data: Record<string, unknown> | null) => {
    const told = await operational.getTold(toldAs(type), installation)
    if (data !== null && told === null) {
      const subject = { subjectId: installation, about: clock.now() }
      await tell([{ type: toldAs(type), ...subject }], { type, organizationId: null, data })
    }
    if (data === null && told !== null) {
      await store.write((writer) => writer.operational.deleteTold(toldAs(type), installation))
    }
  }

  const tellQueue = async () => {
    // Without network nothing is overdue: no network is not a failure.
    const dueSince = delivery.state().online ? await operational.readDueSince() : null
    const overdue = dueSince !== null && dueSince <= clock.now() - overdueMs
    const data = overdue
      ? { dueSince: isoTime(dueSince), waiting: await operational.countWaiting(openCountMax) }
      : null
    await tellInstallation('queue.overdue', data)
  }

  const tellDisk = async () => {
    const disk = await files.disk()
    await tellInstallation('disk.low', disk.freeBytes < lowDiskBytes ? { ...disk } : null)
  }

  return () => runAll([tellKeys, tellFailing, tellRecovered, tellConnections, tellQueue, tellDisk])
}
