import type { Occasion } from '#contract/session.ts'
import { deliveryStatuses, type HeldReason } from '#contract/vocabulary.ts'
import { toLocalInput } from '#renderer/ui/date-time.ts'
import { paths } from './paths.ts'

/** What the list of deliveries can be narrowed to: one status, or any of those that a number counts together. */
export const statusChoices = [
  ...deliveryStatuses,
  'waiting,sending',
  'waiting,sending,held',
  'exhausted,discarded',
] as const
export type StatusChoice = (typeof statusChoices)[number]

const sinceFilter = (since: number) => ({ range: 'custom', from: toLocalInput(since) })

/** The list of deliveries, narrowed by its filters. `since`: made at or after, Unix ms of a whole minute; or a `range`. */
export const deliveriesAddress = ({
  status,
  heldReason,
  webhookId,
  recoveryId,
  since,
  range,
}: {
  status?: StatusChoice
  heldReason?: HeldReason
  webhookId?: string
  recoveryId?: string
  since?: number
  range?: '24h'
}): string => {
  const filters = Object.entries({
    status,
    reason: heldReason,
    webhook: webhookId,
    recovery: recoveryId,
    range,
    ...(since !== undefined && sinceFilter(since)),
  }).filter((filter): filter is [string, string] => filter[1] !== undefined)
  return filters.length === 0 ? paths.deliveries : `${paths.deliveries}?${new URLSearchParams(filters)}`
}

/**
 * What the number of held deliveries leads to. Of an occasion it counts all that is held of its events; the page of what
 * is held tells only of its own webhooks.
 */
export const heldAddress = (occasion: Pick<Occasion, 'id'> | null): string =>
  occasion === null ? paths.held : deliveriesAddress({ status: 'held' })

/** The list of events, of those that were accepted at or after a time: Unix ms of a whole minute. */
export const eventsAddress = (since: number): string =>
  `${paths.events}?${new URLSearchParams(sinceFilter(since))}`
