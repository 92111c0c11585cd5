import type { ConsoleContract } from '#contract/console.ts'
import type { Attempt, DeliveryListItem } from '#contract/events.ts'
import { deliveryIdSchema } from '#contract/ids.ts'
import type { AttemptRecord, DeliveryInFull, ListedDelivery, Writer } from '#main/store/interface.ts'
import { loadFacts } from '../access/load-facts.ts'
import { named } from '../access/named.ts'
import { PatchbayError } from '../errors.ts'
import { firstIdAt } from '../ids.ts'
import type { Caller, Operations } from '../operation.ts'
import { readCursor, toCursor } from '../paging.ts'
import type { Toolbox } from '../parts.ts'
import { holdingReason, newDelivery } from './birth.ts'
import { findDelays } from './delay.ts'
import { createHeld } from './held.ts'
import { createReplay } from './replay.ts'
import { findShapedBodies } from './shaped-bodies.ts'
import { createSkip } from './skip.ts'

const toItem = (delivery: ListedDelivery): Omit<DeliveryListItem, 'delay'> => ({
  id: delivery.id,
  kind: delivery.kind,
  eventId: delivery.eventId,
  eventType: delivery.eventType,
  webhookId: delivery.webhookId,
  webhookName: delivery.webhookName,
  url: delivery.url,
  status: delivery.status,
  heldReason: delivery.heldReason,
  attempts: delivery.attempts,
  createdAt: delivery.createdAt,
  nextAttemptAt: delivery.dueAt,
  finishedAt: delivery.finishedAt,
  lastStatusCode: delivery.lastStatusCode,
  lastErrorClass: delivery.lastErrorClass,
})

const toAttempt = ({ deliveryId: _deliveryId, responseBody, ...attempt }: AttemptRecord): Attempt => ({
  ...attempt,
  responseBody: responseBody === null ? null : responseBody.toString('utf8'),
})

/** An id sorts by the time at which it was made, so that a range of times is read from the indexes of the ids. */
const rangeOf = (since: number | undefined, until: number | undefined, cursor: string | undefined) => {
  const untilId = until === undefined ? undefined : firstIdAt('dlv', until)
  return {
    ...(since !== undefined && { fromId: firstIdAt('dlv', since) }),
    beforeId: cursor === undefined || (untilId !== undefined && untilId < cursor) ? untilId : cursor,
  }
}

const notResendable = (detail: string): PatchbayError => new PatchbayError('conflict', { detail })

/** What a delivery of the same event to the same webhook would have to wait for now. */
const holdingReasonNow = async (writer: Writer, { clock, plans }: Toolbox, delivery: DeliveryInFull) => {
  const webhook = await writer.webhooks.get(delivery.webhookId)
  if (webhook === null) throw notResendable('The webhook of this delivery has been deleted.')
  const factsAt = (occasionId: string | null) =>
    loadFacts(writer, {
      principal: { kind: 'anonymous' },
      organizationId: delivery.organizationId,
      occasionId,
      now: clock.now(),
      plans,
    })
  const ofWebhook = await factsAt(webhook.occasionId)
  const ofEvent = await factsAt(delivery.occasionId)
  return holdingReason(webhook, { ofWebhook, ofEvent })
}

export const createDeliveries = (toolbox: Toolbox): Operations<ConsoleContract['deliveries']> => {
  const { store, access, audit, clock, ids, delivery: signal } = toolbox

  const resend = async (writer: Writer, caller: Caller, deliveryId: string) => {
    const original = await writer.deliveries.get(deliveryId)
    if (original === null) throw new PatchbayError('not_found')
    if (original.kind === 'replay') {
      throw notResendable('This went to another address. Resend the delivery that it was made from.')
    }
    // As a resend it would count for its webhook, and a trial must never do that.
    if (original.kind === 'test' || original.kind === 'connectivity') {
      throw notResendable('This was only a trial. Start another one from the page of the webhook.')
    }
    if (original.erasedAt !== null) throw new PatchbayError('event_erased')
    const now = clock.now()
    const heldReason = await holdingReasonNow(writer, toolbox, original)
    const { organizationId, occasionId, eventId, webhookId } = original
    const id = ids.next('dlv', now)
    const again = newDelivery(
      { id, organizationId, occasionId, eventId, webhookId, kind: 'resend', heldReason },
      now,
    )
    await writer.deliveries.insertMany([again])
    await audit.record(writer, caller, {
      action: 'deliveries.resend',
      organizationId,
      targetKind: 'delivery',
      targetId: deliveryId,
      after: { deliveryId: id, eventId, webhookId, status: again.status, heldReason },
    })
    return again
  }

  return {
    ...createHeld(toolbox),
    ...createReplay(toolbox),
    ...createSkip(toolbox),

    async list(caller, { organizationId, occasionId, since, until, cursor, ...input }) {
      await access.require(caller, 'deliveries.view', { organizationId, occasionId: occasionId ?? null })
      const { rows, nextId } = await store.read.deliveries.list({
        organizationId,
        occasionId: occasionId ?? undefined,
        statuses: input.status,
        heldReason: input.heldReason,
        webhookId: input.webhookId,
        eventId: input.eventId,
        recoveryId: input.recoveryId,
        ...rangeOf(since, until, readCursor(cursor, deliveryIdSchema)),
        limit: input.limit,
      })
      const delays = await findDelays(toolbox, rows)
      const items = rows.map((row) => ({ ...toItem(row), delay: delays.get(row.id) ?? null }))
      return { items, nextCursor: nextId === null ? null : toCursor(nextId) }
    },

    async get(caller, { organizationId, deliveryId }) {
      const delivery = await store.read.deliveries.get(deliveryId, organizationId)
      await access.require(caller, 'deliveries.view', named(organizationId, 'delivery', deliveryId, delivery))
      if (delivery === null) throw new PatchbayError('not_found')
      const attempts = await store.read.deliveries.listAttempts(deliveryId)
      const { occasionId, body, erasedAt } = delivery
      const delays = await findDelays(toolbox, [delivery])
      const shapedBodies = await findShapedBodies(toolbox, body, attempts)
      return {
        ...toItem(delivery),
        delay: delays.get(deliveryId) ?? null,
        occasionId,
        body,
        erasedAt,
        shapedBodies,
        attemptList: attempts.map(toAttempt),
      }
    },

    async resend(caller, { organizationId, deliveryId }) {
      const known = await store.read.deliveries.get(deliveryId, organizationId)
      await access.require(caller, 'deliveries.resend', named(organizationId, 'delivery', deliveryId, known))
      const again = await store.write((writer) => resend(writer, caller, deliveryId))
      if (again.status === 'waiting') signal.wake()
      return { deliveryId: again.id }
    },
  }
}
