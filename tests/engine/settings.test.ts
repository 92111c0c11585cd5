import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let owner: Person
let manager: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  manager = await world.person(home.id, { workspaceRole: 'manager', organizationRole: 'manager' })
})
afterEach(() => world.close())

const settings = () => world.engine.operations.settings
const here = () => ({ organizationId: home.id })
const auditLog = () => world.store.read.audit.list({ organizationId: home.id, limit: 50 })
const rule = (target: string) => ({ ...here(), target, note: 'the printer' })

describe('the settings', () => {
  test('tell of the installation and of the rules of this organization only', async () => {
    await settings().addNetworkRule(owner, rule('printer.lan'))
    const stranger = await world.person(away.id)
    await settings().addNetworkRule(stranger, { ...rule('secret.lan'), organizationId: away.id })
    const answer = await settings().get(manager, here())
    expect(answer).toMatchObject({ idleLockMinutes: 15, dataDirectory: '/data', dataKeySource: 'file' })
    expect(answer.networkRules.map(({ target }) => target)).toEqual(['printer.lan'])
  })

  test('are for those who may see them', async () => {
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const stranger = await world.person(away.id)
    const key = await world.key(home.id)
    await refusedWith('role_not_allowed', settings().get(staff, here()))
    await refusedWith('not_found', settings().get(stranger, here()))
    await refusedWith('scope_missing', settings().get(key, here()))
  })

  test('are changed by nobody below an owner or admin', async () => {
    const networkRuleId = (await settings().addNetworkRule(owner, rule('a.lan'))).id
    const told = await auditLog()
    await refusedWith('role_not_allowed', settings().setIdleLock(manager, { ...here(), idleLockMinutes: 1 }))
    await refusedWith('role_not_allowed', settings().addNetworkRule(manager, rule('b.lan')))
    await refusedWith('role_not_allowed', settings().removeNetworkRule(manager, { ...here(), networkRuleId }))
    await refusedWith('role_not_allowed', settings().backUpNow(manager, here()))
    expect(await auditLog()).toEqual(told)
    expect((await settings().get(owner, here())).networkRules).toHaveLength(1)
  })
})

describe('the idle lock', () => {
  test('is kept, with before and after in the audit log, once', async () => {
    const set = () => settings().setIdleLock(owner, { ...here(), idleLockMinutes: 0 })
    await set()
    await set()
    expect((await settings().get(owner, here())).idleLockMinutes).toBe(0)
    const entries = await auditLog()
    expect(entries.map(({ before, after }) => [before, after])).toEqual([
      ['{"idleLockMinutes":15}', '{"idleLockMinutes":0}'],
    ])
  })
})

describe('a network rule', () => {
  test('is added with its author and note, in lower case, and told of', async () => {
    const added = await settings().addNetworkRule(owner, rule('Printer.LAN'))
    expect(added).toMatchObject({ target: 'printer.lan', note: 'the printer', createdBy: 'Ada' })
    const [entry] = await auditLog()
    expect(entry).toMatchObject({ action: 'settings.add_network_rule', targetId: added.id })
    expect(JSON.parse(entry?.after ?? '')).toEqual({ target: 'printer.lan', note: 'the printer' })
  })

  test('that names nothing is refused with what is wrong', async () => {
    const error = await refusedWith('invalid', settings().addNetworkRule(owner, rule('not a host')))
    expect(error.fields).toEqual([{ path: '/target', message: 'This is neither a host name nor a CIDR.' }])
  })

  test('that is there already is refused, and another organization may have the same', async () => {
    await settings().addNetworkRule(owner, rule('10.0.0.0/8'))
    await refusedWith('conflict', settings().addNetworkRule(owner, rule('10.0.0.0/8')))
    expect(await auditLog()).toHaveLength(1)
    const stranger = await world.person(away.id)
    await settings().addNetworkRule(stranger, { ...rule('10.0.0.0/8'), organizationId: away.id })
  })

  test('is removed, and told of', async () => {
    const { id: networkRuleId } = await settings().addNetworkRule(owner, rule('a.lan'))
    await settings().removeNetworkRule(owner, { ...here(), networkRuleId })
    expect(world.delivery.reconsiders).toBe(1)
    expect((await settings().get(owner, here())).networkRules).toEqual([])
    expect((await auditLog())[0]).toMatchObject({ action: 'settings.remove_network_rule' })
    await refusedWith('not_found', settings().removeNetworkRule(owner, { ...here(), networkRuleId }))
  })

  test('of another organization cannot be removed', async () => {
    const stranger = await world.person(away.id)
    const added = await settings().addNetworkRule(stranger, { ...rule('a.lan'), organizationId: away.id })
    await refusedWith(
      'not_found',
      settings().removeNetworkRule(owner, { ...here(), networkRuleId: added.id }),
    )
    expect(await world.store.read.networkRules.list(away.id)).toHaveLength(1)
  })
})

test('a backup by hand is told of', async () => {
  const backup = await settings().backUpNow(owner, here())
  expect(backup.reason).toBe('manual')
  const [entry] = await auditLog()
  expect(entry).toMatchObject({ action: 'settings.back_up', actorName: 'Ada' })
  expect(JSON.parse(entry?.after ?? '')).toEqual({ path: backup.path, sizeBytes: backup.sizeBytes })
})
