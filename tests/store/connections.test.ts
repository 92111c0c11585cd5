import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionWriter } from '#main/store/connections.ts'
import type { WriteContext } from '#main/store/context.ts'
import type { ConnectionRecord } from '#main/store/interface.ts'
import { fileStore } from '../support/file-store.ts'
import { storeErrorOf } from '../support/store-error.ts'
import { plannedDatabase } from './planned.ts'

const record: ConnectionRecord = {
  id: 'con_1',
  organizationId: 'org_1',
  occasionId: null,
  connectorId: 'odoo',
  enabled: true,
  configuration: { database: 'hall' },
  grants: ['create_invoice'],
  check: { status: 'ok', reason: 'fine', checkedAt: 5 },
  connectedAt: 5,
  connectedBy: 'Ada',
}
const secret = 'a secret that nobody may find in the file'

describe('the plans of connections', () => {
  let database: ReturnType<typeof plannedDatabase>
  let context: WriteContext
  beforeEach(() => {
    database = plannedDatabase()
    context = { ...database.context, changed: () => {} }
  })
  afterEach(() => database.close())

  test.each([
    [null, 'connections_by_place (organization_id=?)'],
    ['occ', 'connections_by_occasion (occasion_id=?)'],
  ])('of the occasion %s list along an index', async (occasionId, index) => {
    const plans = await database.plansOf(() =>
      connectionWriter(context).list({ organizationId: 'org', occasionId, limit: 10 }),
    )
    expect(plans).toHaveLength(1)
    expect(plans[0]).toContain(`SEARCH connections USING INDEX ${index}`)
  })

  test('find the connection of a place, its secrets and its parts by keys', async () => {
    const connections = connectionWriter(context)
    const plans = await database.plansOf(async () => {
      await connections.findAt(record)
      await connections.get('con')
      await connections.listSecrets(['con', 'con2'])
      await connections.openSecrets('con')
      await connections.update('con', { enabled: false })
      await connections.deleteSecret('con', 'field')
      await connections.disconnect('con', 5)
    })
    expect(plans).toHaveLength(8)
    for (const plan of plans) expect(plan).toMatch(/^SEARCH /)
    expect(plans[0]).toContain('connections_by_place (organization_id=? AND connector_id=?')
  })

  test.each([
    [{}, 'connection_history_by_organization (organization_id=? AND seq<?)'],
    [{ connectorId: 'odoo' }, 'connection_history_by_connector (organization_id=? AND connector_id=? AND'],
  ])('read the history newest first without sorting: %o', async (filter, index) => {
    const query = { organizationId: 'org', occasionId: null, beforeSeq: 5, limit: 10, ...filter }
    const [plan] = await database.plansOf(() => connectionWriter(context).listHistory(query))
    expect(plan).toContain(index)
    expect(plan).not.toContain('TEMP B-TREE')
  })

  test('read the history of an occasion newest first without sorting', async () => {
    const query = { organizationId: 'org', occasionId: 'occ', limit: 10 }
    const [plan] = await database.plansOf(() => connectionWriter(context).listHistory(query))
    expect(plan).toMatch(/connection_history_by_(occasion|organization)/)
    expect(plan).not.toContain('TEMP B-TREE')
  })
})

describe('connections', () => {
  const filled = async () => {
    const file = await fileStore()
    const store = file.connect()
    await store.write(async (writer) => {
      await writer.organizations.insert({ id: 'org_1', name: 'Hall', plan: 'enterprise', createdAt: 1 })
      await writer.connections.insert(record)
      await writer.connections.setSecret({ connectionId: 'con_1', field: 'apiKey', secret, tail: 'file' })
    })
    return { file, store }
  }

  test('come back as they were kept', async () => {
    const { file, store } = await filled()
    expect(await store.read.connections.get('con_1')).toEqual(record)
    expect(await store.read.connections.findAt(record)).toEqual(record)
    expect(await store.read.connections.findAt({ ...record, occasionId: 'occ_1' })).toBeNull()
    await store.write((writer) => writer.connections.update('con_1', { enabled: false, check: null }))
    expect(await store.read.connections.get('con_1')).toEqual({ ...record, enabled: false, check: null })
    await file.remove()
  })

  test('have their secrets sealed in the file, each for its own connection and field', async () => {
    const { file, store } = await filled()
    expect(await store.read.connections.openSecrets('con_1')).toEqual(new Map([['apiKey', secret]]))
    await store.write(async (writer) => {
      await writer.connections.setSecret({ connectionId: 'con_1', field: 'apiKey', secret, tail: 'again' })
    })
    for (const path of [file.path, `${file.path}-wal`]) {
      expect(readFileSync(path).includes(Buffer.from(secret))).toBe(false)
    }
    expect(await store.read.connections.listSecrets(['con_1'])).toEqual([
      { connectionId: 'con_1', field: 'apiKey', tail: 'again' },
    ])
    await file.remove()
  })

  test('that took a secret from another field do not open it', async () => {
    const { file, store } = await filled()
    const database = new Database(file.path)
    database.exec(`UPDATE connection_secrets SET field = 'other'`)
    database.close()
    await storeErrorOf('data_key_wrong', () => store.read.connections.openSecrets('con_1'))
    await file.remove()
  })

  test('are one for each connector and place, until they end', async () => {
    const { file, store } = await filled()
    const again = store.write((writer) => writer.connections.insert({ ...record, id: 'con_2' }))
    await expect(again).rejects.toThrow(/UNIQUE/)
    await store.write(async (writer) => {
      await writer.connections.disconnect('con_1', 9)
      await writer.connections.insert({ ...record, id: 'con_2' })
    })
    const all = { organizationId: 'org_1', occasionId: null, limit: 10 }
    expect((await store.read.connections.list(all)).map(({ id }) => id)).toEqual(['con_2'])
    expect(await store.read.connections.get('con_1')).toBeNull()
    await file.remove()
  })
})
