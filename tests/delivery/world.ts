import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { DeliveryStatus, HeldReason } from '#contract/vocabulary.ts'
import { type CredentialName, credentialNames } from '#contract/webhook-credentials.ts'
import { defaultWebhookOptions, type WebhookOptions } from '#contract/webhook-options.ts'
import { Channel } from '#main/delivery/channel.ts'
import { DeliveryLoop } from '#main/delivery/loop.ts'
import type { LoopParts } from '#main/delivery/loop-parts.ts'
import type { Resolve } from '#main/delivery/network-policy.ts'
import type { Network, Reach } from '#main/delivery/network-state.ts'
import { formatSecret } from '#main/delivery/sign.ts'
import type { OpenChannel } from '#main/delivery/way.ts'
import { createIds } from '#main/engine/ids.ts'
import type { AttemptRecord, DeliveryRecord, Store, WebhookRecord, WorkQueue } from '#main/store/interface.ts'
import { applyMigrations, pendingMigrations } from '#main/store/migrate.ts'
import { connectStore } from '#main/store/open.ts'
import { openSqlite } from '#main/store/sqlite.ts'
import { openWorkQueue } from '#main/store/work-queue.ts'
import { type MovableClock, movableClock, startMs, testDataKey } from '../support/engine.ts'
import { seededRandom } from '../support/random.ts'

/** Status and held reason of a delivery, as the table holds them. */
export interface DeliveryState {
  status: DeliveryStatus
  heldReason: HeldReason | null
  attempts: number
  dueAt: number | null
  finishedAt: number | null
  leaseOwner: string | null
}

export interface LoopFixture {
  readonly loop: DeliveryLoop
  /** What was reported, in order. */
  readonly troubles: (string | null)[]
  readonly topics: Set<string>
  /** Resolves as soon as `met` holds; looked at after every change that the loop reports, and every `notice`. */
  until(met: () => boolean): Promise<void>
  stop(drainMs?: number): Promise<void>
}

/** A network that goes as far as a test says. `checks` counts how often somebody looked. */
export interface FakeNetwork extends Network {
  checks: number
  set(reach: Reach): void
  /** What the next look will find. */
  willFind(reach: Reach): void
}

export const fakeNetwork = (): FakeNetwork => {
  let reach: Reach = 'world'
  let found: Reach | null = null
  const network: FakeNetwork = {
    checks: 0,
    reach: () => reach,
    async check() {
      network.checks += 1
      reach = found ?? reach
      return reach
    },
    noteAnswer: () => network.set('world'),
    set(next) {
      reach = next
      found = null
    },
    willFind(next) {
      found = next
    },
  }
  return network
}

/** A migrated database in a file of its own, with one organization, and makers of what a delivery needs. */
export interface DeliveryWorld {
  readonly path: string
  readonly clock: MovableClock
  readonly network: FakeNetwork
  readonly store: Store
  /** A second connection, for facts and for what only another process could do. */
  readonly database: Database.Database
  readonly organizationId: string
  webhook(over?: Partial<WebhookRecord>): Promise<{ id: string; secretId: string; secret: string }>
  /** One more secret for the webhook. */
  secret(
    webhookId: string,
    over: { createdAt: number; expiresAt: number | null },
  ): Promise<{ id: string; secret: string }>
  /** Gives the webhook options, and the credentials that they need. */
  configure(
    webhookId: string,
    options: Partial<WebhookOptions>,
    credentials?: Partial<Record<CredentialName, string>>,
  ): Promise<void>
  event(over?: { type?: string; body?: string }): Promise<string>
  deliver(webhookId: string, over?: Partial<DeliveryRecord>): Promise<DeliveryRecord>
  deliverMany(webhookId: string, count: number, over?: Partial<DeliveryRecord>): Promise<string[]>
  allow(target: string): Promise<void>
  delivery(id: string): DeliveryState
  /** How many deliveries have this status. */
  count(status: DeliveryStatus): number
  attempts(deliveryId: string): Promise<AttemptRecord[]>
  queue(owner?: string): WorkQueue
  /** Something has happened outside of the loop: whoever waits looks again. */
  notice(): void
  /** `resolve` tells the loop where hosts are; every connection is made to this machine. */
  startLoop(
    options?: { openChannel?: OpenChannel; queue?: WorkQueue; random?: number; resolve?: Resolve } & Pick<
      LoopParts,
      'watch' | 'onJump'
    >,
  ): Promise<LoopFixture>
  close(): Promise<void>
}

export const openDeliveryWorld = async (): Promise<DeliveryWorld> => {
  const directory = mkdtempSync(join(tmpdir(), 'patchbay-delivery-'))
  const path = join(directory, 'patchbay.db')
  const migrating = openSqlite({ path })
  applyMigrations(migrating, pendingMigrations(migrating), startMs)
  migrating.close()

  const clock = movableClock()
  const network = fakeNetwork()
  const random = seededRandom(7)
  const ids = createIds(clock, random)
  const store = connectStore(path, testDataKey)
  const database = new Database(path)
  const organizationId = ids.next('org')
  await store.write((writer) =>
    writer.organizations.insert({
      id: organizationId,
      name: 'Harbour Hall',
      plan: 'pro',
      createdAt: startMs,
    }),
  )
  let look = (): void => {}
  const closing: (() => unknown)[] = [() => store.close(), () => database.close()]
  const state = database.prepare<[string], DeliveryState>(
    `SELECT status, held_reason AS heldReason, attempts, due_at AS dueAt, finished_at AS finishedAt,
      lease_owner AS leaseOwner FROM deliveries WHERE id = ?`,
  )

  const counted = database.prepare<[string], { count: number }>(
    'SELECT count(*) AS count FROM deliveries WHERE status = ?',
  )

  const insertEvents = async (count: number, over: { type?: string; body?: string } = {}) => {
    const { type = 'badge.printed', body = '{"type":"badge.printed","data":{}}' } = over
    const events = Array.from({ length: count }, () => ({
      id: ids.next('evt'),
      organizationId,
      occasionId: null,
      type,
      body,
      sizeBytes: Buffer.byteLength(body),
      occurredAt: clock.now(),
      acceptedAt: clock.now(),
      apiKeyId: null,
      idempotencyKey: null,
      test: false,
    }))
    await store.write((writer) => writer.events.insertMany(events))
    return events.map(({ id }) => id)
  }
  const insertDeliveries = async (webhookId: string, eventIds: string[], over: Partial<DeliveryRecord>) => {
    const deliveries: DeliveryRecord[] = eventIds.map((eventId) => ({
      id: ids.next('dlv'),
      organizationId,
      occasionId: null,
      eventId,
      webhookId,
      kind: 'event',
      status: 'waiting',
      heldReason: null,
      attempts: 0,
      createdAt: clock.now(),
      dueAt: clock.now(),
      finishedAt: null,
      lastStatusCode: null,
      lastErrorClass: null,
      ...over,
    }))
    await store.write((writer) => writer.deliveries.insertMany(deliveries))
    return deliveries
  }

  const world: DeliveryWorld = {
    path,
    clock,
    network,
    store,
    database,
    organizationId,
    async webhook(over = {}) {
      const id = ids.next('whk')
      await store.write((writer) =>
        writer.webhooks.insert({
          id,
          organizationId,
          occasionId: null,
          name: 'Till',
          url: 'http://127.0.0.1:9/',
          events: ['*'],
          status: 'active',
          statusReason: null,
          statusChangedAt: null,
          timeoutMs: 15_000,
          concurrency: 16,
          scheduleMs: null,
          options: defaultWebhookOptions,
          createdAt: clock.now(),
          createdBy: 'Ada',
          lastAttemptAt: null,
          lastSuccessAt: null,
          ...over,
        }),
      )
      const { id: secretId, secret } = await world.secret(id, { createdAt: clock.now(), expiresAt: null })
      return { id, secretId, secret }
    },
    async secret(webhookId, over) {
      const id = ids.next('whs')
      const secret = formatSecret(random(32))
      const record = { id, webhookId, secret, tail: secret.slice(-4), publicKey: null, ...over }
      await store.write((writer) => writer.webhooks.insertSecret(record))
      return { id, secret }
    },
    async configure(webhookId, options, credentials = {}) {
      await store.write(async (writer) => {
        const webhook = await writer.webhooks.get(webhookId)
        if (webhook === null) throw new Error('no webhook')
        const after = { ...webhook, options: { ...webhook.options, ...options } }
        await writer.webhooks.update(webhookId, after, clock.now())
        for (const name of credentialNames) {
          const value = credentials[name]
          if (value === undefined) continue
          const set = { webhookId, name, value, setAt: clock.now(), setBy: 'Ada' }
          await writer.webhookCredentials.set(set)
        }
      })
    },
    async event(over) {
      const [id] = await insertEvents(1, over)
      if (id === undefined) throw new Error('no event')
      return id
    },
    async deliver(webhookId, over = {}) {
      const eventId = over.eventId ?? (await world.event())
      const [delivery] = await insertDeliveries(webhookId, [eventId], over)
      if (delivery === undefined) throw new Error('no delivery')
      return delivery
    },
    async deliverMany(webhookId, count, over = {}) {
      const deliveries = await insertDeliveries(webhookId, await insertEvents(count), over)
      return deliveries.map(({ id }) => id)
    },
    async allow(target) {
      const rule = { id: ids.next('nwr'), organizationId, target, note: 'test', createdBy: 'Ada' }
      await store.write((writer) => writer.networkRules.insert({ ...rule, createdAt: clock.now() }))
    },
    delivery(id) {
      const found = state.get(id)
      if (found === undefined) throw new Error(`no delivery ${id}`)
      return found
    },
    count: (status) => counted.get(status)?.count ?? 0,
    attempts: (deliveryId) => store.read.deliveries.listAttempts(deliveryId),
    queue(owner = 'worker-1') {
      const queue = openWorkQueue({ path, dataKey: testDataKey, owner })
      closing.unshift(() => queue.close())
      return queue
    },
    notice: () => look(),
    async startLoop({
      openChannel,
      queue = world.queue(),
      random = 0,
      resolve = async () => ['203.0.113.7'],
      watch,
      onJump,
    } = {}) {
      const troubles: (string | null)[] = []
      const topics = new Set<string>()
      const loop = new DeliveryLoop({
        queue,
        clock,
        network,
        resolve,
        watch,
        onJump,
        random: () => random,
        attemptId: (at) => ids.next('att', at),
        openChannel:
          openChannel ??
          ((options) =>
            new Channel({ ...options, clock, resolve: async () => ['127.0.0.1'], timeoutMs: 5_000 })),
        onTokenPause(webhookId, pause) {
          void store
            .write((writer) => writer.webhookProtection.setTokenPause(webhookId, pause))
            .then(() => look())
        },
        onChange(changed) {
          for (const topic of changed) topics.add(topic)
          look()
        },
        onTrouble(trouble) {
          troubles.push(trouble)
          look()
        },
      })
      let stopped: Promise<void> | null = null
      const stop = (drainMs = 1_000): Promise<void> => {
        stopped ??= loop.stop(drainMs)
        return stopped
      }
      closing.unshift(stop)
      await loop.start()
      return {
        loop,
        troubles,
        topics,
        stop,
        async until(met) {
          for (;;) {
            const changed = new Promise<void>((resolve) => {
              look = resolve
            })
            if (met()) return
            await changed
          }
        },
      }
    },
    async close() {
      for (const one of closing.splice(0)) await one()
      rmSync(directory, { recursive: true, force: true })
    },
  }
  return world
}
