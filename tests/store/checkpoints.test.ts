import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { startCheckpoints } from '#main/store/checkpoints.ts'
import { openSqlite } from '#main/store/sqlite.ts'
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

test('a thread that dies is started again, says so when it keeps dying, and then copies what is there', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'patchbay-checkpoints-'))
  const missing = join(directory, 'later')
  const path = join(missing, 'patchbay.db')
  const died = vi.fn()
  const checkpoints = startCheckpoints(path, died, [0, 1, 20])
  checkpoints.noteCommit()
  expect(checkpoints.trouble()).toBeNull()
  await vi.waitFor(() => expect(died.mock.calls.length).toBeGreaterThan(3), { timeout: 20_000 })
  expect(died.mock.calls.slice(0, 4).map(([, restartInMs]) => restartInMs)).toEqual([0, 1, 20, 20])
  expect(checkpoints.trouble()).toMatch(/^its thread died \d+ times: .*directory does not exist/)
  mkdirSync(missing)
  const database = openSqlite({ path })
  database.exec(`CREATE TABLE organizations (id TEXT); INSERT INTO organizations VALUES ('org_copied')`)
  await vi.waitFor(() => expect(inFileAlone(path)).toEqual(['org_copied']), { timeout: 20_000 })
  await checkpoints.stop()
  database.close()
  rmSync(directory, { recursive: true, force: true })
})

test('a thread that is to be started again is not when all stops', async () => {
  const died = vi.fn()
  const checkpoints = startCheckpoints('/nowhere/patchbay.db', died, [60_000])
  await vi.waitFor(() => expect(died).toHaveBeenCalledOnce(), { timeout: 20_000 })
  expect(checkpoints.trouble()).toBeNull()
  await checkpoints.stop()
})
