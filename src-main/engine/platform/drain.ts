import type { Toolbox } from '../parts.ts'
import { holdStep, stepSize } from '../suspension/suspension.ts'

/**
 * Lets what was held while sending was switched off wait for its turn again, oldest first, wherever the switch is on
 * now: a step at a time, and no further when somebody switches off meanwhile. What has another reason to be held by
 * now is held for that. May be called again after an interruption; cheap when nothing is held.
 */
export const drainSwitchedOff = async (toolbox: Toolbox): Promise<void> => {
  const { store, clock, delivery } = toolbox
  // One time for all of them, so that they are due before anything that comes in meanwhile.
  const dueAt = clock.now()

  const step = (webhookId: string, organizationId: string): Promise<number> =>
    store.write(async (writer) => {
      const off = await writer.killSwitches.listOff(organizationId)
      if (off.some(({ name }) => name === 'delivery')) return 0
      const released = await writer.webhookDeliveries.releaseSwitchedOff({
        webhookId,
        dueAt,
        limit: stepSize,
      })
      await holdStep(toolbox, writer, webhookId)
      return released
    })

  for (const { webhookId, organizationId } of await store.read.webhookDeliveries.listHeldFor(
    'switched_off',
  )) {
    let released: number
    do {
      released = await step(webhookId, organizationId)
      if (released > 0) delivery.wake()
    } while (released === stepSize)
  }
}
