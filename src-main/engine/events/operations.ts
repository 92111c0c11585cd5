import type { ConsoleContract } from '#contract/console.ts'
import type { DeliveryCounts, EventListItem } from '#contract/events.ts'
import { eventIdSchema } from '#contract/ids.ts'
import type { EventRecord } from '#main/store/interface.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import { firstIdAt } from '../ids.ts'
import type { Operations } from '../operation.ts'
import { readCursor, toCursor } from '../paging.ts'
import type { Toolbox } from '../parts.ts'

const noDeliveries: DeliveryCounts = {
  waiting: 0,
  sending: 0,
  delivered: 0,
  exhausted: 0,
  held: 0,
  discarded: 0,
}

const toItem = (
  event: Omit<EventRecord, 'body' | 'idempotencyKey'>,
  counts: ReadonlyMap<string, DeliveryCounts>,
): EventListItem => ({
  id: event.id,
  type: event.type,
  occasionId: event.occasionId,
  occurredAt: event.occurredAt,
  acceptedAt: event.acceptedAt,
  apiKeyId: event.apiKeyId,
  test: event.test,
  sizeBytes: event.sizeBytes,
  erasedAt: event.erasedAt ?? null,
  deliveries: counts.get(event.id) ?? noDeliveries,
})

/** A type by its name, or all that begin with a prefix like `attendee.*`. */
const typeFilter = (type: string | undefined) => {
  if (type === undefined || type === '*') return {}
  return type.endsWith('.*') ? { typePrefix: type.slice(0, -1) } : { type }
}

/** An id sorts by the time of acceptance, so that a range of times is read from the index of the ids. */
const rangeOf = (since: number | undefined, until: number | undefined, cursor: string | undefined) => {
  const untilId = until === undefined ? undefined : firstIdAt('evt', until)
  return {
    ...(since !== undefined && { fromId: firstIdAt('evt', since) }),
    beforeId: cursor === undefined || (untilId !== undefined && untilId < cursor) ? untilId : cursor,
  }
}

export const createEvents = ({ store, access }: Toolbox): Operations<ConsoleContract['events']> => ({
  async list(caller, { organizationId, occasionId, type, search, since, until, cursor, limit }) {
    await access.require(caller, 'events.view', { organizationId, occasionId: occasionId ?? null })
    const { rows, nextId } = await store.read.events.list({
      organizationId,
      occasionId: occasionId ?? undefined,
      ...typeFilter(type),
      ...rangeOf(since, until, readCursor(cursor, eventIdSchema)),
      search: search?.trim() || undefined,
      limit,
    })
    const counts = await store.read.deliveries.countByEvent(rows.map(({ id }) => id))
    return {
      items: rows.map((event) => toItem(event, counts)),
      nextCursor: nextId === null ? null : toCursor(nextId),
    }
  },

  async get(caller, { organizationId, eventId }) {
    const event = await store.read.events.get(eventId, organizationId)
    await access.require(caller, 'events.view', named(organizationId, 'event', eventId, event))
    if (event === null) throw new PatchbayError('not_found')
    const counts = await store.read.deliveries.countByEvent([eventId])
    const { idempotencyKey, apiKeyName, body } = event
    return { ...toItem(event, counts), idempotencyKey, apiKeyName, body }
  },
})
