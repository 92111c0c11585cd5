import { existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import Database from 'better-sqlite3'
import type { Topic } from '#contract/live.ts'
import { apiKeyReader, apiKeyWriter } from './api-keys.ts'
import { auditReader, auditWriter } from './audit.ts'
import { backUp, integrityProblems, listBackups } from './backup.ts'
import { capabilityReader, capabilityWriter } from './capabilities.ts'
import { type Cipher, createCipher } from './cipher.ts'
import { type CommitLog, openCommitLog, promptDisk } from './commit-log.ts'
import { connectionReader, connectionWriter } from './connections.ts'
import type { ReadContext, WriteContext } from './context.ts'
import type { DataDirectory } from './data-directory.ts'
import { deliveryReader, deliveryWriter } from './deliveries.ts'
import { erasureReader, erasureWriter } from './erasures.ts'
import { StoreError } from './errors.ts'
import { eventReader, eventWriter } from './events.ts'
import { expectationReader, expectationWriter } from './expectations.ts'
import { healthReader } from './health.ts'
import { installationReader, installationWriter } from './installation.ts'
import type { Reader, Store, TransactionMark, Writer } from './interface.ts'
import { killSwitchReader, killSwitchWriter } from './kill-switches.ts'
import { machineReader, machineWriter } from './machine.ts'
import { applyMigrations, pendingMigrations } from './migrate.ts'
import { networkRuleReader, networkRuleWriter } from './network-rules.ts'
import { notificationReader, notificationWriter } from './notifications.ts'
import { operationalReader, operationalWriter } from './operational.ts'
import { organizationReader, organizationWriter } from './organizations.ts'
import { overviewReader } from './overview.ts'
import { platformReader } from './platform.ts'
import { recoveryReader, recoveryWriter } from './recoveries.ts'
import { releaseReader, releaseWriter } from './releases.ts'
import { retentionReader, retentionWriter } from './retention.ts'
import { sessionReader, sessionWriter } from './sessions.ts'
import { shapeReader } from './shapes.ts'
import { spaceOf } from './space.ts'
import { kyselyOver, openSqlite } from './sqlite.ts'
import { statementsOf } from './statements.ts'
import { userReader, userWriter } from './users.ts'
import { webhookCredentialReader, webhookCredentialWriter } from './webhook-credentials.ts'
import { webhookDeliveryReader, webhookDeliveryWriter } from './webhook-deliveries.ts'
import { webhookProbeReader, webhookProbeWriter } from './webhook-probes.ts'
import { webhookProtectionReader, webhookProtectionWriter } from './webhook-protection.ts'
import { webhookReader, webhookWriter } from './webhooks.ts'
import { createTurnMemory, takeTurns, turnHolders } from './write-turns.ts'

const readerOver = (context: ReadContext): Reader => ({
  installation: installationReader(context),
  organizations: organizationReader(context),
  users: userReader(context),
  sessions: sessionReader(context),
  capabilities: capabilityReader(context),
  killSwitches: killSwitchReader(context),
  networkRules: networkRuleReader(context),
  events: eventReader(context),
  deliveries: deliveryReader(context),
  apiKeys: apiKeyReader(context),
  connections: connectionReader(context),
  webhooks: webhookReader(context),
  shapes: shapeReader(context),
  webhookCredentials: webhookCredentialReader(context),
  webhookDeliveries: webhookDeliveryReader(context),
  webhookProtection: webhookProtectionReader(context),
  releases: releaseReader(context),
  recoveries: recoveryReader(context),
  retention: retentionReader(context),
  health: healthReader(context),
  erasures: erasureReader(context),
  overview: overviewReader(context),
  platform: platformReader(context),
  operational: operationalReader(context),
  notifications: notificationReader(context),
  machine: machineReader(context),
  webhookProbes: webhookProbeReader(context),
  expectations: expectationReader(context),
  audit: auditReader(context),
})

/** Of a transaction, which mostly writes one or two of them: the others are not made. */
const writerOver = (context: WriteContext, mark: () => TransactionMark): Writer => ({
  get mark() {
    return mark()
  },
  get installation() {
    return installationWriter(context)
  },
  get organizations() {
    return organizationWriter(context)
  },
  get users() {
    return userWriter(context)
  },
  get sessions() {
    return sessionWriter(context)
  },
  get capabilities() {
    return capabilityWriter(context)
  },
  get killSwitches() {
    return killSwitchWriter(context)
  },
  get networkRules() {
    return networkRuleWriter(context)
  },
  get events() {
    return eventWriter(context)
  },
  get deliveries() {
    return deliveryWriter(context)
  },
  get apiKeys() {
    return apiKeyWriter(context)
  },
  get connections() {
    return connectionWriter(context)
  },
  get webhooks() {
    return webhookWriter(context)
  },
  get shapes() {
    return shapeReader(context)
  },
  get webhookCredentials() {
    return webhookCredentialWriter(context)
  },
  get webhookDeliveries() {
    return webhookDeliveryWriter(context)
  },
  get webhookProtection() {
    return webhookProtectionWriter(context)
  },
  get releases() {
    return releaseWriter(context)
  },
  get recoveries() {
    return recoveryWriter(context)
  },
  get retention() {
    return retentionWriter(context)
  },
  get health() {
    return healthReader(context)
  },
  get erasures() {
    return erasureWriter(context)
  },
  get overview() {
    return overviewReader(context)
  },
  get platform() {
    return platformReader(context)
  },
  get operational() {
    return operationalWriter(context)
  },
  get notifications() {
    return notificationWriter(context)
  },
  get machine() {
    return machineWriter(context)
  },
  get webhookProbes() {
    return webhookProbeWriter(context)
  },
  get expectations() {
    return expectationWriter(context)
  },
  get audit() {
    return auditWriter(context)
  },
})

/** SQLite's codes for what is wrong with the disk or with other programs, not with what was asked. */
const ofMachine = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|CORRUPT|NOTADB)/

const isOfMachine = (error: unknown): error is Error =>
  error instanceof StoreError
    ? error.code === 'sync_failed'
    : error instanceof Database.SqliteError && ofMachine.test(error.code)

interface Connections {
  readonly readOnly: Database.Database
  readonly readWrite: Database.Database
  /** Null in memory. */
  readonly log: CommitLog | null
}

/** Closes the connections themselves: Kysely leaves one open that it never used, and the write-ahead log with it. */
const storeOver = ({ readOnly, readWrite, log }: Connections, cipher: Cipher): Store => {
  const turnMemory = createTurnMemory()
  const statements = statementsOf(readWrite)
  const writing = kyselyOver(readWrite, { statements, turns: takeTurns(turnMemory, turnHolders.host) })
  const isOne = readOnly === readWrite
  const readStatements = isOne ? statements : statementsOf(readOnly)
  const reading = isOne ? writing : kyselyOver(readOnly, { statements: readStatements })
  const listeners = new Set<(topics: readonly Topic[]) => void>()
  const dataVersion = readWrite.prepare<[], number>('PRAGMA data_version').pluck()
  let transactions = 0
  let trouble: string | null = null
  return {
    read: readerOver({ db: reading, statements: readStatements, cipher }),
    async write(work) {
      const topics = new Set<Topic>()
      try {
        const result = await writing.transaction().execute((db) => {
          transactions += 1
          const number = transactions
          const mark = () => ({ number, others: dataVersion.get() ?? 0 })
          return work(writerOver({ db, statements, cipher, changed: (topic) => topics.add(topic) }, mark))
        })
        if (topics.size > 0) for (const listener of listeners) listener([...topics])
        await log?.sync()
        trouble = null
        return result
      } catch (error) {
        if (isOfMachine(error)) trouble = error.message
        throw error
      }
    },
    turnMemory,
    trouble: () => trouble,
    space: spaceOf(readWrite, (work) => writing.connection().execute(work)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      await log?.close()
      readOnly.close()
      readWrite.close()
    },
  }
}

/**
 * Opens the database of an installation for a process that shares it: the delivery worker, the command line.
 * It must exist and be migrated. `dataKey` has 32 bytes.
 */
export const connectStore = (path: string, dataKey: Buffer, disk = promptDisk): Store => {
  const readWrite = openSqlite({ path, syncs: false })
  const readOnly = openSqlite({ path, readonly: true })
  return storeOver({ readOnly, readWrite, log: openCommitLog(path, disk) }, createCipher(dataKey))
}

/** A store in memory, migrated and empty. One connection: reads see an open transaction only after it ends. */
export const openMemoryStore = (dataKey: Buffer, nowMs: number): Store => {
  const database = openSqlite({ path: ':memory:' })
  applyMigrations(database, pendingMigrations(database), nowMs)
  return storeOver({ readOnly: database, readWrite: database, log: null }, createCipher(dataKey))
}

/** Above this size the check of every page would make the start slow; it then follows unclean stops only. */
const alwaysCheckedBytesMax = 256 * 1024 * 1024

/**
 * Makes the database of a data directory ready: checks it, backs it up before a migration, migrates it.
 * The caller holds the lock of the directory.
 * @returns the numbers of the migrations that it applied.
 * @throws StoreError `database_corrupt` (nothing is overwritten; the message names the last backup),
 *   `database_newer`, `migration_edited`.
 */
export const prepareDatabase = async (directory: DataDirectory, nowMs: number): Promise<number[]> => {
  const { database: path } = directory
  const isNew = !existsSync(path)
  const isChecked = !isNew && shouldCheck(path)
  if (isChecked) await assertSound(directory)
  let database: Database.Database
  try {
    database = openSqlite({ path, isNew })
  } catch (cause) {
    if (isNew) await rm(path, { force: true })
    throw await describeOpenFailure(directory, cause)
  }
  try {
    const pending = pendingMigrations(database)
    if (pending.length > 0 && !isNew) await backUp(directory, 'migration', nowMs)
    if (pending.length > 0) applyMigrations(database, pending, nowMs)
    if (isChecked) noteCheck(database, nowMs)
    return pending.map(({ number }) => number)
  } finally {
    database.close()
  }
}

/** A full disk keeps nobody from starting: what was accepted can be seen, and is sent when there is room. */
const noteCheck = (database: Database.Database, nowMs: number): void => {
  try {
    database
      .prepare(`INSERT OR REPLACE INTO installation (key, value) VALUES ('integrity_checked_at', ?)`)
      .run(String(nowMs))
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_FULL') throw error
  }
}

/** A leftover write-ahead log means that the last stop was not clean. */
const shouldCheck = (path: string): boolean =>
  statSync(path).size <= alwaysCheckedBytesMax || existsSync(`${path}-wal`)

const assertSound = async (directory: DataDirectory): Promise<void> => {
  const problems = integrityProblems(directory.database)
  if (problems.length > 0) throw await corruptError(directory, problems[0] ?? 'unreadable')
}

const corruptError = async (directory: DataDirectory, problem: string): Promise<StoreError> => {
  const [last] = await listBackups(directory)
  const way = last
    ? `The last backup is ${last.path}. Restore it with: patchbay restore --data-dir "${directory.root}" "${last.path}"`
    : 'There is no backup in this data directory.'
  return new StoreError(
    'database_corrupt',
    `The database ${directory.database} is damaged (${problem}). It was left as it is. ${way}`,
  )
}

const describeOpenFailure = async (directory: DataDirectory, cause: unknown): Promise<StoreError> => {
  if (cause instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(cause.code)) {
    return corruptError(directory, cause.message)
  }
  return new StoreError(
    'data_directory_unusable',
    `The database ${directory.database} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  )
}

/**
 * Checks that the data key is the one that the stored secrets were sealed with, and remembers it the first time.
 * @throws StoreError `data_key_wrong`.
 */
export const checkDataKey = async (store: Store, dataKey: Buffer): Promise<void> => {
  const cipher = createCipher(dataKey)
  const known = await store.read.installation.get('data_key_check')
  if (known === null) {
    const sealed = cipher.seal('patchbay', 'data_key_check').toString('base64')
    await store.write((writer) => writer.installation.set('data_key_check', sealed))
    return
  }
  cipher.open(Buffer.from(known, 'base64'), 'data_key_check')
}
