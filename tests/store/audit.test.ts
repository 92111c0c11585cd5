import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'

let file: FileStore
let store: Store

beforeEach(async () => {
  file = await fileStore()
  store = file.connect()
})
afterEach(() => file.remove())

const append = (number: number, organizationId: string | null = 'org_1') =>
  store.write((writer) =>
    writer.audit.append({
      id: `aud_${number}`,
      at: startMs + number,
      organizationId,
      actorKind: 'user',
      actorId: 'usr_1',
      actorName: 'Ada',
      action: 'webhooks.pause',
      targetKind: 'webhook',
      targetId: 'whk_1',
      before: '{"status":"active"}',
      after: null,
      address: '127.0.0.1',
    }),
  )
/** As somebody with the file and a program for it could. */
const tamper = (statement: string) => {
  const database = new Database(file.path)
  database.exec(statement)
  database.close()
}

describe('the chain of the audit log', () => {
  beforeEach(async () => {
    for (let number = 1; number <= 5; number += 1) await append(number, number === 3 ? null : 'org_1')
  })

  test('fits as it was written', async () => {
    expect(await store.read.audit.findBreak()).toBeNull()
  })

  test.each([
    'id',
    'at',
    'organization_id',
    'actor_kind',
    'actor_id',
    'actor_name',
    'action',
    'target_kind',
    'target_id',
    'before',
    'after',
    'address',
  ])('shows where %s was altered', async (column) => {
    const value = column === 'at' ? '5' : column === 'actor_kind' ? `'operator'` : `'other'`
    tamper(`UPDATE audit SET ${column} = ${value} WHERE seq = 3`)
    expect(await store.read.audit.findBreak()).toEqual({ seq: 3, reason: 'was altered' })
  })

  test('shows where an entry was removed', async () => {
    tamper('DELETE FROM audit WHERE seq = 2')
    expect(await store.read.audit.findBreak()).toEqual({ seq: 3, reason: 'entry 2 is missing' })
  })

  test('shows where an entry was removed and the others moved up', async () => {
    tamper('DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2')
    expect(await store.read.audit.findBreak()).toEqual({ seq: 2, reason: 'does not follow the entry before' })
  })

  test('shows where two entries changed places', async () => {
    tamper('UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3')
    tamper('UPDATE audit SET seq = 3 WHERE seq = 100')
    expect(await store.read.audit.findBreak()).toMatchObject({ seq: 2 })
  })

  test('goes on from where another process ended it', async () => {
    const other = file.connect()
    await other.write((writer) => writer.installation.set('demo', 'true'))
    await append(6)
    expect(await other.read.audit.findBreak()).toBeNull()
  })

  test('is walked in full, however long', async () => {
    await store.write(async (writer) => {
      const [entry] = await writer.audit.list({ organizationId: 'org_1', limit: 1 })
      if (entry === undefined) throw new Error('nothing was appended')
      for (let number = 6; number <= 2_100; number += 1) {
        const { seq: _seq, ...record } = entry
        await writer.audit.append({ ...record, id: `aud_${number}` })
      }
    })
    expect(await store.read.audit.findBreak()).toBeNull()
    tamper(`UPDATE audit SET after = '{}' WHERE seq = 2050`)
    expect(await store.read.audit.findBreak()).toMatchObject({ seq: 2_050 })
  })

  test('is one for all organizations, while a list shows one of them', async () => {
    const entries = await store.read.audit.list({ organizationId: 'org_1', limit: 10 })
    expect(entries.map(({ seq }) => seq)).toEqual([5, 4, 2, 1])
  })
})
