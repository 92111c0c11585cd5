import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { StoreError } from './errors.ts'

/** The files of one installation. One host owns it at a time. */
export interface DataDirectory {
  readonly root: string
  readonly database: string
  readonly backups: string
  /** Who owns the directory, for people and for the command line. */
  readonly hostFile: string
  readonly lockFile: string
  readonly dataKeyFile: string
  /** The data key, wrapped by the keychain of the operating system. The shell writes and opens it. */
  readonly wrappedDataKeyFile: string
}

/** Creates the directory (readable by its owner only) when it is missing. */
export const dataDirectoryAt = (path: string): DataDirectory => {
  const root = resolve(path)
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new StoreError('data_directory_unusable', `The data directory ${root} cannot be created.`, {
      cause,
    })
  }
  return {
    root,
    database: join(root, 'patchbay.db'),
    backups: join(root, 'backups'),
    hostFile: join(root, 'host.json'),
    lockFile: join(root, 'host.lock'),
    dataKeyFile: join(root, 'data.key'),
    wrappedDataKeyFile: join(root, 'data-key.keychain'),
  }
}

/** Where data lives when nobody says otherwise: the platform's own place for application data. */
export const defaultDataDirectory = (
  name: 'patchbay' | 'patchbay-demo',
  environment: NodeJS.ProcessEnv,
): string => {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  if (process.platform === 'win32')
    return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name)
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), name)
}

/** What the owner of a data directory tells the command line: how to reach it, and with which token. */
export const hostFileSchema = z.object({
  pid: z.int(),
  url: z.string().nullable(),
  socket: z.string().nullable(),
  controlToken: z.string(),
  startedAt: z.int(),
})
export type HostFile = z.infer<typeof hostFileSchema>

/** The owner's file, or null when there is none or it cannot be read. */
export const readHostFile = ({ hostFile }: DataDirectory): HostFile | null => {
  if (!existsSync(hostFile)) return null
  try {
    return hostFileSchema.parse(JSON.parse(readFileSync(hostFile, 'utf8')))
  } catch {
    // Half-written by a host that died: the same as none.
    return null
  }
}

export const writeHostFile = ({ hostFile }: DataDirectory, content: HostFile): void =>
  writeFileSync(hostFile, JSON.stringify(content), { mode: 0o600 })

/**
 * Takes the data directory for this process. The lock is SQLite's own on an empty file, so the operating
 * system gives it back however the process ends.
 * @throws StoreError `data_directory_in_use` with the owner's address.
 */
export const lockDataDirectory = (directory: DataDirectory): { release(): void } => {
  let lock: Database.Database
  try {
    accessSync(directory.root, constants.W_OK)
    lock = new Database(directory.lockFile, { timeout: 0 })
  } catch (cause) {
    throw new StoreError(
      'data_directory_unusable',
      `The data directory ${directory.root} cannot be written.`,
      {
        cause,
      },
    )
  }
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!(cause instanceof Database.SqliteError) || !cause.code.startsWith('SQLITE_BUSY')) {
      throw new StoreError(
        'data_directory_unusable',
        `The data directory ${directory.root} cannot be written.`,
        {
          cause,
        },
      )
    }
    const owner = readHostFile(directory)
    const where = owner ? ` (process ${owner.pid}${owner.url ? ` at ${owner.url}` : ''})` : ''
    throw new StoreError(
      'data_directory_in_use',
      `Another Patchbay${where} already owns the data directory ${directory.root}. Stop it, or choose another one with --data-dir.`,
    )
  }
  return {
    release() {
      lock.exec('ROLLBACK')
      lock.close()
    },
  }
}

const dataKeyBytes = 32

/** Where the data key came from; shown in the settings. */
export type DataKeySource = 'keychain' | 'file' | 'environment'

/**
 * The key that seals secrets at rest: from `PATCHBAY_DATA_KEY` (base64 of 32 bytes) or from the key file,
 * which is made when it is missing.
 * @throws StoreError `data_key_wrong` when it does not have 32 bytes, or when only the keychain has it: a second
 *   key beside that one would seal what the desktop program cannot open.
 */
export const readDataKey = (
  { root, dataKeyFile, wrappedDataKeyFile }: DataDirectory,
  environment: NodeJS.ProcessEnv,
): { key: Buffer; source: DataKeySource } => {
  const given = environment.PATCHBAY_DATA_KEY
  if (given) {
    const key = Buffer.from(given, 'base64')
    if (key.length !== dataKeyBytes) {
      throw new StoreError('data_key_wrong', 'PATCHBAY_DATA_KEY must be base64 of 32 bytes.')
    }
    return { key, source: environment.PATCHBAY_DATA_KEY_SOURCE === 'keychain' ? 'keychain' : 'environment' }
  }
  if (!existsSync(dataKeyFile)) {
    if (existsSync(wrappedDataKeyFile)) {
      throw new StoreError(
        'data_key_wrong',
        `The keychain of the desktop program holds the data key of ${root}. Start the desktop program, or give the key as PATCHBAY_DATA_KEY.`,
      )
    }
    writeFileSync(dataKeyFile, randomBytes(dataKeyBytes).toString('base64'), { mode: 0o600, flag: 'wx' })
  }
  chmodSync(dataKeyFile, 0o600)
  const key = Buffer.from(readFileSync(dataKeyFile, 'utf8').trim(), 'base64')
  if (key.length !== dataKeyBytes) {
    throw new StoreError(
      'data_key_wrong',
      `The data key in ${dataKeyFile} is damaged. Restore it from your backup.`,
    )
  }
  return { key, source: 'file' }
}
