import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SafeStorage } from 'electron'
import type { DataKeyProtection } from '#contract/bridge.ts'

/** The wrapped data key is there, but the keychain does not open it. Making a new one would lose every secret. */
export class DataKeyUnreadable extends Error {
  override readonly name = 'DataKeyUnreadable'
}

export interface DataKey {
  readonly protection: DataKeyProtection
  /** 32 bytes, or null: the host finds its key itself. */
  readonly key: Buffer | null
}

export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

const dataKeyBytes = 32
const wrappedKeyFile = 'data-key.keychain'
/** Of a directory that was used without the shell before: the host has its key, in a file or a variable. */
const hostFiles = ['data.key', 'patchbay.db']

/** On Linux `basic_text` wraps with a password that everybody knows: that is no protection. */
const isProtecting = async (keychain: Keychain, platform: NodeJS.Platform): Promise<boolean> => {
  if (!(await keychain.isAsyncEncryptionAvailable())) return false
  return platform !== 'linux' || !['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend())
}

const wrap = async (keychain: Keychain, file: string, key: Buffer): Promise<void> => {
  const wrapped = await keychain.encryptStringAsync(key.toString('base64'))
  const pending = `${file}.new`
  await writeFile(pending, wrapped, { mode: 0o600 })
  await rename(pending, file)
}

const unwrap = async (keychain: Keychain, file: string): Promise<Buffer> => {
  try {
    const { result, shouldReEncrypt } = await keychain.decryptStringAsync(await readFile(file))
    const key = Buffer.from(result, 'base64')
    if (key.length !== dataKeyBytes) throw new Error(`it has ${key.length} bytes`)
    if (shouldReEncrypt) await wrap(keychain, file, key)
    return key
  } catch (cause) {
    throw new DataKeyUnreadable(
      `The data key in ${file} cannot be opened with the keychain of this account. ` +
        'Unlock the keychain, or sign in to the desktop session in which Patchbay was set up, and start again.',
      { cause },
    )
  }
}

/**
 * The key that seals secrets at rest. The keychain wraps it; where the keychain protects nothing, or the
 * directory was in use already, the host keeps it and this says so.
 * @throws DataKeyUnreadable when a wrapped key is there and does not open.
 */
export const loadDataKey = async (
  keychain: Keychain,
  directory: string,
  platform: NodeJS.Platform,
): Promise<DataKey> => {
  const wrapped = join(directory, wrappedKeyFile)
  if (existsSync(wrapped)) return { protection: 'keychain', key: await unwrap(keychain, wrapped) }
  if (!(await isProtecting(keychain, platform))) return { protection: 'not_protected', key: null }
  if (hostFiles.some((file) => existsSync(join(directory, file)))) return { protection: 'host', key: null }
  const key = randomBytes(dataKeyBytes)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await wrap(keychain, wrapped, key)
  return { protection: 'keychain', key }
}
