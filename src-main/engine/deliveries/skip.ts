import type { ConsoleContract } from '#contract/console.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import type { Operations } from '../operation.ts'
import type { Toolbox } from '../parts.ts'

const conflict = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/** Ending the delivery that keeps those behind it waiting. */
export const createSkip = ({
  store,
  clock,
  access,
  audit,
  delivery: signal,
}: Toolbox): Pick<Operations<ConsoleContract['deliveries']>, 'skip'> => ({
  async skip(caller, { organizationId, deliveryId, reason }) {
    const known = await store.read.deliveries.get(deliveryId, organizationId)
    await access.require(caller, 'deliveries.release', named(organizationId, 'delivery', deliveryId, known))
    if (known === null) throw new PatchbayError('not_found')
    const { webhookId, eventId } = known
    await store.write(async (writer) => {
      const protection = (await writer.webhookProtection.getMany([webhookId])).get(webhookId)
      const first = protection?.firstInOrder
      if (first?.deliveryId !== deliveryId) {
        throw conflict('This delivery blocks no others: it is not the first of an ordered webhook.')
      }
      await writer.webhookProtection.skip(deliveryId, clock.now())
      await audit.record(writer, caller, {
        action: 'deliveries.skip',
        organizationId,
        targetKind: 'delivery',
        targetId: deliveryId,
        after: { webhookId, eventId, reason, attempts: first.attempts, waitingBehind: first.behind },
      })
    })
    // It may have been taken for sending already.
    signal.reconsider()
    return { deliveryId }
  },
})
