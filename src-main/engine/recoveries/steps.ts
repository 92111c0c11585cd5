import { recoveredPerSecond, recoveryWaitingMax } from '#contract/recoveries.ts'
import type { HeldReason } from '#contract/vocabulary.ts'
import type {
  DeliveryInFull,
  Reader,
  Recoverable,
  RecoveryChanges,
  RecoveryRecord,
  WebhookRecord,
  Writer,
} from '#main/store/interface.ts'
import { newDelivery } from '../deliveries/birth.ts'
import { passesByItself, releaseObstacle, sendingObstacle } from '../deliveries/release-obstacle.ts'
import type { Toolbox } from '../parts.ts'
import { type Step, takeSteps } from '../steps.ts'
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
    ...(over ? { state: 'done', finishedAt: now } : { state: 'running', afterId }),
  })
  return made
}

/** What was held for these goes out by itself. */
const draining: readonly (HeldReason | null)[] = ['offline', 'switched_off']

const isUnderWay = ({ status, heldReason }: Pick<DeliveryInFull, 'status' | 'heldReason'>): boolean =>
  status === 'waiting' || status === 'sending' || (status === 'held' && draining.includes(heldReason))

/** Whether the canary arrived; null until that is known, and until then nothing else is sent. */
const canaryArrived = async (read: Reader, { canaryDeliveryId }: RecoveryRecord): Promise<boolean | null> => {
  const canary = canaryDeliveryId === null ? null : await read.deliveries.get(canaryDeliveryId)
  if (canary?.status === 'delivered') return true
  return canary !== null && canary.attempts === 0 && isUnderWay(canary) ? null : false
}

const canaryFailed =
  'The first delivery was not delivered at its first attempt. Look at it before the others follow.'

/** How many more may wait for the webhook now. */
const roomFor = async (read: Reader, { webhookId, url }: RecoveryRecord): Promise<number> => {
  const waiting = await read.webhookDeliveries.countWaiting(
    { webhookId, occasionIds: null, ...(url === null ? {} : { replays: 'only' as const }) },
    recoveryWaitingMax,
  )
  return Math.min(recoveredPerSecond, recoveryWaitingMax - waiting)
}

const nextStep = async (toolbox: Toolbox, read: Reader, id: string): Promise<Step<number> | null> => {
  const change =
    (changes: RecoveryChanges): Step<number> =>
    async (writer) => {
      await writer.recoveries.update(id, changes)
      return 0
    }
  const recovery = await read.recoveries.get(id)
  if (recovery?.state !== 'running' && recovery?.state !== 'canary') return null
  const webhook = await read.webhooks.get(recovery.webhookId)
  if (webhook === null) return change({ state: 'cancelled', finishedAt: toolbox.clock.now() })
  const obstacle = await recoveryObstacle(toolbox, read, { webhook, url: recovery.url })
  if (obstacle !== null) {
    if (passesByItself(webhook, obstacle)) return null
    return change({ state: 'paused', stateReason: obstacle.message })
  }
  const isTried = recovery.state === 'running'
  const arrived = isTried || (await canaryArrived(read, recovery))
  if (arrived === null) return null
  if (!arrived) return change({ state: 'paused', stateReason: canaryFailed })
  const max = await roomFor(read, recovery)
  if (max > 0) return async (writer) => (await resendNext(toolbox, writer, recovery, max)).length
  return isTried ? null : change({ state: 'running' })
}

/**
 * Sends what the recoveries that run allow by now, a bounded step each. The host calls it every second; cheap when
 * nothing is running. What a person has to put right pauses its recovery, with the reason.
 */
export const stepRecoveries = (toolbox: Toolbox): Promise<void> =>
  takeSteps(toolbox, toolbox.store.read.recoveries.listActiveIds, (read, id) => nextStep(toolbox, read, id))
