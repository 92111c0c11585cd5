import { sql } from 'kysely'
import { attemptDetailSchema } from './attempt-detail.ts'
import { attemptColumns, attemptRow } from './attempt-rows.ts'
import { bulkInsert } from './bulk.ts'
import type { WriteContext } from './context.ts'
import type { AttemptRecord } from './deliveries.ts'
import { addLatency, hourOf, latencyBucketOf, noLatency } from './latency.ts'

/** An attempt of an event or resend that was made before, with the webhook that it was made for. */
export interface PastAttempt {
  readonly webhookId: string
  readonly attempt: AttemptRecord
}

const isDelivered = ({ attempt }: PastAttempt): boolean => attempt.errorClass === null

const addToHour = async (
  db: WriteContext['db'],
  webhookId: string,
  hour: number,
  attempts: readonly PastAttempt[],
): Promise<void> => {
  const { organization_id, occasion_id } = await db
    .selectFrom('webhooks')
    .select(['organization_id', 'occasion_id'])
    .where('id', '=', webhookId)
    .executeTakeFirstOrThrow()
  const known = await db
    .selectFrom('attempt_hours')
    .select('latency')
    .where('webhook_id', '=', webhookId)
    .where('hour', '=', hour)
    .executeTakeFirst()
  const latency = noLatency()
  if (known !== undefined) addLatency(latency, known.latency)
  for (const { attempt } of attempts) {
    const bucket = latencyBucketOf(attempt.finishedAt - attempt.startedAt)
    latency[bucket] = (latency[bucket] ?? 0) + 1
  }
  const delivered = attempts.filter(isDelivered).length
  await db
    .insertInto('attempt_hours')
    .values({
      webhook_id: webhookId,
      hour,
      organization_id,
      occasion_id,
      delivered,
      failed: attempts.length - delivered,
      latency: JSON.stringify(latency),
    })
    .onConflict((conflict) =>
      conflict.columns(['webhook_id', 'hour']).doUpdateSet({
        delivered: sql`attempt_hours.delivered + excluded.delivered`,
        failed: sql`attempt_hours.failed + excluded.failed`,
        latency: sql`excluded.latency`,
      }),
    )
    .execute()
}

/** Moves the numbers of the webhook on, as if the attempts had just been made. */
const countFor = async (
  db: WriteContext['db'],
  webhookId: string,
  attempts: readonly PastAttempt[],
): Promise<void> => {
  const times = attempts.map(({ attempt }) => attempt.finishedAt)
  const lastSuccess = attempts.findLastIndex(isDelivered)
  const failures = times.slice(lastSuccess + 1)
  await db
    .updateTable('webhooks')
    .set({
      last_attempt_at: times.at(-1),
      ...(lastSuccess >= 0 && {
        last_success_at: times[lastSuccess],
        failing_since: null,
        consecutive_failures: 0,
      }),
    })
    .where('id', '=', webhookId)
    .execute()
  if (failures.length === 0) return
  await db
    .updateTable('webhooks')
    .set({
      failing_since: sql`coalesce(failing_since, ${failures[0]})`,
      consecutive_failures: sql`consecutive_failures + ${failures.length}`,
    })
    .where('id', '=', webhookId)
    .execute()
}

/**
 * Records attempts with all that follows from them but the state of their deliveries: the hours and the numbers
 * of their webhooks. They must be in the order in which they ended, and later than all that is recorded.
 */
export const insertPastAttempts = async (
  { db, statements }: Pick<WriteContext, 'db' | 'statements'>,
  attempts: readonly PastAttempt[],
): Promise<void> => {
  bulkInsert(
    statements,
    'attempts',
    attemptColumns,
    attempts.map(({ attempt }) => attemptRow(attempt, JSON.stringify(attemptDetailSchema.parse(attempt)))),
  )
  for (const [webhookId, ofWebhook] of Map.groupBy(attempts, (one) => one.webhookId)) {
    for (const [hour, ofHour] of Map.groupBy(ofWebhook, ({ attempt }) => hourOf(attempt.finishedAt))) {
      await addToHour(db, webhookId, hour, ofHour)
    }
    await countFor(db, webhookId, ofWebhook)
  }
}
