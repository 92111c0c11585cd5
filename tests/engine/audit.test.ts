import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { auditExportMax } from '#contract/settings.ts'
import type { AuditFact } from '#main/engine/audit/audit.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { anonymous, operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let ada: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  ada = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

const operations = () => world.engine.operations.audit
const here = () => ({ organizationId: home.id })
const tell = (caller: Caller | 'program', fact: Partial<AuditFact> = {}) =>
  world.store.write((writer) =>
    world.toolbox.audit.record(writer, caller, {
      action: 'webhooks.pause',
      organizationId: home.id,
      targetKind: 'webhook',
      targetId: 'whk_1',
      ...fact,
    }),
  )
const list = (over = {}, caller: Caller = ada) => operations().list(caller, { ...here(), limit: 50, ...over })
const found = async (filter: object) =>
  (await list(filter)).items.map(({ action, actorName }) => `${actorName} ${action}`)

describe('the list', () => {
  beforeEach(async () => {
    const max = await world.person(home.id, { name: 'Max 100%' })
    const key = await world.key(home.id, { name: 'ci' })
    await tell(ada, { action: 'api_keys.create', targetKind: 'api_key', targetId: 'key_1' })
    world.clock.advance(1_000)
    await tell(max)
    world.clock.advance(1_000)
    await tell(key, { action: 'webhooks.create' })
    await tell(operator, { targetId: 'whk_2' })
    world.clock.advance(1_000)
    await tell('program', { action: 'expectations.fail', targetKind: 'expectation', targetId: null })
    await tell(await world.person(away.id), { organizationId: away.id })
  })

  test.each([
    [
      {},
      [
        'Patchbay expectations.fail',
        'command line webhooks.pause',
        'ci webhooks.create',
        'Max 100% webhooks.pause',
        'Ada api_keys.create',
      ],
    ],
    [{ actorKind: 'api_key' }, ['ci webhooks.create']],
    [{ actorKind: 'operator' }, ['command line webhooks.pause']],
    [{ actor: 'AX 1' }, ['Max 100% webhooks.pause']],
    [{ actor: '%' }, ['Max 100% webhooks.pause']],
    [{ actor: '_' }, []],
    [{ action: 'webhooks.pause' }, ['command line webhooks.pause', 'Max 100% webhooks.pause']],
    [{ action: 'webhooks' }, []],
    [{ targetKind: 'api_key' }, ['Ada api_keys.create']],
    [{ targetId: 'whk_1' }, ['ci webhooks.create', 'Max 100% webhooks.pause']],
    [{ targetId: 'whk_1', action: 'webhooks.create' }, ['ci webhooks.create']],
    [{ targetId: 'whk_1', targetKind: 'api_key' }, []],
    [{ action: 'webhooks.pause', targetKind: 'webhook', actorKind: 'user' }, ['Max 100% webhooks.pause']],
    [
      { since: startMs + 2_000 },
      ['Patchbay expectations.fail', 'command line webhooks.pause', 'ci webhooks.create'],
    ],
    [{ until: startMs + 2_000 }, ['Max 100% webhooks.pause', 'Ada api_keys.create']],
    [{ since: startMs + 1_000, until: startMs + 2_000 }, ['Max 100% webhooks.pause']],
    [{ since: startMs + 9_000 }, []],
  ])('filtered by %o', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected)
  })

  test('goes on from page to page under the same filter', async () => {
    const filter = { until: startMs + 3_000, limit: 2 }
    const first = await list(filter)
    const second = await list({ ...filter, cursor: first.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ actorName }) => actorName)).toEqual([
      'command line',
      'ci',
      'Max 100%',
      'Ada',
    ])
    expect(second.nextCursor).toBeNull()
  })

  test('tells who, from where, what it was before and after, and the place in the chain', async () => {
    await tell(ada, { before: { name: 'old' }, after: { name: 'new' } })
    const [entry] = (await list({ limit: 1 })).items
    expect(entry).toEqual({
      id: expect.stringMatching(/^aud_/),
      seq: 7,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      at: startMs + 3_000,
      actorKind: 'user',
      actorId: ada.id,
      actorName: 'Ada',
      action: 'webhooks.pause',
      targetKind: 'webhook',
      targetId: 'whk_1',
      before: { name: 'old' },
      after: { name: 'new' },
      address: '127.0.0.1',
    })
  })

  test('offers the actions and targets that there are, of this organization', async () => {
    await tell(ada, { action: 'zzz.theirs', targetKind: 'theirs', organizationId: away.id })
    expect(await operations().choices(ada, here())).toEqual({
      actions: ['api_keys.create', 'expectations.fail', 'webhooks.create', 'webhooks.pause'],
      targetKinds: ['api_key', 'expectation', 'webhook'],
    })
    const empty = await world.organization()
    const rita = await world.person(empty.id)
    expect(await operations().choices(rita, { organizationId: empty.id })).toEqual({
      actions: [],
      targetKinds: [],
    })
  })
})

describe('verifying', () => {
  test('walks the chain of all organizations', async () => {
    await tell(ada)
    await tell('program', { organizationId: away.id })
    expect(await operations().verify(ada, here())).toEqual({ ok: true, entries: 2, break: null })
  })

  test('walks once for all who ask at the same time, and again for the next', async () => {
    let walks = 0
    const { audit } = world.store.read
    const watched = {
      ...world.store,
      read: {
        ...world.store.read,
        audit: {
          ...audit,
          check: () => {
            walks += 1
            return audit.check()
          },
        },
      },
    }
    const { engine } = engineFixture({ store: watched })
    const ask = () => engine.operations.audit.verify(ada, here())
    await Promise.all([ask(), ask(), ask()])
    expect(walks).toBe(1)
    await ask()
    expect(walks).toBe(2)
  })

  test('says where it breaks', async () => {
    const { audit } = world.store.read
    const found = { entries: 4, break: { seq: 5, at: startMs, reason: 'was altered' } }
    const store = {
      ...world.store,
      read: { ...world.store.read, audit: { ...audit, check: async () => found } },
    }
    const { engine } = engineFixture({ store })
    expect(await engine.operations.audit.verify(ada, here())).toEqual({ ok: false, ...found })
  })
})

describe('an export', () => {
  const exported = (over = {}) => operations().export(ada, { ...here(), format: 'jsonl', ...over })

  test('as JSON Lines has an entry on each line, as the list shows it', async () => {
    await tell(ada, { before: { name: 'line\nbreak' } })
    await tell('program')
    const { items } = await list()
    const { text, entries, nextCursor } = await exported()
    expect([entries, nextCursor, text.endsWith('\n')]).toEqual([2, null, true])
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(items)
  })

  test('as CSV has a header and quotes what must be quoted', async () => {
    await tell(ada, { before: { name: 'a "quoted", name' }, action: 'x.y' })
    const [entry] = (await list()).items
    const { text } = await exported({ format: 'csv' })
    expect(text).toBe(
      'seq,id,at,actorKind,actorId,actorName,action,targetKind,targetId,address,before,after,hash\r\n' +
        `1,${entry?.id},2026-11-20T10:00:00.000Z,user,${ada.id},Ada,x.y,webhook,whk_1,127.0.0.1,` +
        `"{""name"":""a \\""quoted\\"", name""}",,${entry?.hash}\r\n`,
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'as CSV keeps a spreadsheet from running %j',
    async (name) => {
      await tell(await world.person(home.id, { name }))
      const { text } = await exported({ format: 'csv' })
      const quoted = name.startsWith('\r') ? `"'${name}"` : `'${name}`
      expect(text).toContain(`,${quoted},`)
      expect(text).not.toContain(`,${name},`)
    },
  )

  test('is filtered like the list, and shows nothing of another organization', async () => {
    await tell(ada, { action: 'a.b' })
    await tell(ada, { action: 'c.d' })
    await tell('program', { organizationId: away.id, action: 'c.d' })
    const { text, entries } = await exported({ action: 'c.d' })
    expect(entries).toBe(1)
    expect(text).toContain('"Ada"')
  })

  test('is bounded, and goes on from its cursor without a second header', async () => {
    const { audit } = world.store.read
    await tell(ada)
    const [entry] = await audit.list({ ...here(), limit: 1 })
    if (entry === undefined) throw new Error('There is no entry.')
    const { seq: _seq, hash: _hash, ...record } = entry
    await world.store.write(async (writer) => {
      for (let made = 1; made < auditExportMax + 5; made += 1)
        await writer.audit.append({ ...record, id: world.toolbox.ids.next('aud') })
    })
    const first = await exported({ format: 'csv' })
    expect(first.entries).toBe(auditExportMax)
    const second = await exported({ format: 'csv', cursor: first.nextCursor ?? '' })
    expect([second.entries, second.nextCursor]).toEqual([5, null])
    expect(second.text).not.toContain('actorKind')
    const ids = (first.text + second.text).match(/aud_\w+/g)
    expect(new Set(ids).size).toBe(auditExportMax + 5)
  })

  test('is itself told, once for all its pages', async () => {
    await tell(ada)
    await tell(ada)
    const { nextCursor } = await list({ limit: 1 })
    expect(nextCursor).not.toBeNull()
    await exported({ action: 'webhooks.pause', since: 5 })
    await exported({ cursor: nextCursor ?? undefined })
    await refusedWith('malformed', exported({ cursor: 'nonsense' }))
    const told = (await list({ action: 'audit.export' })).items
    expect(told.map(({ after }) => after)).toEqual([{ format: 'jsonl', action: 'webhooks.pause', since: 5 }])
  })
})

test('everything about the log is for admins by membership', async () => {
  await tell(ada)
  const calls: ((caller: Caller) => Promise<unknown>)[] = [
    (caller) => list({}, caller),
    (caller) => operations().choices(caller, here()),
    (caller) => operations().verify(caller, here()),
    (caller) => operations().export(caller, { ...here(), format: 'csv' }),
  ]
  const manager = await world.person(home.id, { workspaceRole: 'manager' })
  const claimed = await world.person(home.id, { source: 'metadata' })
  const stranger = await world.person(away.id)
  const key = await world.key(home.id)
  for (const call of calls) {
    await refusedWith('role_not_allowed', call(manager))
    await refusedWith('membership_required', call(claimed))
    await refusedWith('not_found', call(stranger))
    await refusedWith('scope_missing', call(key))
    await refusedWith('not_signed_in', call(anonymous))
  }
  expect((await list()).items).toHaveLength(1)
})
