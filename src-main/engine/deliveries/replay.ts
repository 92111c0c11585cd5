import type { ConsoleContract } from '#contract/console.ts'
import type { Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { findGrounds, powersOf, suspendedOccasions } from '../suspension/powers.ts'
import { normaliseUrl, redactUrl, requireReachable } from '../webhooks/checks.ts'
import { newDelivery } from './birth.ts'
import { sendingObstacle } from './release-obstacle.ts'

/** So many held replays are released in one transaction: others write in between. */
const releasedAtOnce = 500

const notReplayable = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

type ReplayOperations = Pick<Operations<ConsoleContract['deliveries']>, 'replay' | 'releaseReplays'>

/** Sending what one delivery sent to another address. */
export const createReplay = (toolbox: Toolbox): ReplayOperations => {
  const { store, access, audit, clock, ids, networkPolicy, delivery: signal } = toolbox

  const replay = async (writer: Writer, caller: Caller, deliveryId: string, url: string): Promise<string> => {
    const original = await writer.deliveries.get(deliveryId)
    if (original === null) throw new PatchbayError('not_found')
    if (original.erasedAt !== null) throw new PatchbayError('event_erased')
    const { organizationId, occasionId, eventId, webhookId } = original
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) {
      throw notReplayable('The webhook of this delivery has been deleted, and its secrets with it.')
    }
    const obstacle = await sendingObstacle(toolbox, writer, webhook)
    if (obstacle !== null) throw obstacle
    const now = clock.now()
    const id = ids.next('dlv', now)
    const made = { id, organizationId, occasionId, eventId, webhookId }
    await writer.deliveries.insertMany([newDelivery({ ...made, kind: 'replay', heldReason: null }, now)])
    await writer.deliveries.replayTo(url, [id])
    await audit.record(writer, caller, {
      action: 'deliveries.replay',
      organizationId,
      targetKind: 'delivery',
      targetId: deliveryId,
      after: { deliveryId: id, eventId, webhookId, url: redactUrl(url) },
    })
    return id
  }

  /** One step. @returns how many; fewer than `releasedAtOnce` when none are left. */
  const release = async (writer: Writer, caller: Caller, webhookId: string): Promise<number> => {
    const webhook = await writer.webhooks.get(webhookId)
    if (webhook === null) throw new PatchbayError('not_found')
    const obstacle = await sendingObstacle(toolbox, writer, webhook)
    if (obstacle !== null) throw obstacle
    const grounds = await findGrounds(writer, webhook.organizationId)
    const released = await writer.webhookDeliveries.releaseReplays({
      webhookId,
      suspendedOccasionIds: grounds === null ? [] : suspendedOccasions(powersOf(grounds, toolbox)),
      dueAt: clock.now(),
      limit: releasedAtOnce,
    })
    if (released > 0) {
      await audit.record(writer, caller, {
        action: 'deliveries.release_replays',
        organizationId: webhook.organizationId,
        targetKind: 'webhook',
        targetId: webhookId,
        after: { released },
      })
    }
    return released
  }

  return {
    async releaseReplays(caller, { organizationId, webhookId }) {
      const webhook = await store.read.webhooks.get(webhookId)
      const resource = named(organizationId, 'webhook', webhookId, webhook)
      await access.require(caller, 'deliveries.release', resource)
      let total = 0
      for (let released = releasedAtOnce; released === releasedAtOnce; total += released) {
        released = await store.write((writer) => release(writer, caller, webhookId))
      }
      if (total > 0) signal.wake()
      return { released: total }
    },

    async replay(caller, { organizationId, deliveryId, url: given }) {
      const known = await store.read.deliveries.get(deliveryId, organizationId)
      await access.require(caller, 'deliveries.resend', named(organizationId, 'delivery', deliveryId, known))
      if (known?.kind === 'connectivity') throw notReplayable('This was only a check, without an event.')
      const url = normaliseUrl(given)
      await requireReachable(store.read, networkPolicy, organizationId, url)
      const id = await store.write((writer) => replay(writer, caller, deliveryId, url))
      signal.wake()
      return { deliveryId: id }
    },
  }
}
