import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { defaultWebhookOptions } from '#contract/webhook-options.ts'
import { startDeliveryWorker } from '#main/delivery/client.ts'
import { formatSecret } from '#main/delivery/sign.ts'
import { createIds } from '#main/engine/ids.ts'
import { startCheckpoints } from '#main/store/checkpoints.ts'
import type { DeliveryRecord, EventRecord, Store } from '#main/store/interface.ts'
import { applyMigrations, pendingMigrations } from '#main/store/migrate.ts'
import { connectStore } from '#main/store/open.ts'
import { openSqlite } from '#main/store/sqlite.ts'

const dataKey = Buffer.alloc(32, 7)
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** 1 KiB of a believable event. */
export const benchBody = JSON.stringify({
  type: 'attendee.registered',
  timestamp: '2026-11-20T10:00:00.000Z',
  data: { id: 'att_1', note: 'x'.repeat(1024 - 93) },
})

export interface Sink {
  readonly port: number
  count(): Promise<number>
  stop(): void
}

/** The receiver, in a process of its own. */
export const startSink = async (): Promise<Sink> => {
  const child = fork(file('./sink.ts'))
  const ask = (): Promise<Record<string, number>> =>
    new Promise((resolve) => child.once('message', (message: Record<string, number>) => resolve(message)))
  const { port = 0 } = await ask()
  return {
    port,
    async count() {
      const answer = ask()
      child.send('count')
      return (await answer).requests ?? 0
    },
    stop: () => void child.disconnect(),
  }
}

/** Requests per second of the plain loop, in a process of its own. */
export const measurePlainLoop = (port: number, total: number, connections: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = fork(file('./plain-loop.ts'), [String(port), String(total), String(connections)], {
      env: { ...process.env, BENCH_BODY: benchBody },
    })
    child.once('message', (message: { perSecond: number }) => resolve(message.perSecond))
    child.once('exit', (code) => code !== 0 && reject(new Error(`The plain loop ended with ${code}`)))
  })

export const fill = async (store: Store, url: string, total: number): Promise<void> => {
  const clock = { now: () => Date.now() }
  const ids = createIds(clock, randomBytes)
  const organizationId = ids.next('org')
  const webhookId = ids.next('whk')
  await store.write(async (writer) => {
    await writer.organizations.insert({ id: organizationId, name: 'Bench', plan: 'enterprise', createdAt: 0 })
    await writer.networkRules.insert({
      id: ids.next('nwr'),
      organizationId,
      target: '127.0.0.0/8',
      note: 'bench',
      createdAt: 0,
      createdBy: 'bench',
    })
    await writer.webhooks.insert({
      id: webhookId,
      organizationId,
      occasionId: null,
      name: 'Bench',
      url,
      events: ['*'],
      status: 'active',
      statusReason: null,
      statusChangedAt: null,
      timeoutMs: 15_000,
      concurrency: 64,
      scheduleMs: null,
      options: defaultWebhookOptions,
      createdAt: 0,
      createdBy: 'bench',
      lastAttemptAt: null,
      lastSuccessAt: null,
    })
    const secret = formatSecret(randomBytes(32))
    await writer.webhooks.insertSecret({
      id: ids.next('whs'),
      webhookId,
      secret,
      tail: secret.slice(-4),
      publicKey: null,
      createdAt: 0,
      expiresAt: null,
    })
    await writer.killSwitches.switchOff({
      name: 'delivery',
      organizationId: null,
      reason: 'filling',
      by: 'bench',
      at: 0,
    })
  })
  for (let filled = 0; filled < total; filled += 5_000) {
    const count = Math.min(5_000, total - filled)
    const events: EventRecord[] = Array.from({ length: count }, () => ({
      id: ids.next('evt'),
      organizationId,
      occasionId: null,
      type: 'attendee.registered',
      body: benchBody,
      sizeBytes: Buffer.byteLength(benchBody),
      occurredAt: clock.now(),
      acceptedAt: clock.now(),
      apiKeyId: null,
      idempotencyKey: null,
      test: false,
    }))
    const deliveries: DeliveryRecord[] = events.map(({ id }) => ({
      id: ids.next('dlv'),
      organizationId,
      occasionId: null,
      eventId: id,
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
    }))
    await store.write(async (writer) => {
      await writer.events.insertMany(events)
      await writer.deliveries.insertMany(deliveries)
    })
  }
}

/**
 * Deliveries per second of the worker: one endpoint, every attempt recorded durably. Like the plain loop, it
 * warms up with a fifth of the work before the time runs; it ends when no delivery is open any more.
 */
export const measureDelivery = async (port: number, total: number): Promise<number> => {
  const directory = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'patchbay-bench-'))
  const path = join(directory, 'patchbay.db')
  const migrating = openSqlite({ path, isNew: true })
  applyMigrations(migrating, pendingMigrations(migrating), 0)
  migrating.close()
  const store = connectStore(path, dataKey)
  const warmUp = Math.ceil(total / 5)
  await fill(store, `http://127.0.0.1:${port}/hook`, warmUp + total)
  const checkpoints = startCheckpoints(path, (error) => console.error(error))
  const worker = startDeliveryWorker({
    databasePath: path,
    dataKey,
    turnMemory: store.turnMemory,
    network: { reach: () => 'world', check: async () => 'world', noteAnswer: () => {} },
    onChange: () => checkpoints.noteCommit(),
    onTrouble: (trouble) => trouble !== null && console.error(trouble),
    onDeath: (error) => console.error(error),
  })
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  while (worker.state() !== 'running') await wait(10)
  const facts = new Database(path, { readonly: true })
  const open = facts.prepare(`SELECT 1 FROM deliveries WHERE status IN ('waiting', 'sending') LIMIT 1`)
  const recorded = facts.prepare<[], { last: number | null }>('SELECT max(seq) AS last FROM attempts')
  const count = (): number => recorded.get()?.last ?? 0

  await store.write((writer) => writer.killSwitches.switchOn('delivery', null))
  worker.wake()
  while (count() < warmUp) await wait(1)
  const before = count()
  const startedAt = performance.now()
  // Looking for open deliveries would read all that are not: it takes a processor from those who work.
  while (count() < warmUp + total) await wait(5)
  const seconds = (performance.now() - startedAt) / 1000
  if (open.get() !== undefined) throw new Error('Some are open')
  const delivered = facts
    .prepare<[], { count: number }>('SELECT count(*) AS count FROM attempts WHERE error_class IS NULL')
    .get()
  if (delivered?.count !== warmUp + total) throw new Error('Not all were delivered')
  facts.close()
  await worker.stop()
  await checkpoints.stop()
  await store.close()
  rmSync(directory, { recursive: true })
  return (warmUp + total - before) / seconds
}
