import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Disk, openCommitLog } from '#main/store/commit-log.ts'
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
const slowDisk = (): Disk & { waits: PromiseWithResolvers<void>[] } => {
  const waits: PromiseWithResolvers<void>[] = []
  return {
    waits,
    syncNow: null,
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
  const store = connectStore(file.path, testDataKey, disk)
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
  const store = connectStore(file.path, testDataKey, disk)
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
  const log = openCommitLog(file.path, disk)
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

describe('a thread that may stand still for the disk', () => {
  /** Counts the waits for which the thread stands still, and that take so long. */
  const countingDisk = () => {
    const disk = { own: 0, tookMs: 0 }
    return Object.assign(disk, {
      sync: async () => {},
      syncNow: () => {
        disk.own += 1
        vi.advanceTimersByTime(disk.tookMs)
      },
    })
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('does so while it is quick, and leaves a slow one to others for a while, longer each time', async () => {
    const disk = countingDisk()
    const log = openCommitLog(file.path, disk)
    /** Which of both the next wait is. */
    const next = async () => {
      const { own } = disk
      await log.sync()
      return disk.own > own ? 'own' : 'others'
    }
    expect([await next(), await next(), await next()]).toEqual(['others', 'own', 'own'])
    disk.tookMs = 6
    expect([await next(), await next()]).toEqual(['own', 'others'])
    vi.advanceTimersByTime(99)
    expect(await next()).toBe('others')
    vi.advanceTimersByTime(1)
    expect([await next(), await next()]).toEqual(['own', 'others'])
    vi.advanceTimersByTime(100)
    expect(await next()).toBe('others')
    disk.tookMs = 1
    vi.advanceTimersByTime(100)
    expect([await next(), await next()]).toEqual(['own', 'own'])
    await log.close()
  })

  test('is told of a disk that fails', async () => {
    const disk = countingDisk()
    const log = openCommitLog(file.path, {
      sync: disk.sync,
      syncNow() {
        throw new Error('EIO')
      },
    })
    await log.sync()
    await expect(log.sync()).rejects.toMatchObject({ code: 'sync_failed' })
    await log.close()
  })
})
