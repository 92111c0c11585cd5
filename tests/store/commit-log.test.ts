import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCommitLog } from '#main/store/commit-log.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { connectStore } from '#main/store/open.ts'
import { testDataKey } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let file: FileStore
beforeAll(async () => {
  file = await fileStore()
  // As long as a connection is open, the log is there.
  await file.connect().write((writer) => writer.installation.set('demo', 'no'))
})
afterAll(() => file.remove())

/** A disk that takes what is written when it is told to. */
const slowDisk = () => {
  const waits: PromiseWithResolvers<void>[] = []
  return {
    waits,
    sync: () => {
      const wait = Promise.withResolvers<void>()
      waits.push(wait)
      return wait.promise
    },
  }
}

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve))

const organization = (id: string): OrganizationRecord & { createdAt: number } => ({
  id,
  name: id,
  plan: 'free',
  createdAt: 0,
})

test('a write is told of when the disk has it, not when it is committed', async () => {
  const disk = slowDisk()
  const store = connectStore(file.path, testDataKey, openCommitLog(file.path, disk.sync))
  let told = false
  const writing = store
    .write((writer) => writer.organizations.insert(organization('slow')))
    .then(() => {
      told = true
    })
  while (disk.waits.length === 0) await turnOfLoop()
  expect(await store.read.organizations.get('slow')).toMatchObject({ id: 'slow' })
  expect(told).toBe(false)
  disk.waits[0]?.resolve()
  await writing
  await store.close()
})

test('a disk that fails is told to the writer and shown as trouble, until it works again', async () => {
  const disk = slowDisk()
  const store = connectStore(file.path, testDataKey, openCommitLog(file.path, disk.sync))
  const failing = store.write((writer) => writer.organizations.insert(organization('failing')))
  while (disk.waits.length === 0) await turnOfLoop()
  disk.waits[0]?.reject(new Error('EIO'))
  await expect(failing).rejects.toMatchObject({ code: 'sync_failed' })
  expect(store.trouble()).toBe('The disk did not take what was written.')
  const working = store.write((writer) => writer.organizations.insert(organization('working')))
  while (disk.waits.length === 1) await turnOfLoop()
  disk.waits[1]?.resolve()
  await working
  expect(store.trouble()).toBeNull()
  await store.close()
})

test('what is committed during a wait gets the next one, which it shares', async () => {
  const disk = slowDisk()
  const log = openCommitLog(file.path, disk.sync)
  const first = log.sync()
  while (disk.waits.length === 0) await turnOfLoop()
  const later = [log.sync(), log.sync(), log.sync()]
  disk.waits[0]?.resolve()
  await first
  while (disk.waits.length === 1) await turnOfLoop()
  disk.waits[1]?.resolve()
  await Promise.all(later)
  expect(disk.waits).toHaveLength(2)
  await log.close()
  await log.close()
})
