import { type ExpressionBuilder, expressionBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { DeliveryStatus, HeldReason } from '#contract/vocabulary.ts'
import type { ReadContext } from './context.ts'
import { endedBadlyCondition, openCondition } from './index-conditions.ts'
import type { Tables } from './schema.ts'

/** All conditions must hold; absent ones are not asked. */
export interface DeliveryQuery {
  organizationId: string
  occasionId?: string
  /** One of them; at least one. */
  statuses?: readonly DeliveryStatus[]
  /** What is held for this reason. */
  heldReason?: HeldReason
  webhookId?: string
  eventId?: string
  /** The resends and replays that it made. */
  recoveryId?: string
  fromId?: string
  beforeId?: string
  limit: number
}

type DeliveryExpressions = ExpressionBuilder<Tables, 'deliveries'>
type Ids = SelectQueryBuilder<Tables, 'deliveries' | 'recovery_deliveries', { id: string }>

const open = sql.raw<boolean>(openCondition('deliveries.'))
const held = sql<boolean>`deliveries.status = 'held'`
const ended = sql.raw<boolean>(endedBadlyCondition('deliveries.'))

/** The words of the partial index of a status, as they must stand in the query; null for one that has none. */
const partialIndexes = {
  waiting: open,
  sending: open,
  exhausted: ended,
  held: ended,
  discarded: ended,
  delivered: null,
} as const satisfies Record<DeliveryStatus, unknown>

/**
 * The conditions that pick the index; the most selective first. Of several no delivery meets more than one, and each is
 * in the order of the ids. Whose the event, webhook or occasion is, the residual conditions ask.
 */
const indexed = (where: DeliveryExpressions, query: DeliveryQuery) => {
  const { organizationId, occasionId, heldReason, webhookId, eventId } = query
  const statuses = heldReason === undefined ? query.statuses : ['held' as const]
  if (eventId !== undefined) return [where('deliveries.event_id', '=', eventId)]
  if (webhookId !== undefined) {
    const ofWebhook = where('deliveries.webhook_id', '=', webhookId)
    if (heldReason !== undefined)
      return [where.and([ofWebhook, where('deliveries.held_reason', '=', heldReason), held])]
    return [statuses?.length === 1 && statuses[0] === 'held' ? where.and([ofWebhook, held]) : ofWebhook]
  }
  const ofOrganization = where('deliveries.organization_id', '=', organizationId)
  if (statuses === undefined || statuses.includes('delivered'))
    return [occasionId === undefined ? ofOrganization : where('deliveries.occasion_id', '=', occasionId)]
  return statuses.map((status) => {
    const ofStatus = where.and([ofOrganization, where('deliveries.status', '=', status)])
    const words = partialIndexes[status]
    return words === null ? ofStatus : where.and([ofStatus, words])
  })
}

/** The ids that an index answers, newest first. */
export const listedIds = (db: ReadContext['db'], query: DeliveryQuery, beforeId: string | undefined): Ids => {
  const { organizationId, recoveryId, fromId } = query
  if (recoveryId !== undefined) {
    // Nothing is read of a recovery of elsewhere.
    const own = db
      .selectFrom('recoveries')
      .select('id')
      .where('id', '=', recoveryId)
      .where('organization_id', '=', organizationId)
    let made = db
      .selectFrom('recovery_deliveries')
      .select('delivery_id as id')
      .where('recovery_id', '=', own)
      .orderBy('delivery_id', 'desc')
    if (fromId !== undefined) made = made.where('delivery_id', '>=', fromId)
    return beforeId === undefined ? made : made.where('delivery_id', '<', beforeId)
  }
  const [first, ...others] = indexed(expressionBuilder<Tables, 'deliveries'>(), query).map((condition) => {
    let found = db.selectFrom('deliveries').select('id').where(condition)
    if (fromId !== undefined) found = found.where('id', '>=', fromId)
    return beforeId === undefined ? found : found.where('id', '<', beforeId)
  })
  if (first === undefined) throw new Error('A list of deliveries in no status was asked for.')
  return others.reduce((all, one) => all.unionAll(one), first).orderBy('id', 'desc')
}

/** The conditions that each row is read for. They may repeat what the index has answered. */
export const listedWhere =
  (query: DeliveryQuery) => (where: ExpressionBuilder<Tables, 'deliveries' | 'webhooks'>) => {
    const { organizationId, occasionId, statuses, heldReason, webhookId, eventId } = query
    return where.and([
      where('webhooks.organization_id', '=', organizationId),
      ...(occasionId === undefined ? [] : [where('deliveries.occasion_id', '=', occasionId)]),
      ...(statuses === undefined ? [] : [where('deliveries.status', 'in', statuses)]),
      ...(heldReason === undefined ? [] : [where('deliveries.held_reason', '=', heldReason)]),
      ...(webhookId === undefined ? [] : [where('deliveries.webhook_id', '=', webhookId)]),
      ...(eventId === undefined ? [] : [where('deliveries.event_id', '=', eventId)]),
    ])
  }
