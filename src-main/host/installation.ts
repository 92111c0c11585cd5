import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Clock } from '#main/engine/clock.ts'
import type { InstallationInfo, JobReport } from '#main/engine/parts.ts'
import { backUp, listBackups } from '#main/store/backup.ts'
import { type DataDirectory, type DataKeySource, readDataKey } from '#main/store/data-directory.ts'
import { StoreError } from '#main/store/errors.ts'
import type { Store } from '#main/store/interface.ts'
import { audit as auditMigration } from '#main/store/migrations/100-audit.ts'
import { findObstacle } from '#main/store/obstacle.ts'
import { checkDataKey, connectStore, prepareDatabase } from '#main/store/open.ts'
import { version } from './program.ts'

/** The data key with where it came from. */
export interface InstallationKey {
  readonly key: Buffer
  readonly source: DataKeySource
}

/**
 * The data key of a directory. A key file is made only together with the database: for an existing one, a
 * new key would open nothing.
 * @throws StoreError `data_key_wrong`.
 */
export const readInstallationKey = (
  directory: DataDirectory,
  environment: NodeJS.ProcessEnv,
): InstallationKey => {
  const isGiven = Boolean(environment.PATCHBAY_DATA_KEY) || existsSync(directory.dataKeyFile)
  if (!isGiven && existsSync(directory.database)) {
    throw new StoreError(
      'data_key_wrong',
      `The data key of ${directory.root} is not here. The desktop program keeps it in the keychain: run this while ` +
        `PATCHBAY_DATA_KEY holds it, or put the file ${directory.dataKeyFile} back from your backup.`,
    )
  }
  return readDataKey(directory, environment)
}

/**
 * Makes the database of a directory ready and opens it. The caller holds the lock.
 * @throws StoreError with a message for the person at the machine.
 */
export const openInstallation = async (
  directory: DataDirectory,
  { key }: InstallationKey,
  clock: Clock,
): Promise<Store> => {
  const applied = await prepareDatabase(directory, clock.now())
  const store = await joinInstallation(directory, key)
  // The migration cannot do it: it does not have the data key.
  if (applied.includes(auditMigration.number)) await store.write((writer) => writer.audit.seal())
  return store
}

/** Opens the database of a directory that somebody has made ready. */
export const joinInstallation = async (directory: DataDirectory, key: Buffer): Promise<Store> => {
  const store = connectStore(directory.database, key)
  try {
    await checkDataKey(store, key)
  } catch (error) {
    await store.close()
    throw error
  }
  return store
}

/** What the settings page shows of the installation. `address` is asked for late: it is known after the start. */
export const installationInfo = (
  directory: DataDirectory,
  {
    clock,
    source,
    address,
    jobs,
  }: { clock: Clock; source: DataKeySource; address: () => string; jobs: () => readonly JobReport[] },
): InstallationInfo => {
  // Two at once would clear the oldest away under each other, and in one millisecond they have one name.
  let last: Promise<unknown> = Promise.resolve()
  return {
    async describe() {
      return {
        dataDirectory: directory.root,
        databaseBytes: statSync(directory.database).size,
        dataKeySource: source,
        backups: await listBackups(directory),
        address: address(),
        version,
      }
    },
    backUp() {
      const backup = last.then(() => backUp(directory, 'manual', clock.now()))
      last = backup.catch(() => undefined)
      return backup
    },
    findObstacle: () => findObstacle(directory.database),
    jobs,
    async disk() {
      const { bavail, blocks, bsize } = await statfs(directory.root)
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
    },
  }
}
