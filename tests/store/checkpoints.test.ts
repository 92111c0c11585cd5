import { copyFileSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { startCheckpoints } from '#main/store/checkpoints.ts'
import { fileStore } from '../support/file-store.ts'

/** What the file holds without its log. */
const inFileAlone = (path: string): unknown[] => {
  const copy = `${path}-copy`
  copyFileSync(path, copy)
  const database = new Database(copy)
  try {
    return database.prepare(`SELECT id FROM organizations WHERE id = 'org_copied'`).pluck().all()
  } finally {
    database.close()
    rmSync(copy)
  }
}

test('what was committed is copied from the log into the file beside those who commit', async () => {
  const file = await fileStore()
  const store = file.connect()
  const died = vi.fn()
  const checkpoints = startCheckpoints(file.path, died)
  await store.write((writer) =>
    writer.organizations.insert({ id: 'org_copied', name: 'Copied', plan: 'free', createdAt: 0 }),
  )
  expect(inFileAlone(file.path)).toEqual([])
  checkpoints.noteCommit()
  await vi.waitFor(() => expect(inFileAlone(file.path)).toEqual(['org_copied']), { timeout: 20_000 })
  await checkpoints.stop()
  await checkpoints.stop()
  expect(died).not.toHaveBeenCalled()
  await file.remove()
})
