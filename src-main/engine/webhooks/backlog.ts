import type { HeldReason } from '#contract/vocabulary.ts'
import type { ReleaseStep } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { findGrounds, powersOf, suspendedOccasions } from '../suspension/powers.ts'

/** So many deliveries are moved in one transaction: others write in between. */
const stepSize = 1_000

/** The reasons that lie in the webhook itself, and are over when it is active again. */
const ownReasons: readonly HeldReason[] = ['paused', 'disabled', 'gone', 'suspended']
/** What a lost capability held is released because a person resumed the webhook, never by a start of the program alone. */
const finishedReasons = ownReasons.filter((reason) => reason !== 'suspended')

/** Moves what a webhook has piled up, in steps. Both may be called again after they were interrupted. */
export interface Backlog {
  /**
   * What is held because of the state of the webhook waits for its turn, oldest first, while the webhook is active.
   * What is held for events of occasions without the capability stays.
   */
  release(webhookId: string): Promise<void>
  /** What waits or is held for a webhook that was deleted is discarded. */
  discard(webhookId: string): Promise<void>
  /** Ends what was begun and not ended: the program ended before, or the disk was full. */
  finish(): Promise<void>
}

export const createBacklog = ({ store, clock, plans, delivery }: Toolbox): Backlog => {
  const releaseStep = (step: Omit<ReleaseStep, 'suspendedOccasionIds'>): Promise<string | null> =>
    store.write(async (writer) => {
      const webhook = await writer.webhooks.get(step.webhookId)
      if (webhook?.status !== 'active') return null
      const grounds = await findGrounds(writer, webhook.organizationId)
      const suspendedOccasionIds =
        grounds === null ? [] : suspendedOccasions(powersOf(grounds, { clock, plans }))
      const { lastId } = await writer.webhookDeliveries.release({ ...step, suspendedOccasionIds })
      if (lastId === null) await writer.webhooks.noteReleased(step.webhookId)
      return lastId
    })

  const release = async (webhookId: string, reasons = ownReasons): Promise<void> => {
    // One time for all of them, so that they are due before anything that comes in meanwhile.
    const dueAt = clock.now()
    let afterId: string | null = null
    do {
      afterId = await releaseStep({ webhookId, reasons, dueAt, afterId, limit: stepSize })
      delivery.wake()
    } while (afterId !== null)
  }

  const discard = async (webhookId: string): Promise<void> => {
    let discarded: number
    do {
      discarded = await store.write(async (writer) => {
        if ((await writer.webhooks.get(webhookId)) !== null) return 0
        return writer.webhookDeliveries.discardOpen({ webhookId, at: clock.now(), limit: stepSize })
      })
    } while (discarded > 0)
  }

  return {
    release: (webhookId) => release(webhookId),
    discard,
    async finish() {
      const { resumed, toRelease, toDiscard } =
        await store.read.webhookDeliveries.listUnfinished(finishedReasons)
      for (const webhookId of resumed) await release(webhookId)
      for (const webhookId of toRelease) await release(webhookId, finishedReasons)
      for (const webhookId of toDiscard) await discard(webhookId)
    },
  }
}
