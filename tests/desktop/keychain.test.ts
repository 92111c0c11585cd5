import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DataKeyUnreadable, type Keychain, loadDataKey } from '#main/shell/keychain.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A keychain that wraps by reversing. `shouldReEncrypt` and what it refuses can be set. */
const keychain = (
  options: {
    available?: boolean
    backend?: ReturnType<Keychain['getSelectedStorageBackend']>
    shouldReEncrypt?: boolean
    locked?: boolean
  } = {},
): Keychain => ({
  isAsyncEncryptionAvailable: async () => options.available ?? true,
  getSelectedStorageBackend: () => options.backend ?? 'gnome_libsecret',
  encryptStringAsync: async (text) => Buffer.from([...text].reverse().join('')),
  decryptStringAsync: async (wrapped) => {
    if (options.locked) throw new Error('the keychain is locked')
    return {
      result: [...wrapped.toString()].reverse().join(''),
      shouldReEncrypt: options.shouldReEncrypt ?? false,
    }
  },
})

const wrappedFile = (directory: string) => join(directory, 'data-key.keychain')

describe('the data key', () => {
  it('is made once, wrapped by the keychain and readable by its owner only', async () => {
    const directory = join(temporaryDirectory(), 'new')
    const first = await loadDataKey(keychain(), directory, 'linux')
    expect(first.protection).toBe('keychain')
    expect(first.key).toHaveLength(32)
    expect(readFileSync(wrappedFile(directory), 'utf8')).not.toContain(first.key?.toString('base64'))
    expect(statSync(wrappedFile(directory)).mode & 0o777).toBe(0o600)
    expect(await loadDataKey(keychain(), directory, 'linux')).toEqual(first)
  })

  it.each([{ available: false }, { backend: 'basic_text' as const }, { backend: 'unknown' as const }])(
    'is said to be not protected, and left to the host, with a keychain like %o',
    async (options) => {
      const directory = temporaryDirectory()
      expect(await loadDataKey(keychain(options), directory, 'linux')).toEqual({
        protection: 'not_protected',
        key: null,
      })
      expect(existsSync(wrappedFile(directory))).toBe(false)
    },
  )

  it('asks about the backend on Linux only, where there is more than one', async () => {
    const directory = temporaryDirectory()
    const { protection } = await loadDataKey(keychain({ backend: 'unknown' }), directory, 'darwin')
    expect(protection).toBe('keychain')
  })

  it.each(['data.key', 'patchbay.db'])(
    'stays with the host where a %s is from before the shell',
    async (file) => {
      const directory = temporaryDirectory()
      writeFileSync(join(directory, file), 'x')
      expect(await loadDataKey(keychain(), directory, 'linux')).toEqual({ protection: 'host', key: null })
      expect(existsSync(wrappedFile(directory))).toBe(false)
    },
  )

  it('is never replaced by a new one when the wrapped one does not open', async () => {
    const directory = temporaryDirectory()
    await loadDataKey(keychain(), directory, 'linux')
    const wrapped = readFileSync(wrappedFile(directory), 'utf8')
    await expect(loadDataKey(keychain({ locked: true }), directory, 'linux')).rejects.toThrow(
      DataKeyUnreadable,
    )
    expect(readFileSync(wrappedFile(directory), 'utf8')).toBe(wrapped)
    writeFileSync(wrappedFile(directory), 'damaged')
    await expect(loadDataKey(keychain(), directory, 'linux')).rejects.toThrow(/cannot be opened/)
    expect(readFileSync(wrappedFile(directory), 'utf8')).toBe('damaged')
  })

  it('is wrapped again when the keychain has a newer key', async () => {
    const directory = temporaryDirectory()
    const { key } = await loadDataKey(keychain(), directory, 'linux')
    const rotated: Keychain = {
      ...keychain({ shouldReEncrypt: true }),
      encryptStringAsync: async (text) => Buffer.from(`new:${text}`),
    }
    expect((await loadDataKey(rotated, directory, 'linux')).key).toEqual(key)
    expect(readFileSync(wrappedFile(directory), 'utf8')).toMatch(/^new:/)
  })
})
