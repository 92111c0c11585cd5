import { Readable } from 'node:stream'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { deliveriesText } from '#main/cli/output.ts'
import { compact } from '#main/store/compact.ts'
import { dataDirectoryAt } from '#main/store/data-directory.ts'
import { pageBytes } from '#main/store/sqlite.ts'
import { runHostOfAda } from '../host/running-host.ts'
import { storeErrorOf } from '../support/store-error.ts'
import { failingOn, on, run } from './run.ts'

const withInput = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
  const input = vi.spyOn(process, 'stdin', 'get')
  input.mockReturnValue(Object.assign(Readable.from([text]), { fd: 0 as const }) as typeof process.stdin)
  try {
    return await work()
  } finally {
    input.mockRestore()
  }
}

test('retention is shown, set and run, with or without a host', async () => {
  const { host } = await runHostOfAda()
  const ok = on(host.dataDirectory)
  expect(await ok('retention', 'show')).toMatchObject({
    days: { events: 90 },
    last: null,
    old: { events: 0 },
  })
  expect(await ok('retention', 'set', 'events=60', 'attempts=30')).toMatchObject({
    days: { events: 60, attempts: 30, response_bodies: 30 },
  })
  const failing = failingOn(host.dataDirectory)
  expect(await failing('retention', 'set', 'events=4')).toMatchObject({ exit: 1, code: 'invalid' })
  expect(await failing('retention', 'set', 'audit=9')).toMatchObject({ exit: 2, code: 'usage' })
  expect(await ok('retention', 'run')).toMatchObject({ removed: { events: 0 } })
  await host.stop()
  expect(await ok('retention', 'show')).toMatchObject({
    days: { events: 60 },
    last: { removed: { events: 0 } },
  })
})

test('erases by the value on the standard input, after a dry run', async () => {
  const { host } = await runHostOfAda()
  await host.stop()
  const ok = on(host.dataDirectory)
  const failing = failingOn(host.dataDirectory)
  const sent = z.object({ id: z.string() })
  const data = JSON.stringify({ email: 'noor@example.com', name: 'Noor' })
  const { id } = sent.parse(await ok('events', 'send', '--type', 'attendee.registered', '--data', data))
  const erase = (...args: string[]) =>
    withInput('noor@example.com\n', () => ok('erase', '--field', 'data.email', '--value-stdin', ...args))
  expect(await erase('--dry-run')).toMatchObject({ looked: 1, events: 1, open: 0 })
  expect(await erase()).toMatchObject({ state: 'done', erased: 1 })
  expect(await erase('--dry-run')).toMatchObject({ looked: 1, events: 0 })
  expect(await ok('erase', '--event', id)).toMatchObject({ state: 'done', erased: 0 })
  expect(await failing('erase')).toMatchObject({ exit: 2 })
  expect(await failing('erase', '--anywhere')).toMatchObject({ exit: 2 })
})

test('compacts an older database once, with a backup, while no host runs', async () => {
  const { host } = await runHostOfAda()
  const path = `${host.dataDirectory}/patchbay.db`
  expect(await failingOn(host.dataDirectory)('compact')).toMatchObject({ code: 'data_directory_in_use' })
  await host.stop()
  const old = new Database(path)
  old.exec('PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; PRAGMA page_size = 4096; VACUUM')
  old.close()
  const { out, code } = await run(['compact', '--data-dir', host.dataDirectory])
  expect([code, out]).toEqual([0, expect.stringContaining('Unused space goes back to the disk from now on.')])
  const database = new Database(path, { readonly: true })
  expect(database.pragma('auto_vacuum', { simple: true })).toBe(2)
  expect(database.pragma('page_size', { simple: true })).toBe(pageBytes)
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  database.close()
  expect(await on(host.dataDirectory)('backup', '--list')).toMatchObject({
    items: [{ reason: 'manual' }, { reason: 'daily' }],
  })
})

test('does not compact where the disk is too full, and changes nothing', async () => {
  const { host } = await runHostOfAda()
  await host.stop()
  const directory = dataDirectoryAt(host.dataDirectory)
  const backups = await on(host.dataDirectory)('backup', '--list')
  const error = await storeErrorOf('disk_too_full', () => compact(directory, Date.now(), 1_000))
  expect(error.message).toContain('Nothing was changed.')
  expect(await on(host.dataDirectory)('backup', '--list')).toEqual(backups)
})

test('one delivery is told of in the singular', () => {
  expect([0, 1, 2].map(deliveriesText)).toEqual(['0 deliveries', '1 delivery', '2 deliveries'])
})
