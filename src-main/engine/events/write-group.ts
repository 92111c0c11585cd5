import type { EventAccepted } from '#contract/events.ts'
import type { IdempotencyRecord, Writer } from '#main/store/interface.ts'
import { PatchbayError } from '../errors.ts'
import type { Toolbox } from '../parts.ts'
import { GroupPlan, type Submission } from './group-plan.ts'
import type { Places } from './places.ts'
import { Routing } from './routing.ts'
import { Senders } from './senders.ts'

/** What a request is answered: its events in their order, or why nothing of it was accepted. */
export type Outcome = readonly EventAccepted[] | PatchbayError

export interface GroupResult {
  /** In the order of the group. */
  readonly outcomes: readonly Outcome[]
  /** Whether a delivery is due at once. */
  readonly due: boolean
}

/** What is remembered of the idempotency keys of the group. */
const findAnswers = async (writer: Writer, group: readonly Submission[]): Promise<IdempotencyRecord[]> => {
  const keys = new Map<string, Set<string>>()
  for (const { organizationId, events } of group) {
    if (events instanceof PatchbayError) continue
    for (const { idempotency } of events) {
      if (idempotency === null) continue
      const ofOrganization = keys.get(organizationId) ?? new Set()
      keys.set(organizationId, ofOrganization.add(idempotency.key))
    }
  }
  const found = [...keys].map(([organizationId, wanted]) =>
    writer.events.findIdempotencyKeys(organizationId, [...wanted]),
  )
  return (await Promise.all(found)).flat()
}

interface GroupParts {
  readonly writer: Writer
  /** As they are in this transaction. */
  readonly places: Places
  /** Unix ms. */
  readonly now: number
}

/**
 * Judges the requests of a group and writes those that may be: events, deliveries and idempotency keys. Whatever
 * can fail for one request is decided before the first row is written, so that none fails the others.
 */
export const writeGroup = async (
  { ids }: Pick<Toolbox, 'ids'>,
  { writer, places, now }: GroupParts,
  group: readonly Submission[],
): Promise<GroupResult> => {
  const senders = new Senders(places)
  const routing = new Routing(places)
  const remembered = await findAnswers(writer, group)
  const plan = new GroupPlan({ ids, routing, remembered, now })

  // Mostly an earlier request has asked for all of it: a promise for each event would cost more than the rest.
  const settle = async (submission: Submission): Promise<EventAccepted[]> => {
    const { organizationId, events } = submission
    if (!senders.knows(submission)) await senders.require(submission)
    if (events instanceof PatchbayError) throw events
    for (const { occasionId, type } of events) {
      const isKnown = routing.known(organizationId, occasionId, type) !== undefined
      if (!isKnown) await routing.ask({ organizationId, occasionId, type })
    }
    return plan.add(submission, events)
  }

  const outcomes: Outcome[] = []
  for (const submission of group) {
    try {
      outcomes.push(await settle(submission))
    } catch (error) {
      outcomes.push(error instanceof PatchbayError ? error : new PatchbayError('internal', { cause: error }))
    }
  }

  for (const { organizationId, key, expiresAt } of remembered) {
    if (expiresAt <= now) await writer.events.deleteIdempotencyKeys(organizationId, [key])
  }
  if (plan.events.length > 0) await writer.events.insertMany(plan.events)
  if (plan.deliveries.length > 0) await writer.deliveries.insertMany(plan.deliveries)
  const { answers } = plan
  if (answers.length > 0) await writer.events.insertIdempotencyKeys(answers)
  return { outcomes, due: plan.deliveries.some(({ status }) => status === 'waiting') }
}
