import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Queue, Worker } from 'bullmq'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { Redis } from 'ioredis'
import { buildDBClient, Runner, SqliteQueue } from 'liteque'
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { better, defineQueue, defineWorker } from 'plainjob'
import { z } from 'zod'
import { startPostgres, startRedis } from './servers.mjs'

/**
 * It opens transactions around asynchronous functions, which better-sqlite3 12 let pass (and committed at the first
 * `await`) and 13 refuses: here they run without a transaction of their own.
 */
const allowAsynchronousTransactions = (database) => {
  database.session.client.transaction = (work) => Object.assign(work, { deferred: work, immediate: work })
}

/**
 * Each peer as its own guide recommends it for throughput, in one process: `addAll` enqueues payloads, a worker of
 * `concurrency` sends them. `start` answers null where its server cannot be had.
 */
const name = 'deliver'
const silent = { error() {}, warn() {}, info() {}, debug() {} }

const bullmq = {
  name: 'BullMQ on Redis',
  async start({ send, concurrency }) {
    const redis = await startRedis()
    if (redis === null) return null
    const connect = () => new Redis({ host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null })
    const connections = [connect(), connect()]
    const queue = new Queue(name, { connection: connections[0] })
    const worker = new Worker(name, ({ data }) => send(data), {
      connection: connections[1],
      concurrency,
      removeOnComplete: { count: 1_000 },
    })
    await worker.waitUntilReady()
    return {
      addAll: (payloads) => queue.addBulk(payloads.map((data) => ({ name, data }))),
      async stop() {
        await worker.close()
        await queue.close()
        for (const connection of connections) connection.disconnect()
        await redis.stop()
      },
    }
  },
}

const pgBoss = {
  name: 'pg-boss on PostgreSQL',
  async start({ send, concurrency }) {
    const postgres = await startPostgres()
    if (postgres === null) return null
    const boss = new PgBoss({ connectionString: postgres.url, useListenNotify: true, max: 20 })
    boss.on('error', (error) => console.error(error))
    await boss.start()
    await boss.createQueue(name, { notify: true })
    await boss.work(
      name,
      { batchSize: concurrency, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
      (jobs) => Promise.all(jobs.map(({ data }) => send(data.payload))),
    )
    return {
      addAll: (payloads) =>
        boss.insert(
          name,
          payloads.map((payload) => ({ data: { payload } })),
        ),
      async stop() {
        await boss.stop({ graceful: false })
        await postgres.stop()
      },
    }
  },
}

const graphileWorker = {
  name: 'graphile-worker on PostgreSQL',
  async start({ send, concurrency }) {
    const postgres = await startPostgres()
    if (postgres === null) return null
    const logger = new Logger(() => (level, message) => {
      if (level === 'error') console.error(message)
    })
    const pgPool = new pg.Pool({ connectionString: postgres.url, max: concurrency + 1 })
    // It keeps connections to the end, and they end with the server.
    pgPool.on('error', () => {})
    pgPool.on('connect', (client) => client.on('error', () => {}))
    const utils = await makeWorkerUtils({ pgPool, logger })
    await utils.migrate()
    const runner = await run({
      pgPool,
      logger,
      noHandleSignals: true,
      taskList: { [name]: ({ payload }) => send(payload) },
      parsedCronItems: [],
      concurrency,
      preset: { worker: { localQueue: { size: concurrency + 1 } } },
    })
    return {
      addAll: (payloads) =>
        utils.addJobs(payloads.map((payload) => ({ identifier: name, payload: { payload } }))),
      async stop() {
        await runner.stop()
        await runner.promise
        await utils.release()
        await pgPool.end()
        await postgres.stop()
      },
    }
  },
}

const inDirectory = (use) => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-peer-'))
  return use(directory, () => rmSync(directory, { recursive: true, force: true }))
}

const plainjob = {
  name: 'plainjob on SQLite',
  start: ({ send, concurrency }) =>
    inDirectory((directory, remove) => {
      const connection = better(new Database(join(directory, 'jobs.db')))
      const queue = defineQueue({ connection, logger: silent, serializer: (data) => data })
      const workers = Array.from({ length: concurrency }, () =>
        defineWorker(name, ({ data }) => send(data), { queue, logger: silent, pollIntervall: 5 }),
      )
      for (const worker of workers) worker.start()
      return {
        addAll: async (payloads) => queue.addMany(name, payloads),
        async stop() {
          await Promise.all(workers.map((worker) => worker.stop()))
          queue.close()
          remove()
        },
      }
    }),
}

const liteque = {
  name: 'liteque on SQLite',
  start: ({ send, concurrency }) =>
    inDirectory(async (directory, remove) => {
      const database = buildDBClient(join(directory, 'jobs.db'), { runMigrations: true, walEnabled: true })
      allowAsynchronousTransactions(database)
      const queue = new SqliteQueue(name, database, {
        defaultJobArgs: { numRetries: 2 },
        keepFailedJobs: false,
      })
      const runner = new Runner(
        queue,
        { run: ({ data }) => send(data.payload) },
        { concurrency, pollIntervalMs: 5, timeoutSecs: 60, validator: z.object({ payload: z.string() }) },
      )
      const running = runner.run()
      return {
        async addAll(payloads) {
          for (const payload of payloads) await queue.enqueue({ payload })
        },
        async stop() {
          runner.stop()
          await running
          remove()
        },
      }
    }),
}

export const peers = { bullmq, 'pg-boss': pgBoss, 'graphile-worker': graphileWorker, plainjob, liteque }
