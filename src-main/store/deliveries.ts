import type { Selectable } from 'kysely'
import { z } from 'zod'
import type { DeliveryCounts } from '#contract/events.ts'
import type {
  DeliveryKind,
  DeliveryStatus,
  ErrorClass,
  HeldReason,
  WebhookStatus,
} from '#contract/vocabulary.ts'
import { type Condition, conditionSchema } from '#contract/webhook-options.ts'
import { type AttemptDetail, attemptDetailSchema } from './attempt-detail.ts'
import { insertPastAttempts, type PastAttempt } from './attempt-history.ts'
import { bulkInsert } from './bulk.ts'
import type { ReadContext, WriteContext } from './context.ts'
import { type DeliveryQuery, listedIds, listedWhere } from './delivery-list.ts'
import { rememberedBy } from './remembered.ts'
import { type Found, scanRows } from './scan.ts'
import type { Tables } from './schema.ts'
import { steady } from './statements.ts'
import { placeNewInOrder } from './webhook-protection.ts'

export interface DeliveryRecord {
  id: string
  organizationId: string
  /** The occasion of the event. */
  occasionId: string | null
  eventId: string
  webhookId: string
  kind: DeliveryKind
  status: DeliveryStatus
  /** Set exactly while the status is `held`. */
  heldReason: HeldReason | null
  attempts: number
  createdAt: number
  /** When the next attempt is due; set exactly while the status is `waiting`. */
  dueAt: number | null
  finishedAt: number | null
  lastStatusCode: number | null
  lastErrorClass: ErrorClass | null
}

/** A delivery with what it is told by. */
export interface ListedDelivery extends DeliveryRecord {
  eventType: string
  webhookName: string
  /** Of the webhook, or the other address of a replay. */
  url: string
}

export interface DeliveryInFull extends ListedDelivery {
  body: string
  /** When the body of its event was erased; null for all others. */
  erasedAt: number | null
  webhookDeletedAt: number | null
}

/** One HTTP request of a delivery, as it is kept. */
export interface AttemptRecord extends AttemptDetail {
  id: string
  deliveryId: string
  number: number
  startedAt: number
  finishedAt: number
  url: string
  statusCode: number | null
  errorClass: ErrorClass | null
  errorMessage: string | null
  responseBody: Buffer | null
  responseBodyTruncated: boolean
  nextAttemptAt: number | null
  nextAttemptReason: string | null
}

/** A webhook as far as it decides which events it gets, and whether they go out at once. */
export interface Subscriber {
  id: string
  occasionId: string | null
  /** Patterns of event types. */
  events: string[]
  /** What else must hold for the body of an event; null: nothing. */
  condition: Condition | null
  status: WebhookStatus
  statusReason: string | null
}

export interface DeliveryReader {
  /** The webhooks of an organization and of its occasions that are not deleted. */
  listSubscribers(organizationId: string): Promise<Subscriber[]>
  /** With an organization: only if it is of that one. A body of elsewhere is not even read. */
  get(id: string, organizationId?: string): Promise<DeliveryInFull | null>
  /** Newest first. */
  list(query: DeliveryQuery): Promise<Found<ListedDelivery>>
  /** In their order. */
  listAttempts(deliveryId: string): Promise<AttemptRecord[]>
  /** How many deliveries of each event are in which status. Events without deliveries are absent. */
  countByEvent(eventIds: readonly string[]): Promise<Map<string, DeliveryCounts>>
}
export interface DeliveryWriter extends DeliveryReader {
  insertMany(deliveries: readonly DeliveryRecord[]): Promise<void>
  /** Its attempts are signed by the newest secret of the webhook alone. */
  signWithNewestOnly(id: string): Promise<void>
  /** They go to this address instead of that of their webhook. */
  replayTo(url: string, ids: readonly string[]): Promise<void>
  /**
   * Records attempts that were made before, in the order in which they ended: with their hours and the numbers of
   * their webhooks. The deliveries are left as they are.
   */
  insertPastAttempts(attempts: readonly PastAttempt[]): Promise<void>
}

type ListedRow = Omit<
  Selectable<Tables['deliveries']>,
  'lease_owner' | 'lease_until' | 'signed_with' | 'ordered'
> & {
  event_type: string
  webhook_name: string
  url: string
}

const toListed = (row: ListedRow): ListedDelivery => ({
  id: row.id,
  organizationId: row.organization_id,
  occasionId: row.occasion_id,
  eventId: row.event_id,
  webhookId: row.webhook_id,
  kind: row.kind,
  status: row.status,
  heldReason: row.held_reason,
  attempts: row.attempts,
  createdAt: row.created_at,
  dueAt: row.due_at,
  finishedAt: row.finished_at,
  lastStatusCode: row.last_status_code,
  lastErrorClass: row.last_error_class,
  eventType: row.event_type,
  webhookName: row.webhook_name,
  url: row.replay_url ?? row.url,
})

const toAttempt = (row: Selectable<Tables['attempts']>): AttemptRecord => ({
  ...attemptDetailSchema.parse(JSON.parse(row.detail)),
  id: row.id,
  deliveryId: row.delivery_id,
  number: row.number,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  url: row.url,
  statusCode: row.status_code,
  errorClass: row.error_class,
  errorMessage: row.error_message,
  responseBody: row.response_body,
  responseBodyTruncated: row.response_body_truncated === 1,
  nextAttemptAt: row.next_attempt_at,
  nextAttemptReason: row.next_attempt_reason,
})

const patternsSchema = z.array(z.string())

/** Read in each commit that writes events. */
const patternsOf = rememberedBy((text) => patternsSchema.parse(JSON.parse(text)), 1_000)
const conditionOf = rememberedBy((text): Condition => conditionSchema.parse(JSON.parse(text)), 1_000)

const noDeliveries = (): DeliveryCounts => ({
  waiting: 0,
  sending: 0,
  delivered: 0,
  exhausted: 0,
  held: 0,
  discarded: 0,
})

const told = ['events.type as event_type', 'webhooks.name as webhook_name', 'webhooks.url'] as const

type SubscriberRow = Omit<Subscriber, 'events' | 'condition'> & { events: string; condition: string | null }

const subscribersText =
  steady(`SELECT id, occasion_id AS occasionId, events, status, status_reason AS statusReason,
    json_extract(options, '$.condition') AS condition
  FROM webhooks WHERE organization_id = ? AND deleted_at IS NULL ORDER BY id`)

export const deliveryReader = ({ db, statements }: ReadContext): DeliveryReader => ({
  async listSubscribers(organizationId) {
    const rows = statements.all<SubscriberRow>(subscribersText, organizationId)
    return rows.map(({ events, condition, ...row }) => ({
      ...row,
      events: patternsOf(events),
      condition: condition === null ? null : conditionOf(condition),
    }))
  },
  async get(id, organizationId) {
    let query = db
      .selectFrom('deliveries')
      .innerJoin('events', 'events.id', 'deliveries.event_id')
      .innerJoin('webhooks', 'webhooks.id', 'deliveries.webhook_id')
      .selectAll('deliveries')
      .select([...told, 'events.body', 'events.erased_at', 'webhooks.deleted_at'])
      .where('deliveries.id', '=', id)
    if (organizationId !== undefined) query = query.where('deliveries.organization_id', '=', organizationId)
    const row = await query.executeTakeFirst()
    return row
      ? { ...toListed(row), body: row.body, erasedAt: row.erased_at, webhookDeletedAt: row.deleted_at }
      : null
  },
  list(query) {
    const ids = (beforeId: string | undefined) => listedIds(db, query, beforeId)
    return scanRows({
      beforeId: query.beforeId,
      limit: query.limit,
      async lastId(beforeId, count) {
        const last = ids(beforeId)
          .limit(1)
          .offset(count - 1)
        return (await last.executeTakeFirst())?.id
      },
      async rows(beforeId, count, limit) {
        const rows = await db
          .selectFrom(ids(beforeId).limit(count).as('listed'))
          // Cross: the planner must not turn the joins around.
          .crossJoin('deliveries')
          .crossJoin('webhooks')
          .crossJoin('events')
          .whereRef('deliveries.id', '=', 'listed.id')
          .whereRef('webhooks.id', '=', 'deliveries.webhook_id')
          .whereRef('events.id', '=', 'deliveries.event_id')
          .where(listedWhere(query))
          .selectAll('deliveries')
          .select(told)
          .orderBy('deliveries.id', 'desc')
          .limit(limit)
          .execute()
        return rows.map(toListed)
      },
    })
  },
  async listAttempts(deliveryId) {
    const rows = await db
      .selectFrom('attempts')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .orderBy('number')
      .execute()
    return rows.map(toAttempt)
  },
  async countByEvent(eventIds) {
    const counts = new Map<string, DeliveryCounts>()
    if (eventIds.length === 0) return counts
    const rows = await db
      .selectFrom('deliveries')
      .select(['event_id', 'status', ({ fn }) => fn.countAll<number>().as('count')])
      .where('event_id', 'in', eventIds)
      .groupBy(['event_id', 'status'])
      .execute()
    for (const { event_id: eventId, status, count } of rows) {
      const ofEvent = counts.get(eventId) ?? noDeliveries()
      counts.set(eventId, { ...ofEvent, [status]: count })
    }
    return counts
  },
})

const insertedColumns = [
  'id',
  'organization_id',
  'occasion_id',
  'event_id',
  'webhook_id',
  'kind',
  'status',
  'held_reason',
  'attempts',
  'created_at',
  'due_at',
  'finished_at',
  'last_status_code',
  'last_error_class',
] as const

const toRow = (delivery: DeliveryRecord): unknown[] => [
  delivery.id,
  delivery.organizationId,
  delivery.occasionId,
  delivery.eventId,
  delivery.webhookId,
  delivery.kind,
  delivery.status,
  delivery.heldReason,
  delivery.attempts,
  delivery.createdAt,
  delivery.dueAt,
  delivery.finishedAt,
  delivery.lastStatusCode,
  delivery.lastErrorClass,
]

export const deliveryWriter = (context: WriteContext): DeliveryWriter => ({
  ...deliveryReader(context),
  async insertMany(deliveries) {
    bulkInsert(context.statements, 'deliveries', insertedColumns, deliveries.map(toRow))
    placeNewInOrder(context, deliveries)
    context.changed('deliveries')
  },
  async signWithNewestOnly(id) {
    await context.db.updateTable('deliveries').set({ signed_with: 'newest' }).where('id', '=', id).execute()
    context.changed('deliveries')
  },
  async replayTo(url, ids) {
    if (ids.length === 0) return
    await context.db.updateTable('deliveries').set({ replay_url: url }).where('id', 'in', ids).execute()
    context.changed('deliveries')
  },
  async insertPastAttempts(attempts) {
    await insertPastAttempts(context, attempts)
    context.changed('deliveries')
    context.changed('webhooks')
  },
})
