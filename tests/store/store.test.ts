import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Topic } from '#contract/live.ts'
import type { Store } from '#main/store/interface.ts'
import { openMemoryStore } from '#main/store/open.ts'
import { kyselyOver, openSqlite } from '#main/store/sqlite.ts'
import { startMs, testDataKey } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let file: FileStore

beforeEach(async () => {
  file = await fileStore()
})
afterEach(() => file.remove())

const organization = (name: string) => ({ id: `org_${name}`, name, plan: 'pro' as const, createdAt: 1 })
const names = async (store: Store) => (await store.read.organizations.list()).map(({ name }) => name)

const kinds: [string, () => Store][] = [
  ['in memory', () => openMemoryStore(testDataKey, startMs)],
  ['in a file', () => file.connect()],
]

describe.each(kinds)('a store %s', (kind, open) => {
  test('writes all of a transaction or nothing', async () => {
    const store = open()
    const write = store.write(async (writer) => {
      await writer.organizations.insert(organization('a'))
      throw new Error('changed my mind')
    })
    await expect(write).rejects.toThrow('changed my mind')
    expect(await names(store)).toEqual([])
    await store.write((writer) => writer.organizations.insert(organization('b')))
    expect(await names(store)).toEqual(['b'])
  })

  test('runs transactions one after the other, in the order in which they came', async () => {
    const store = open()
    const steps: string[] = []
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        store.write(async (writer) => {
          steps.push(`${name} begins`)
          await writer.organizations.insert(organization(name))
          await writer.organizations.count()
          steps.push(`${name} ends`)
        }),
      ),
    )
    expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]))
  })

  test('shows others nothing of a transaction before its end, and itself everything', async () => {
    const store = open()
    let outside: Promise<number> | undefined
    const inside = await store.write(async (writer) => {
      await writer.organizations.insert(organization('a'))
      outside = store.read.organizations.count()
      return writer.organizations.count()
    })
    expect(inside).toBe(1)
    // A file answers at once, with what was committed; the memory has one connection and answers afterwards.
    expect(await outside).toBe(kind === 'in memory' ? 1 : 0)
  })

  test('tells what changed after the commit, once for each transaction, and nothing of one that failed', async () => {
    const store = open()
    const told: (readonly Topic[])[] = []
    const seen: Promise<string[]>[] = []
    const stop = store.onChange((topics) => {
      told.push(topics)
      seen.push(names(store))
    })
    await store.write(async (writer) => {
      await writer.organizations.insert(organization('a'))
      await writer.organizations.insert(organization('b'))
      await writer.installation.set('demo', 'true')
    })
    expect(told).toEqual([['organizations', 'settings']])
    expect(await Promise.all(seen)).toEqual([['a', 'b']])
    const failed = store.write(async (writer) => {
      await writer.organizations.insert(organization('c'))
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await store.write(async (writer) => writer.organizations.count())
    expect(told).toHaveLength(1)
    stop()
    await store.write((writer) => writer.organizations.insert(organization('d')))
    expect(told).toHaveLength(1)
  })

  test('gives readers no way to write', () => {
    const store = open()
    const writing = /^(insert|update|delete|set|append|revoke|record|release|discard|take|switch|save|put)/
    for (const [noun, reader] of Object.entries(store.read)) {
      const methods = Object.keys(reader)
      expect({ noun, writing: methods.filter((name) => writing.test(name)) }).toEqual({ noun, writing: [] })
    }
  })
})

test('a reading connection refuses to write even when it is told to', async () => {
  const reading = kyselyOver(openSqlite({ path: file.path, readonly: true }))
  const insert = reading.insertInto('installation').values({ key: 'demo', value: 'x' }).execute()
  await expect(insert).rejects.toMatchObject({ code: 'SQLITE_READONLY' })
  await reading.destroy()
})

test('a commit waits for the disk, and a writer for another process, instead of failing', () => {
  const database = openSqlite({ path: file.path })
  const full = 2
  expect(database.pragma('synchronous', { simple: true })).toBe(full)
  expect(database.pragma('busy_timeout', { simple: true })).toBe(30_000)
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
  database.close()
})

test('a transaction waits for another program without keeping the thread from its other work', async () => {
  const other = openSqlite({ path: file.path })
  const store = file.connect()
  other.exec('BEGIN IMMEDIATE')
  const written = store.write((writer) => writer.installation.set('demo', 'after'))
  // Whoever stood still here would never get to the commit.
  await new Promise((resolve) => setImmediate(resolve))
  expect(await store.read.installation.get('demo')).not.toBe('after')
  other.exec('COMMIT')
  await written
  expect(await store.read.installation.get('demo')).toBe('after')
  other.close()
})

test('a store that closes leaves no write-ahead log behind, also where one of its connections was never used', async () => {
  const other = await fileStore()
  const store = other.connect()
  await store.write((writer) => writer.organizations.insert(organization('a')))
  await store.close()
  expect(existsSync(`${other.path}-wal`)).toBe(false)
  await other.remove()
})
