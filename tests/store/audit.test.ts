import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openInstallation } from '#main/host/installation.ts'
import { auditReader } from '#main/store/audit.ts'
import { beginning, hashOf } from '#main/store/audit-chain.ts'
import { createCipher } from '#main/store/cipher.ts'
import type { AuditRecord, Store } from '#main/store/interface.ts'
import { applyMigrations } from '#main/store/migrate.ts'
import { audit } from '#main/store/migrations/100-audit.ts'
import { migrations } from '#main/store/migrations/index.ts'
import { startMs, testDataKey } from '../support/engine.ts'
import { type FileStore, fileStore } from '../support/file-store.ts'
import { temporaryDataDirectory } from '../support/temporary.ts'
import { plannedDatabase } from './planned.ts'

let file: FileStore
let store: Store

beforeEach(async () => {
  file = await fileStore()
  store = file.connect()
})
afterEach(() => file.remove())

const record: AuditRecord = {
  id: 'aud_1',
  at: startMs,
  organizationId: 'org_1',
  actorKind: 'user',
  actorId: 'usr_1',
  actorName: 'Ada',
  action: 'webhooks.pause',
  targetKind: 'webhook',
  targetId: 'whk_1',
  before: '{"status":"active"}',
  after: null,
  address: '127.0.0.1',
}
const append = (number: number, organizationId: string | null = 'org_1') =>
  store.write((writer) =>
    writer.audit.append({ ...record, id: `aud_${number}`, at: startMs + number, organizationId }),
  )
/** As somebody with the file and a program for it could. */
const tamper = (statement: string) => {
  const database = new Database(file.path)
  database.exec(statement)
  database.close()
}

/** Where the chain breaks first; null when it fits. */
const findBreak = async (of: Store = store) => {
  const found = (await of.read.audit.check()).break
  return found === null ? null : [found.seq, found.reason]
}
const at = (number: number) => startMs + number

describe('the chain of the audit log', () => {
  beforeEach(async () => {
    for (let number = 1; number <= 5; number += 1) await append(number, number === 3 ? null : 'org_1')
  })

  test('fits as it was written, and says how long it is', async () => {
    expect(await store.read.audit.check()).toEqual({ entries: 5, break: null })
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
    const broken = { seq: 3, at: column === 'at' ? 5 : at(3), reason: 'was altered' }
    expect(await store.read.audit.check()).toEqual({ entries: 2, break: broken })
  })

  test('shows where an entry was removed', async () => {
    tamper('DELETE FROM audit WHERE seq = 2')
    expect(await findBreak()).toEqual([3, 'entry 2 is missing'])
  })

  test('shows where an entry was removed and the others moved up', async () => {
    tamper('DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2')
    expect(await findBreak()).toEqual([2, 'does not follow the entry before'])
  })

  test('shows where two entries changed places', async () => {
    tamper('UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3')
    tamper('UPDATE audit SET seq = 3 WHERE seq = 100')
    expect((await findBreak())?.[0]).toBe(2)
  })

  test('goes on from where another process ended it', async () => {
    const other = file.connect()
    await other.write((writer) => writer.installation.set('demo', 'true'))
    await append(6)
    expect(await findBreak(other)).toBeNull()
  })

  test('is walked in full, however long, while others have their turn', async () => {
    await store.write(async (writer) => {
      const [entry] = await writer.audit.list({ organizationId: 'org_1', limit: 1 })
      if (entry === undefined) throw new Error('nothing was appended')
      for (let number = 6; number <= 2_100; number += 1) {
        const { seq: _seq, hash: _hash, ...record } = entry
        await writer.audit.append({ ...record, id: `aud_${number}` })
      }
    })
    let turns = 0
    let walking = true
    const count = () => {
      turns += 1
      if (walking) setImmediate(count)
    }
    setImmediate(count)
    expect(await store.read.audit.check()).toEqual({ entries: 2_100, break: null })
    walking = false
    expect(turns).toBeGreaterThan(3)
    tamper(`UPDATE audit SET after = '{}' WHERE seq = 2050`)
    expect((await findBreak())?.[0]).toBe(2_050)
  })

  test('fits while entries are appended', async () => {
    const other = file.connect()
    const checks = Promise.all(Array.from({ length: 20 }, () => store.read.audit.check()))
    for (let number = 6; number <= 40; number += 1) {
      await append(number)
      expect(await findBreak(other)).toBeNull()
    }
    expect((await checks).map((check) => check.break)).toEqual(Array(20).fill(null))
  })

  test('is one for all organizations, while a list shows one of them', async () => {
    const entries = await store.read.audit.list({ organizationId: 'org_1', limit: 10 })
    expect(entries.map(({ seq }) => seq)).toEqual([5, 4, 2, 1])
  })
})

describe('the sealed end of the chain', () => {
  beforeEach(async () => {
    for (let number = 1; number <= 5; number += 1) await append(number)
  })

  /** The hashes from an entry on, computed anew as somebody could who reads this program. */
  const rewrite = async (fromSeq: number) => {
    const database = new Database(file.path)
    const rows = database.prepare<[], { seq: number; hash: Buffer }>('SELECT seq, hash FROM audit').all()
    const records = await store.read.audit.list({ organizationId: 'org_1', limit: 100 })
    let previous = rows.find(({ seq }) => seq === fromSeq - 1)?.hash ?? Buffer.alloc(32)
    const update = database.prepare('UPDATE audit SET previous_hash = ?, hash = ? WHERE seq = ?')
    for (const record of records.toSorted((a, b) => a.seq - b.seq)) {
      if (record.seq < fromSeq) continue
      const hash = hashOf(previous, record)
      update.run(previous, hash, record.seq)
      previous = hash
    }
    database.close()
  }

  test('shows that the last entries were cut off, and goes on showing it after the next one', async () => {
    tamper('DELETE FROM audit WHERE seq > 3')
    expect(await store.read.audit.check()).toEqual({
      entries: 3,
      break: { seq: 3, at: at(3), reason: 'the entries after 3, up to 5, were removed' },
    })
    await append(6)
    expect(await findBreak()).toEqual([6, 'entry 4 is missing'])
  })

  test('shows that all entries were deleted', async () => {
    tamper('DELETE FROM audit')
    const reason = 'the entries after 0, up to 5, were removed'
    expect(await store.read.audit.check()).toEqual({ entries: 0, break: { seq: 0, at: null, reason } })
    await append(6)
    expect(await findBreak()).toEqual([6, 'entry 1 is missing'])
  })

  test('shows an entry that was altered with all hashes computed anew', async () => {
    tamper(`UPDATE audit SET actor_name = 'Somebody else' WHERE seq = 2`)
    await rewrite(2)
    expect(await findBreak()).toEqual([5, 'is not the entry that was sealed as the last one'])
    await append(6)
    expect(await findBreak()).toEqual([6, 'does not follow the entry before'])
  })

  test('shows an entry that was added with a hash that fits', async () => {
    tamper(`INSERT INTO audit SELECT 6, 'aud_6', at, organization_id, actor_kind, actor_id, actor_name, action,
      target_kind, target_id, before, after, address, hash, hash FROM audit WHERE seq = 5`)
    await rewrite(6)
    expect(await findBreak()).toEqual([6, 'the entries after 5 were added past the sealed end'])
    await append(7)
    expect(await findBreak()).toEqual([7, 'does not follow the entry before'])
  })

  test('that was taken away leaves a gap behind for good', async () => {
    tamper('DELETE FROM audit WHERE seq > 3; DELETE FROM audit_end')
    expect(await findBreak()).toEqual([3, 'the seal of the end is missing'])
    await append(6)
    expect(await findBreak()).toEqual([5, 'entry 4 is missing'])
  })

  test('cannot be made without the data key', async () => {
    const forged = createCipher(Buffer.alloc(32, 9)).seal('[3,"AA=="]', 'audit_end').toString('hex')
    tamper(`DELETE FROM audit WHERE seq > 3; UPDATE audit_end SET sealed = x'${forged}'`)
    expect(await findBreak()).toEqual([3, 'the seal of the end was altered'])
    await append(6)
    expect(await findBreak()).toEqual([5, 'entry 4 is missing'])
  })

  test('is not that of another sealed thing', async () => {
    const other = createCipher(testDataKey).seal('[3,"AA=="]', 'data_key_check').toString('hex')
    tamper(`UPDATE audit_end SET sealed = x'${other}'`)
    expect((await findBreak())?.[1]).toBe('the seal of the end was altered')
  })

  test('rolls back with the transaction that failed', async () => {
    const failed = store.write(async (writer) => {
      await writer.audit.append({ ...record, id: 'aud_6' })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await findBreak()).toBeNull()
    await append(6)
    expect(await store.read.audit.check()).toEqual({ entries: 6, break: null })
  })
})

test('a log from before there were seals is sealed by the migration, once', async () => {
  const directory = temporaryDataDirectory()
  const key = { key: testDataKey, source: 'file' as const }
  const clock = { now: () => startMs }
  const old = new Database(directory.database)
  applyMigrations(
    old,
    migrations.filter(({ number }) => number < audit.number),
    startMs,
  )
  const hash = hashOf(beginning.hash, record)
  old
    .prepare(`INSERT INTO audit VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(...Object.values(record), beginning.hash, hash)
  old.close()
  const sealed = await openInstallation(directory, key, clock)
  expect(await sealed.read.audit.check()).toEqual({ entries: 1, break: null })
  await sealed.close()
  const tampered = new Database(directory.database)
  tampered.exec('DELETE FROM audit_end')
  tampered.close()
  const again = await openInstallation(directory, key, clock)
  expect((await again.read.audit.check()).break?.reason).toBe('the seal of the end is missing')
  await again.close()
})

describe('the search', () => {
  let database: ReturnType<typeof plannedDatabase>
  beforeEach(() => {
    database = plannedDatabase()
  })
  afterEach(() => database.close())

  const range = { fromId: 'aud_1', beforeId: 'aud_9' }
  test.each([
    [{}, 'audit_by_organization (organization_id=? AND id>? AND id<?)'],
    [{ actor: 'Ada', actorKind: 'user' }, 'audit_by_organization (organization_id=? AND id>? AND id<?)'],
    [{ action: 'x' }, 'audit_by_action (organization_id=? AND action=? AND id>? AND id<?)'],
    [{ targetKind: 'x' }, 'audit_by_kind (organization_id=? AND target_kind=? AND id>? AND id<?)'],
    [
      { targetId: 'x', targetKind: 'y', action: 'z' },
      'audit_by_target (organization_id=? AND target_id=? AND id',
    ],
  ] as const)('of %o reads the index that leaves the least, and sorts nothing', async (filter, index) => {
    const plans = await database.plansOf(() =>
      auditReader(database.context).search({ organizationId: 'org', ...range, ...filter, limit: 10 }),
    )
    expect(plans).toHaveLength(2)
    for (const plan of plans) {
      expect(plan).toContain(`USING COVERING INDEX ${index}`)
      expect(plan.replaceAll('SCAN listed', '')).not.toMatch(/SCAN|TEMP B-TREE/)
    }
  })

  test('for names jumps from one to the next in the index', async () => {
    const plans = await database.plansOf(() => auditReader(database.context).listNames('org'))
    expect(plans).toHaveLength(2)
    expect(plans[0]).toContain(
      'SEARCH audit USING COVERING INDEX audit_by_action (organization_id=? AND action>?)',
    )
    expect(plans[1]).toContain(
      'SEARCH audit USING COVERING INDEX audit_by_kind (organization_id=? AND target_kind>?)',
    )
    for (const plan of plans) expect(plan).not.toContain('SCAN audit')
  })
})
