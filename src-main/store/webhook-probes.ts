import { type Selectable, sql } from 'kysely'
import type { ProbeState, WebhookProbe } from '#contract/webhook-probes.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { Tables } from './schema.ts'

export interface WebhookProbeRecord extends WebhookProbe {
  webhookId: string
  /** The held delivery whose event it sends; null when it sends an example. */
  heldDeliveryId: string | null
}

/** The latest probe of each webhook. */
export interface WebhookProbeReader {
  get(webhookId: string): Promise<WebhookProbeRecord | null>
  getMany(webhookIds: readonly string[]): Promise<WebhookProbeRecord[]>
  listRunning(limit: number): Promise<WebhookProbeRecord[]>
  /** The oldest held event of a webhook. */
  findHeld(webhookId: string): Promise<{ id: string; eventId: string; occasionId: string | null } | null>
}
export interface WebhookProbeWriter extends WebhookProbeReader {
  /** In the place of the one before. */
  put(probe: WebhookProbeRecord): Promise<void>
  end(webhookId: string, state: Exclude<ProbeState, 'running'>, at: number): Promise<void>
  /** Ends a probe that nobody sent. @returns whether it was still waiting. */
  withdraw(deliveryId: string, at: number): Promise<boolean>
  /**
   * The held delivery takes over the attempt that delivered its event, so that it is not sent once more. The
   * delivery of the probe is no more. @returns false when it is held no longer.
   */
  foldInto(heldDeliveryId: string, deliveryId: string): Promise<boolean>
}

const toProbe = (row: Selectable<Tables['webhook_probes']>): WebhookProbeRecord => ({
  webhookId: row.webhook_id,
  deliveryId: row.delivery_id,
  heldDeliveryId: row.held_delivery_id,
  state: row.state,
  startedAt: row.started_at,
  startedBy: row.started_by,
  finishedAt: row.finished_at,
})

export const webhookProbeReader = ({ db }: ReadContext): WebhookProbeReader => ({
  async get(webhookId) {
    const row = await db
      .selectFrom('webhook_probes')
      .selectAll()
      .where('webhook_id', '=', webhookId)
      .executeTakeFirst()
    return row ? toProbe(row) : null
  },
  async getMany(webhookIds) {
    if (webhookIds.length === 0) return []
    const rows = await db
      .selectFrom('webhook_probes')
      .selectAll()
      .where('webhook_id', 'in', webhookIds)
      .execute()
    return rows.map(toProbe)
  },
  async listRunning(limit) {
    const rows = await db
      .selectFrom('webhook_probes')
      .selectAll()
      .where('state', '=', sql.lit('running'))
      .limit(limit)
      .execute()
    return rows.map(toProbe)
  },
  async findHeld(webhookId) {
    const row = await db
      .selectFrom('deliveries')
      .select(['id', 'event_id as eventId', 'occasion_id as occasionId'])
      .where('webhook_id', '=', webhookId)
      .where('status', '=', sql.lit('held'))
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return row ?? null
  },
})

export const webhookProbeWriter = (context: WriteContext): WebhookProbeWriter => {
  const { db, changed } = context
  return {
    ...webhookProbeReader(context),
    async put({ webhookId, deliveryId, heldDeliveryId, state, startedAt, startedBy, finishedAt }) {
      const values = {
        webhook_id: webhookId,
        delivery_id: deliveryId,
        held_delivery_id: heldDeliveryId,
        state,
        started_at: startedAt,
        started_by: startedBy,
        finished_at: finishedAt,
      }
      await db
        .insertInto('webhook_probes')
        .values(values)
        .onConflict((conflict) => conflict.column('webhook_id').doUpdateSet(values))
        .execute()
      changed('webhooks')
    },
    async end(webhookId, state, at) {
      await db
        .updateTable('webhook_probes')
        .set({ state, finished_at: at })
        .where('webhook_id', '=', webhookId)
        .execute()
      changed('webhooks')
    },
    async withdraw(deliveryId, at) {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({ status: 'discarded', due_at: null, finished_at: at })
        .where('id', '=', deliveryId)
        .where('status', '=', 'waiting')
        .executeTakeFirst()
      if (numUpdatedRows > 0) changed('deliveries')
      return numUpdatedRows > 0
    },
    async foldInto(heldDeliveryId, deliveryId) {
      const held = await db
        .selectFrom('deliveries')
        .select('attempts')
        .where('id', '=', heldDeliveryId)
        .where('status', '=', 'held')
        .executeTakeFirst()
      const sent = await db
        .selectFrom('deliveries')
        .select(['finished_at', 'last_status_code'])
        .where('id', '=', deliveryId)
        .where('status', '=', 'delivered')
        .executeTakeFirst()
      if (held === undefined || sent === undefined) return false
      const attempts = held.attempts + 1
      await db
        .updateTable('attempts')
        .set({ delivery_id: heldDeliveryId, number: attempts })
        .where('delivery_id', '=', deliveryId)
        .execute()
      await db.deleteFrom('deliveries').where('id', '=', deliveryId).execute()
      await db
        .updateTable('deliveries')
        .set({
          status: 'delivered',
          held_reason: null,
          attempts,
          finished_at: sent.finished_at,
          last_status_code: sent.last_status_code,
          last_error_class: null,
        })
        .where('id', '=', heldDeliveryId)
        .execute()
      changed('deliveries')
      return true
    },
  }
}
