import type { Toolbox } from '../parts.ts'
import { holdStep, stepSize } from '../suspension/suspension.ts'

/** The first of each webhook goes at some time within this, so that not all receivers get theirs at once … */
const startWithinMs = 2_000
/** … then so many at a time, so far apart … */
export const drainedTogether = 25
export const drainedEveryMs = 250
/** … and after so long the rest, as fast as its endpoint takes it. */
export const drainSpreadMsMax = 60_000

/**
 * Lets what was held without network wait for its turn again, oldest first and spread in time, for each webhook that
 * the network reaches by now. What has another reason to be held by now is held for that. Cheap when nothing is held.
 */
export const drainOffline = async (toolbox: Toolbox): Promise<void> => {
  const { store, clock, delivery, randomBytes } = toolbox

  const step = (webhookId: string, organizationId: string, firstDueAt: number, rank: number) =>
    store.write(async (writer) => {
      const off = await writer.killSwitches.listOff(organizationId)
      if (off.some(({ name }) => name === 'delivery')) return 0
      const released = await writer.webhookDeliveries.releaseOffline({
        webhookId,
        dueAt: (index) => {
          const turns = Math.floor((rank + index) / drainedTogether)
          return firstDueAt + Math.min(turns * drainedEveryMs, drainSpreadMsMax)
        },
        together: drainedTogether,
        limit: stepSize,
      })
      await holdStep(toolbox, writer, webhookId)
      return released
    })

  for (const { webhookId, organizationId, url } of await store.read.webhookDeliveries.listHeldFor(
    'offline',
  )) {
    if (!delivery.reaches(url)) continue
    const firstDueAt = clock.now() + Math.floor((randomBytes(2).readUInt16BE() / 0x1_0000) * startWithinMs)
    let released = stepSize
    for (let rank = 0; released === stepSize; rank += released) {
      released = await step(webhookId, organizationId, firstDueAt, rank)
      if (released > 0) delivery.wake()
    }
  }
}
