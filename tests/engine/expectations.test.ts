import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Expectation, expectationsMax } from '#contract/expectations.ts'
import { rerunExpectations, runExpectations } from '#main/engine/expectations/run.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import { operator, type Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let owner: Person
let max: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
  max = await world.person(home.id, { name: 'Max', workspaceRole: 'manager', organizationRole: 'manager' })
})
afterEach(() => world.close())

const here = () => ({ organizationId: home.id })
const operations = () => world.engine.operations.expectations
const aboutMax = () => ({ subject: { kind: 'user' as const, userId: max.id }, note: '' })
const never = (over: object = {}, caller: Caller = owner): Promise<Expectation> =>
  operations().create(caller, {
    ...here(),
    ...aboutMax(),
    action: 'api_keys.manage',
    expected: 'refused',
    ...over,
  })
const mayNot = (action: 'webhooks.manage' | 'api_keys.manage') => never({ action, expected: 'allowed' })

const switchOff = () =>
  world.store.write(({ killSwitches }) =>
    killSwitches.switchOff({
      name: 'webhooks',
      organizationId: home.id,
      reason: 'incident',
      by: 'Pat',
      at: 1,
    }),
  )
const auditOf = async (action: string) =>
  (await world.store.read.audit.list({ organizationId: home.id, limit: 100 })).filter(
    (entry) => entry.action === action,
  )

describe('an expectation', () => {
  test('is run when it is stated, and says what was found', async () => {
    const created = await never({ note: 'as agreed with the auditor' })
    expect(created).toMatchObject({
      subject: { kind: 'user', userId: max.id },
      subjectName: 'Max',
      occasionId: null,
      expected: 'refused',
      note: 'as agreed with the auditor',
      createdBy: 'Ada',
      createdAt: world.clock.now(),
      lastRunAt: world.clock.now(),
      lastOutcome: {
        passed: true,
        decidedBy: 'workspace_role',
        code: 'role_not_allowed',
        fact: 'workspace role is manager; needs admin',
      },
    })
    expect(await operations().list(owner, here())).toEqual([created])
    const allowed = await mayNot('webhooks.manage')
    expect(allowed.lastOutcome).toEqual({
      passed: true,
      decidedBy: null,
      code: null,
      fact: 'every gate passes',
    })
  })

  test('can be about a key, and about an occasion', async () => {
    const key = await world.key(home.id, { name: 'ci', scopes: ['api'] })
    const occasion = await world.occasion(home.id)
    const subject = { kind: 'api_key', apiKeyId: key.id } as const
    const created = await never({ subject, occasionId: occasion.id, action: 'webhooks.manage' })
    expect(created).toMatchObject({ subject, subjectName: 'ci', occasionId: occasion.id })
    expect(created.lastOutcome).toMatchObject({ passed: true, code: 'scope_missing' })
  })

  test('is one for each subject, action and place', async () => {
    await never()
    await refusedWith('conflict', never({ expected: 'allowed' }))
    expect(await operations().list(owner, here())).toHaveLength(1)
    expect(await auditOf('expectations.create')).toHaveLength(1)
  })

  test('is one of not too many', async () => {
    const first = await never()
    const record = await world.store.read.expectations.get(first.id)
    if (record === null) throw new Error('It was not kept.')
    await world.store.write(async ({ expectations }) => {
      for (let made = 1; made < expectationsMax; made += 1) {
        const { ids } = world.toolbox
        await expectations.insert({ ...record, id: ids.next('exp'), subjectId: ids.next('usr') })
      }
    })
    await refusedWith('invalid', mayNot('webhooks.manage'))
    await operations().delete(owner, { ...here(), expectationId: first.id })
    await mayNot('webhooks.manage')
  })

  test('is told in the audit log when it is stated and when it is deleted', async () => {
    const { id } = await never()
    await operations().delete(owner, { ...here(), expectationId: id })
    expect(await operations().list(owner, here())).toEqual([])
    const [stated] = await auditOf('expectations.create')
    const [deleted] = await auditOf('expectations.delete')
    expect(stated).toMatchObject({ actorName: 'Ada', targetKind: 'expectation', targetId: id, before: null })
    expect(deleted).toMatchObject({ actorName: 'Ada', targetId: id, before: stated?.after, after: null })
    expect(JSON.parse(stated?.after ?? '')).toMatchObject({ subject: 'Max', action: 'api_keys.manage' })
    await refusedWith('not_found', operations().delete(owner, { ...here(), expectationId: id }))
  })
})

describe('a run', () => {
  test('finds what no longer holds, tells it once in the audit log, and counts it', async () => {
    const holds = await never()
    const breaks = await mayNot('webhooks.manage')
    expect(await operations().failing(owner, here())).toEqual({ failing: 0, first: [] })
    await switchOff()
    world.clock.advance(1_000)
    const ran = await operations().run(owner, here())
    expect(ran).toEqual([
      { ...holds, lastRunAt: world.clock.now() },
      {
        ...breaks,
        lastRunAt: world.clock.now(),
        lastOutcome: {
          passed: false,
          decidedBy: 'kill_switch',
          code: 'switched_off',
          fact: expect.stringContaining('incident'),
        },
      },
    ])
    expect(await operations().failing(owner, here())).toEqual({ failing: 1, first: [ran[1]] })
    await operations().run(owner, here())
    const told = await auditOf('expectations.fail')
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ actorKind: 'program', targetId: breaks.id, address: null })

    await world.store.write(({ killSwitches }) => killSwitches.switchOn('webhooks', home.id))
    expect((await operations().run(owner, here())).every(({ lastOutcome }) => lastOutcome.passed)).toBe(true)
    await switchOff()
    await operations().run(owner, here())
    expect(await auditOf('expectations.fail')).toHaveLength(2)
  })

  test('knows the subject by the name of today', async () => {
    const key = await world.key(home.id, { name: 'ci', scopes: ['api'] })
    await never({ subject: { kind: 'api_key', apiKeyId: key.id } })
    await world.store.write(({ apiKeys }) =>
      apiKeys.update(key.id, { name: 'build', description: '', environment: 'production', scopes: ['api'] }),
    )
    expect(await operations().run(owner, here())).toMatchObject([{ subjectName: 'build' }])
  })

  test('fails what is said of somebody who is gone, whatever is expected of them', async () => {
    const created = await never()
    const record = await world.store.read.expectations.get(created.id)
    if (record === null) throw new Error('It was not kept.')
    const { ids } = world.toolbox
    await world.store.write(async ({ expectations }) => {
      await expectations.delete(record.id)
      for (const expected of ['refused', 'allowed'] as const) {
        const subjectId = ids.next('usr')
        await expectations.insert({ ...record, id: ids.next('exp'), subjectId, expected })
      }
      const subject = { subjectKind: 'api_key', subjectId: ids.next('key') } as const
      await expectations.insert({ ...record, ...subject, id: ids.next('exp') })
    })
    const ran = await operations().run(owner, here())
    expect(ran.map(({ lastOutcome }) => lastOutcome)).toEqual(
      ['person', 'person', 'key'].map((noun) => ({
        passed: false,
        decidedBy: null,
        code: null,
        fact: `the ${noun} does not exist any more`,
      })),
    )
    expect(ran[0]?.subjectName).toBe('Max')
  })

  test('says of somebody of elsewhere that they have nothing to do with the organization', async () => {
    const rita = await world.person(away.id, { name: 'Rita' })
    // Only who works across organizations can state it.
    const subject = { kind: 'user', userId: rita.id } as const
    await refusedWith('not_found', never({ subject }))
    const created = await never({ subject }, operator)
    expect(created.lastOutcome).toEqual({
      passed: true,
      decidedBy: 'scope',
      code: 'not_found',
      fact: 'the person has nothing to do with this organization any more',
    })
  })

  test('knows when a result may turn by itself', async () => {
    const now = world.clock.now()
    await never()
    expect((await runExpectations(world.toolbox, home.id)).nextChangeAt).toBeNull()
    const override = { organizationId: home.id, occasionId: null, note: '', createdAt: 1, createdBy: 'Pat' }
    await world.store.write(async ({ capabilities }) => {
      const trial = { ...override, capability: 'webhooks', effect: 'deny' } as const
      await capabilities.insertOverride({ ...trial, id: 'ovr_1', endsAt: now + 5_000 })
      const over = { ...override, capability: 'api_access', effect: 'grant' } as const
      await capabilities.insertOverride({ ...over, id: 'ovr_2', endsAt: now })
    })
    expect((await runExpectations(world.toolbox, home.id)).nextChangeAt).toBe(now + 5_000)
    const key = await world.key(home.id, { notBefore: now - 1, expiresAt: now + 3_000 })
    await never({ subject: { kind: 'api_key', apiKeyId: key.id } })
    expect((await runExpectations(world.toolbox, home.id)).nextChangeAt).toBe(now + 3_000)
  })

  test('again writes only what there is to write', async () => {
    await mayNot('webhooks.manage')
    const topics: string[] = []
    world.store.onChange((changed) => topics.push(...changed))
    world.clock.advance(59_999)
    expect(await rerunExpectations(world.toolbox, home.id)).toMatchObject({ failing: 0 })
    expect(topics).toEqual([])
    world.clock.advance(1)
    await rerunExpectations(world.toolbox, home.id)
    expect(topics).toEqual(['expectations'])
    await switchOff()
    topics.length = 0
    const { failing, newlyFailing } = await rerunExpectations(world.toolbox, home.id)
    expect([failing, newlyFailing.length]).toEqual([1, 1])
    expect(topics).toEqual(['expectations', 'audit'])
    topics.length = 0
    await rerunExpectations(world.toolbox, away.id)
    expect(topics).toEqual([])
  })
})

describe('the right', () => {
  test('to state and delete is the right to manage people; to see and run is the right to ask why', async () => {
    const { id } = await never()
    const manager = await world.person(home.id, { workspaceRole: 'manager' })
    const metadata = await world.person(home.id, { source: 'metadata' })
    const staff = await world.person(home.id, { workspaceRole: 'staff' })
    const deleteAs = (caller: Person) => operations().delete(caller, { ...here(), expectationId: id })
    await refusedWith('role_not_allowed', never({}, manager))
    await refusedWith('role_not_allowed', deleteAs(manager))
    await refusedWith('membership_required', never({}, metadata))
    await refusedWith('membership_required', deleteAs(metadata))
    for (const read of ['list', 'run', 'failing'] as const) {
      await operations()[read](manager, here())
      await refusedWith('role_not_allowed', operations()[read](staff, here()))
    }
  })

  test('ends at the border of the organization', async () => {
    const { id } = await never()
    const rita = await world.person(away.id)
    for (const read of ['list', 'run', 'failing'] as const) {
      await refusedWith('not_found', operations()[read](rita, here()))
      expect(await operations()[read](rita, { organizationId: away.id })).toEqual(
        read === 'failing' ? { failing: 0, first: [] } : [],
      )
    }
    const there = { organizationId: away.id, expectationId: id }
    const foreign = await refusedWith('not_found', operations().delete(rita, there))
    const expectationId = world.toolbox.ids.next('exp')
    const missing = await refusedWith('not_found', operations().delete(rita, { ...there, expectationId }))
    expect(JSON.stringify(foreign.decision).replaceAll(id, 'ID')).toBe(
      JSON.stringify(missing.decision).replaceAll(expectationId, 'ID'),
    )
    await refusedWith('not_found', never({ occasionId: (await world.occasion(away.id)).id }))
    expect(await operations().list(owner, here())).toHaveLength(1)
  })
})
