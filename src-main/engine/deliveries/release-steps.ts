import { type HeldReason, heldReasons } from '#contract/vocabulary.ts'
import type { Reader, ReleaseChanges, ReleaseRecord, Writer } from '#main/store/interface.ts'
import type { Toolbox } from '../parts.ts'
import { type Step, takeSteps } from '../steps.ts'
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

/** Lets go so many of what comes next, inside the transaction. */
const letGo = async (
  { clock, plans }: Toolbox,
  writer: Writer,
  release: ReleaseRecord,
  { count, steppedAt }: ReturnType<typeof allowanceAt>,
): Promise<number> => {
  const now = clock.now()
  const grounds = await findGrounds(writer, release.organizationId)
  const { released, lastId } = await writer.webhookDeliveries.release({
    webhookId: release.webhookId,
    reasons: reasonsOf(release.reason),
    suspendedOccasionIds: grounds === null ? [] : suspendedOccasions(powersOf(grounds, { clock, plans })),
    dueAt: now,
    afterId: release.afterId,
    limit: lookedAt,
    releaseMax: count,
  })
  await writer.releases.update(release.id, {
    released: release.released + released,
    steppedAt,
    ...(lastId === null ? { state: 'done', finishedAt: now } : { afterId: lastId }),
  })
  return released
}

const nextStep = async (toolbox: Toolbox, read: Reader, id: string): Promise<Step<number> | null> => {
  const now = toolbox.clock.now()
  const change =
    (changes: ReleaseChanges): Step<number> =>
    async (writer) => {
      await writer.releases.update(id, changes)
      return 0
    }
  const release = await read.releases.get(id)
  if (release?.state !== 'running') return null
  const webhook = await read.webhooks.get(release.webhookId)
  if (webhook === null) return change({ state: 'cancelled', finishedAt: now })
  const obstacle = await releaseObstacle(toolbox, read, webhook)
  if (obstacle !== null) {
    if (passesByItself(webhook, obstacle)) return null
    return change({ state: 'paused', stateReason: obstacle.message })
  }
  const allowance = allowanceAt(release, now)
  if (allowance.count > 0) return (writer) => letGo(toolbox, writer, release, allowance)
  // The clock was set back: the time until it is there again would not count.
  return release.steppedAt > now ? change({ steppedAt: now }) : null
}

/**
 * Lets go what the running releases allow by now, a bounded step each. The host calls it every second; cheap when
 * nothing is running. What a person has to put right pauses its release, with the reason.
 */
export const stepReleases = (toolbox: Toolbox): Promise<void> =>
  takeSteps(toolbox, toolbox.store.read.releases.listRunningIds, (read, id) => nextStep(toolbox, read, id))
