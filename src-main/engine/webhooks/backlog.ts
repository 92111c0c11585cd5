import type { HeldReason } from '#contract/vocabulary.ts'
import type { ReleaseStep } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'

/** So many deliveries are moved in one transaction: others write in between. */
const stepSize = 1_000

/** The reasons that lie in the webhook itself, and are over when it is active again. */
const ownReasons: readonly HeldReason[] = ['paused', 'disabled', 'gone', 'suspended']

/** Moves what a webhook has piled up, in steps. Both may be called again after they were interrupted. */
export interface Backlog {
  /** What is held because of the state of the webhook waits for its turn, oldest first, while the webhook is active. */
  release(webhookId: string): Promise<void>
  /** What waits or is held for a webhook that was deleted is discarded. */
  discard(webhookId: string): Promise<void>
  /** Ends what an earlier run of the program began and did not end. */
  finish(): Promise<void>
}

export const createBacklog = ({ store, clock, delivery }: Toolbox): Backlog => {
  const releaseStep = (step: ReleaseStep): Promise<string | null> =>
    store.write(async (writer) => {
      const webhook = await writer.webhooks.get(step.webhookId)
      if (webhook?.status !== 'active') return null
      return (await writer.webhookDeliveries.release(step)).lastId
    })

  const release = async (webhookId: string): Promise<void> => {
    // One time for all of them, so that they are due before anything that comes in meanwhile.
    const dueAt = clock.now()
    let afterId: string | null = null
    do {
      afterId = await releaseStep({ webhookId, reasons: ownReasons, dueAt, afterId, limit: stepSize })
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
    release,
    discard,
    async finish() {
      const { toRelease, toDiscard } = await store.read.webhookDeliveries.listUnfinished(ownReasons)
      for (const webhookId of toRelease) await release(webhookId)
      for (const webhookId of toDiscard) await discard(webhookId)
    },
  }
}
