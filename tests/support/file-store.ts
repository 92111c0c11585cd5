import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataDirectoryAt } from '#main/store/data-directory.ts'
import type { Store } from '#main/store/interface.ts'
import { connectStore, prepareDatabase } from '#main/store/open.ts'
import { startMs, testDataKey } from './engine.ts'

/** A database in a file of its own, for what only files show: other processes, durability, locks. */
export interface FileStore {
  readonly path: string
  /** As another process would connect. Closed with the rest. */
  connect(): Store
  remove(): Promise<void>
}

export const fileStore = async (): Promise<FileStore> => {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-test-'))
  const directory = dataDirectoryAt(root)
  await prepareDatabase(directory, startMs)
  const stores: Store[] = []
  return {
    path: directory.database,
    connect() {
      const store = connectStore(directory.database, testDataKey)
      stores.push(store)
      return store
    },
    async remove() {
      for (const store of stores) await store.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}
