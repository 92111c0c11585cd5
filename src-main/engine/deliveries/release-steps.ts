import { type HeldReason, heldReasons } from '#contract/vocabulary.ts'
import type { Reader, ReleaseRecord, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { allIds, runEach } from '../run-all.ts'
import { findGrounds, powersOf, suspendedOccasions } from '../suspension/powers.ts'
import { passesByItself, releaseObstacle } from './release-obstacle.ts'

/** So many deliveries are looked at in one transaction: others write in between. */
const lookedAt = 1_000
/** Time that nobody was there to release in, asleep or stopped, counts at most so much: waking is no storm. */
const catchUpMsMax = 5_000

/** The reasons that a release or a discard concerns. */
export const reasonsOf = (reason: HeldReason | null): readonly HeldReason[] =>
  reason === null ? heldReasons : [reason]

/** How many may go now, and up to when that is accounted for. A clock that was set back begins anew. */
const allowanceAt = ({ perSecond, steppedAt }: ReleaseRecord, now: number) => {
  const from = Math.max(Math.min(steppedAt, now), now - catchUpMsMax)
  const count = Math.min(Math.floor(((now - from) * perSecond) / 1_000), lookedAt)
  return { count, steppedAt: Math.min(now, from + Math.floor((count * 1_000) / perSecond)) }
}

const step = async (toolbox: Toolbox, writer: Writer, id: string): Promise<number> => {
  const { clock, plans } = toolbox
  const now = clock.now()
  const release = await writer.releases.get(id)
  if (release?.state !== 'running') return 0
  const webhook = await writer.webhooks.get(release.webhookId)
  if (webhook === null) {
    await writer.releases.update(id, { state: 'cancelled', finishedAt: now })
    return 0
  }
  const obstacle = await releaseObstacle(toolbox, writer, webhook)
  if (obstacle !== null) {
    if (passesByItself(webhook, obstacle)) return 0
    await writer.releases.update(id, { state: 'paused', stateReason: obstacle.message })
    return 0
  }
  const { count, steppedAt } = allowanceAt(release, now)
  if (count === 0) {
    // The clock was set back: the time until it is there again would not count.
    if (release.steppedAt > now) await writer.releases.update(id, { steppedAt: now })
    return 0
  }
  const grounds = await findGrounds(writer, webhook.organizationId)
  const { released, lastId } = await writer.webhookDeliveries.release({
    webhookId: webhook.id,
    reasons: reasonsOf(release.reason),
    suspendedOccasionIds: grounds === null ? [] : suspendedOccasions(powersOf(grounds, { clock, plans })),
    dueAt: now,
    afterId: release.afterId,
    limit: lookedAt,
    releaseMax: count,
  })
  await writer.releases.update(id, {
    released: release.released + released,
    steppedAt,
    ...(lastId === null ? { state: 'done', finishedAt: now } : { afterId: lastId }),
  })
  return released
}

/** Whether it waits for what passes by itself: that may be for days, and is found without writing. */
const waits = async (toolbox: Toolbox, read: Reader, id: string): Promise<boolean> => {
  const release = await read.releases.get(id)
  const webhook = release === null ? null : await read.webhooks.get(release.webhookId)
  const obstacle = webhook === null ? null : await releaseObstacle(toolbox, read, webhook)
  return webhook !== null && obstacle !== null && passesByItself(webhook, obstacle)
}

/**
 * Lets go what the running releases allow by now, a bounded step each. The host calls it every second; cheap when
 * nothing is running. What a person has to put right pauses its release, with the reason.
 */
export const stepReleases = async (toolbox: Toolbox): Promise<void> => {
  const { store, delivery } = toolbox
  let released = 0
  try {
    await runEach(allIds(store.read.releases.listRunningIds), async (id) => {
      if (await waits(toolbox, store.read, id)) return
      released += await store.write((writer) => step(toolbox, writer, id))
    })
  } finally {
    if (released > 0) delivery.wake()
  }
}
