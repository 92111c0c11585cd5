import Database from 'better-sqlite3'
import type { Claim, ClaimedDelivery, Outcome, Settlement, WorkQueue } from '#main/store/interface.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { anAttempt } from './attempt.ts'
import { type EngineFixture, engineFixture, testDataKey } from './engine.ts'
import { fileStore } from './file-store.ts'

/** An engine on a database in a file, and what the delivery worker would do with it. */
export interface QueueFixture extends EngineFixture {
  readonly path: string
  readonly queue: WorkQueue
  /** Claims up to `limit` due deliveries of a webhook. */
  take(webhookId: string, limit: number): Promise<Claim>
  /** Records one attempt of a claimed delivery. */
  settle(webhookId: string, delivery: ClaimedDelivery, outcome: Outcome, responseBody?: Buffer): Promise<void>
}

/** What the deliveries in the database were at each `reconsider` from now on, the oldest first. */
export const seenAtReconsider = ({ delivery, path }: QueueFixture): string[][] => {
  const seen: string[][] = []
  delivery.reconsider = () => {
    const database = new Database(path, { readonly: true })
    seen.push(database.prepare<[], string>('SELECT status FROM deliveries ORDER BY id').pluck().all())
    database.close()
  }
  return seen
}

export const queueFixture = async (): Promise<QueueFixture> => {
  const files = await fileStore()
  const world = engineFixture({ store: files.connect() })
  const queue = openWorkQueue({ path: files.path, dataKey: testDataKey, owner: 'a test' })

  const settlement = async (
    webhookId: string,
    { id, kind, attempts, replayUrl }: ClaimedDelivery,
    outcome: Outcome,
    responseBody: Buffer | null,
  ): Promise<Settlement> => {
    const webhook = await world.store.read.webhooks.get(webhookId)
    const delivered = outcome.kind === 'delivered'
    return {
      webhookId,
      deliveryKind: kind,
      outcome,
      attempt: anAttempt({
        id: world.toolbox.ids.next('att'),
        deliveryId: id,
        number: attempts + 1,
        startedAt: world.clock.now(),
        finishedAt: world.clock.now(),
        ...(webhook !== null && { url: replayUrl ?? webhook.url }),
        ...(delivered ? {} : { statusCode: 500, errorClass: 'http' }),
        responseBody,
      }),
    }
  }

  return {
    ...world,
    path: files.path,
    queue,
    async take(webhookId, limit) {
      const wanted = [{ webhookId, limit, unguardedMax: 0 }]
      const { claims } = await queue.take({ now: world.clock.now(), wanted, bytesMax: 1_000_000 })
      const [claim] = claims
      if (claim === undefined) throw new Error('There is no claim.')
      return claim
    },
    async settle(webhookId, delivery, outcome, responseBody) {
      const recorded = await queue.record({
        settlements: [await settlement(webhookId, delivery, outcome, responseBody ?? null)],
        slow: [],
        leaseUntil: 0,
        returned: [],
        breakers: [],
      })
      if (recorded === null) throw new Error('Somebody else is writing.')
    },
    async close() {
      await queue.close()
      await files.remove()
    },
  }
}
