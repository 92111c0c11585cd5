import { recoveredPerSecond, recoveryWaitingMax } from '#contract/recoveries.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type {
  DeliveryInFull,
  Reader,
  Recoverable,
  RecoveryRecord,
  WebhookRecord,
  Writer,
} from '#main/store/interface.ts'
import { newDelivery } from '../deliveries/birth.ts'
import { passesByItself, releaseObstacle, sendingObstacle } from '../deliveries/release-obstacle.ts'
import type { Toolbox } from '../parts.ts'
import { allIds, runEach } from '../run-all.ts'
import { findGrounds, powersOf, suspendedOccasions } from '../suspension/powers.ts'

/** So many ended deliveries are looked at in one transaction: others write in between. */
export const lookedAt = 500

/** Why nothing can be recovered now. Null when it can: to another address whatever the state of the webhook. */
export const recoveryObstacle = (
  toolbox: Toolbox,
  read: Reader,
  { webhook, url }: { readonly webhook: WebhookRecord; readonly url: string | null },
) => (url === null ? releaseObstacle : sendingObstacle)(toolbox, read, webhook)

/** What of `found` may be sent: the capability is asked for the occasion of each event. */
const sendable = async (
  { clock, plans }: Toolbox,
  writer: Writer,
  organizationId: string,
  found: readonly Recoverable[],
): Promise<Recoverable[]> => {
  const grounds = await findGrounds(writer, organizationId)
  const suspended = new Set(grounds === null ? [] : suspendedOccasions(powersOf(grounds, { clock, plans })))
  return found.filter(({ missing, occasionId }) => missing && !suspended.has(occasionId ?? ''))
}

const kindOf = ({ url }: RecoveryRecord) => (url === null ? 'resend' : 'replay')

/** Sends up to `max` of what comes next again, inside the transaction. @returns the ids of what it made. */
export const resendNext = async (
  toolbox: Toolbox,
  writer: Writer,
  recovery: RecoveryRecord,
  max: number,
): Promise<string[]> => {
  const { ids, clock } = toolbox
  const { id, organizationId, webhookId, url } = recovery
  const now = clock.now()
  const { found, lastId } = await writer.recoveries.search({ ...recovery, limit: lookedAt })
  const fitting = await sendable(toolbox, writer, organizationId, found)
  const next = fitting.slice(0, max)
  const resends = next.map(({ eventId, occasionId }) =>
    newDelivery(
      {
        id: ids.next('dlv', now),
        organizationId,
        occasionId,
        eventId,
        webhookId,
        kind: kindOf(recovery),
        heldReason: null,
      },
      now,
    ),
  )
  const made = resends.map((resend) => resend.id)
  if (made.length > 0) await writer.deliveries.insertMany(resends)
  if (url !== null) await writer.deliveries.replayTo(url, made)
  await writer.recoveries.addDeliveries(id, made)
  const afterId = next.length < fitting.length ? next.at(-1)?.id : lastId
  const over = afterId === null || afterId === undefined
  await writer.recoveries.update(id, {
    queued: recovery.queued + made.length,
    ...(over ? { state: 'done', finishedAt: now } : { afterId }),
  })
  return made
}

/** What was held for these goes out by itself. */
const draining: readonly (HeldReason | null)[] = ['offline', 'switched_off']

const isUnderWay = ({ status, heldReason }: Pick<DeliveryInFull, 'status' | 'heldReason'>): boolean =>
  status === 'waiting' || status === 'sending' || (status === 'held' && draining.includes(heldReason))

/** The outcome of the canary decides; until it is known, nothing else is sent. */
const judgeCanary = async (writer: Writer, { id, canaryDeliveryId }: RecoveryRecord): Promise<boolean> => {
  const canary = canaryDeliveryId === null ? null : await writer.deliveries.get(canaryDeliveryId)
  if (canary?.status === 'delivered') {
    await writer.recoveries.update(id, { state: 'running' })
    return true
  }
  if (canary !== null && canary.attempts === 0 && isUnderWay(canary)) return false
  const stateReason =
    'The first delivery was not delivered at its first attempt. Look at it before the others follow.'
  await writer.recoveries.update(id, { state: 'paused', stateReason })
  return false
}

const step = async (toolbox: Toolbox, writer: Writer, id: string): Promise<number> => {
  const recovery = await writer.recoveries.get(id)
  if (recovery?.state !== 'running' && recovery?.state !== 'canary') return 0
  const { webhookId } = recovery
  const webhook = await writer.webhooks.get(webhookId)
  if (webhook === null) {
    await writer.recoveries.update(id, { state: 'cancelled', finishedAt: toolbox.clock.now() })
    return 0
  }
  const obstacle = await recoveryObstacle(toolbox, writer, { webhook, url: recovery.url })
  if (obstacle !== null) {
    if (passesByItself(webhook, obstacle)) return 0
    await writer.recoveries.update(id, { state: 'paused', stateReason: obstacle.message })
    return 0
  }
  if (recovery.state === 'canary' && !(await judgeCanary(writer, recovery))) return 0
  const waiting = await writer.webhookDeliveries.countWaiting(
    { webhookId, occasionIds: null, ...(recovery.url === null ? {} : { replays: 'only' as const }) },
    recoveryWaitingMax,
  )
  const max = Math.min(recoveredPerSecond, recoveryWaitingMax - waiting)
  return max <= 0 ? 0 : (await resendNext(toolbox, writer, recovery, max)).length
}

/** Whether it waits for what passes by itself: that may be for days, and is found without writing. */
const waits = async (toolbox: Toolbox, read: Reader, id: string): Promise<boolean> => {
  const recovery = await read.recoveries.get(id)
  const webhook = recovery === null ? null : await read.webhooks.get(recovery.webhookId)
  if (recovery === null || webhook === null) return false
  const obstacle = await recoveryObstacle(toolbox, read, { webhook, url: recovery.url })
  return obstacle !== null && passesByItself(webhook, obstacle)
}

/**
 * Sends what the recoveries that run allow by now, a bounded step each. The host calls it every second; cheap when
 * nothing is running. What a person has to put right pauses its recovery, with the reason.
 */
export const stepRecoveries = async (toolbox: Toolbox): Promise<void> => {
  const { store, delivery } = toolbox
  let sent = 0
  try {
    await runEach(allIds(store.read.recoveries.listActiveIds), async (id) => {
      if (await waits(toolbox, store.read, id)) return
      sent += await store.write((writer) => step(toolbox, writer, id))
    })
  } finally {
    if (sent > 0) delivery.wake()
  }
}
