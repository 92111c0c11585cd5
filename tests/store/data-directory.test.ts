import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { backUp } from '#main/store/backup.ts'
import {
  type DataDirectory,
  dataDirectoryAt,
  lockDataDirectory,
  readDataKey,
  readHostFile,
  writeHostFile,
} from '#main/store/data-directory.ts'
import { checkDataKey, connectStore, openMemoryStore, prepareDatabase } from '#main/store/open.ts'
import { startMs, testDataKey } from '../support/engine.ts'
import { storeErrorOf } from '../support/store-error.ts'
import { temporaryDataDirectory } from '../support/temporary.ts'

const host = {
  pid: 4711,
  url: 'http://127.0.0.1:4780',
  socket: null,
  controlToken: 'token-of-the-host',
  startedAt: startMs,
}
const modeOf = (path: string) => statSync(path).mode & 0o777

/** A process that takes the directory and says so; it ends when it is killed. */
const ownerProcess = async ({ root }: DataDirectory) => {
  const source = new URL('../../src-main/store/data-directory.ts', import.meta.url).href
  const program = `
    import { dataDirectoryAt, lockDataDirectory } from ${JSON.stringify(source)}
    lockDataDirectory(dataDirectoryAt(${JSON.stringify(root)}))
    process.stdout.write('locked')
    setInterval(() => {}, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('the lock of a data directory', () => {
  test('is for one owner at a time, and tells the next where the owner is', async () => {
    const directory = temporaryDataDirectory()
    const lock = lockDataDirectory(directory)
    writeHostFile(directory, host)
    const error = await storeErrorOf('data_directory_in_use', () => lockDataDirectory(directory))
    expect(error.message).toContain('process 4711 at http://127.0.0.1:4780')
    expect(error.message).toContain(directory.root)
    expect(error.message).not.toContain(host.controlToken)
    lock.release()
    lockDataDirectory(directory).release()
  })

  test('is given back however its owner ends', async () => {
    const directory = temporaryDataDirectory()
    const owner = await ownerProcess(directory)
    await storeErrorOf('data_directory_in_use', () => lockDataDirectory(directory))
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    lockDataDirectory(directory).release()
  })

  test('of one directory says nothing about another', () => {
    const [one, other] = [temporaryDataDirectory(), temporaryDataDirectory()]
    const locks = [lockDataDirectory(one), lockDataDirectory(other)]
    for (const lock of locks) lock.release()
  })
})

describe('a data directory', () => {
  test('and what is secret in it is for its owner only', () => {
    const { root } = temporaryDataDirectory()
    const directory = dataDirectoryAt(join(root, 'fresh'))
    readDataKey(directory, {})
    writeHostFile(directory, host)
    expect(modeOf(directory.root)).toBe(0o700)
    expect(modeOf(directory.dataKeyFile)).toBe(0o600)
    expect(modeOf(directory.hostFile)).toBe(0o600)
  })

  test('that cannot be made is refused with its path', async () => {
    const { root } = temporaryDataDirectory()
    const path = join(root, 'file')
    writeFileSync(path, '')
    const error = await storeErrorOf('data_directory_unusable', () => dataDirectoryAt(join(path, 'below')))
    expect(error.message).toContain(join(path, 'below'))
  })

  test('tells of its host, or of none when the file is missing or half-written', () => {
    const directory = temporaryDataDirectory()
    expect(readHostFile(directory)).toBeNull()
    writeHostFile(directory, host)
    expect(readHostFile(directory)).toEqual(host)
    writeFileSync(directory.hostFile, '{"pid":47')
    expect(readHostFile(directory)).toBeNull()
  })
})

describe('the data key', () => {
  test('is made once and read again', () => {
    const directory = temporaryDataDirectory()
    const { key, source } = readDataKey(directory, {})
    expect([key.length, source]).toEqual([32, 'file'])
    expect(readDataKey(directory, {}).key).toEqual(key)
  })

  test('may come from the environment, and then leaves no file', () => {
    const directory = temporaryDataDirectory()
    const environment = { PATCHBAY_DATA_KEY: testDataKey.toString('base64') }
    expect(readDataKey(directory, environment)).toEqual({ key: testDataKey, source: 'environment' })
    const wrapped = { ...environment, PATCHBAY_DATA_KEY_SOURCE: 'keychain' }
    expect(readDataKey(directory, wrapped).source).toBe('keychain')
    expect(() => statSync(directory.dataKeyFile)).toThrow(/ENOENT/)
  })

  test('is not made a second time beside one that the keychain holds', async () => {
    const directory = temporaryDataDirectory()
    writeFileSync(directory.wrappedDataKeyFile, 'wrapped')
    await storeErrorOf('data_key_wrong', () => readDataKey(directory, {}))
    expect(() => statSync(directory.dataKeyFile)).toThrow(/ENOENT/)
  })

  test('of another length is refused, and not repeated', async () => {
    const directory = temporaryDataDirectory()
    const short = Buffer.alloc(16, 1).toString('base64')
    const error = await storeErrorOf('data_key_wrong', () =>
      readDataKey(directory, { PATCHBAY_DATA_KEY: short }),
    )
    expect(error.message).not.toContain(short)
    writeFileSync(directory.dataKeyFile, short)
    await storeErrorOf('data_key_wrong', () => readDataKey(directory, {}))
  })

  test('is remembered the first time, and another one is refused from then on', async () => {
    const store = openMemoryStore(testDataKey, startMs)
    await checkDataKey(store, testDataKey)
    await checkDataKey(store, testDataKey)
    await storeErrorOf('data_key_wrong', () => checkDataKey(store, Buffer.alloc(32, 8)))
    await store.close()
  })
})

describe('a damaged database', () => {
  const filled = async () => {
    const directory = temporaryDataDirectory()
    await prepareDatabase(directory, startMs)
    const store = connectStore(directory.database, testDataKey)
    await store.write(async (writer) => {
      for (let made = 0; made < 500; made += 1) {
        await writer.organizations.insert({ id: `org_${made}`, name: `${made}`, plan: 'pro', createdAt: 1 })
      }
    })
    await store.close()
    return directory
  }
  const damages: [string, (path: string) => void][] = [
    ['has no header', (path) => writeFileSync(path, 'x'.repeat(10_000))],
    ['is cut off', (path) => truncateSync(path, statSync(path).size - 8_192)],
    [
      'has a scrambled page',
      (path) => {
        const bytes = readFileSync(path)
        writeFileSync(path, bytes.fill(0xff, 4_096, 3 * 4_096))
      },
    ],
  ]

  test.each(damages)('that %s is told with the last backup and left as it is', async (_how, damage) => {
    const directory = await filled()
    const backup = await backUp(directory, 'daily', startMs)
    damage(directory.database)
    const before = readFileSync(directory.database)
    const error = await storeErrorOf('database_corrupt', () => prepareDatabase(directory, startMs))
    expect(error.message).toContain(directory.database)
    expect(error.message).toContain(`patchbay restore --data-dir "${directory.root}" "${backup.path}"`)
    expect(readFileSync(directory.database).equals(before)).toBe(true)
  })

  test('without any backup is told all the same', async () => {
    const directory = await filled()
    mkdirSync(directory.backups)
    writeFileSync(directory.database, 'x'.repeat(10_000))
    const error = await storeErrorOf('database_corrupt', () => prepareDatabase(directory, startMs))
    expect(error.message).toContain('There is no backup')
  })
})
