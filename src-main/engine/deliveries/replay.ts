import type { ConsoleContract } from '#contract/console.ts'
import type { Writer } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Caller, Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'
import { normaliseUrl, redactUrl, requireReachable } from '../webhooks/checks.ts'
import { newDelivery } from './birth.ts'
import { sendingObstacle } from './release-obstacle.ts'

const notReplayable = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/** Sending what one delivery sent to another address. */
export const createReplay = (toolbox: Toolbox): Pick<Operations<ConsoleContract['deliveries']>, 'replay'> => {
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

  return {
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
