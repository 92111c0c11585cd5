import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Topic } from '#contract/live.ts'
import { expectationReader } from '#main/store/expectations.ts'
import type { ExpectationRecord, OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture, startMs } from '../support/engine.ts'
import { plannedDatabase } from './planned.ts'

let world: EngineFixture
let home: OrganizationRecord
let away: OrganizationRecord
let topics: Topic[]

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  away = await world.organization()
  topics = []
  world.store.onChange((changed) => topics.push(...changed))
})
afterEach(() => world.close())

const record = (over: Partial<ExpectationRecord> = {}): ExpectationRecord => ({
  id: world.toolbox.ids.next('exp'),
  organizationId: home.id,
  occasionId: null,
  subjectKind: 'user',
  subjectId: world.toolbox.ids.next('usr'),
  subjectName: 'Max',
  action: 'api_keys.manage',
  expected: 'refused',
  note: 'as agreed',
  createdAt: startMs,
  createdBy: 'Ada',
  lastRunAt: startMs,
  passed: true,
  decidedBy: 'workspace_role',
  code: 'role_not_allowed',
  fact: 'workspace role is manager; needs admin',
  ...over,
})
const insert = async (over: Partial<ExpectationRecord> = {}) => {
  const expectation = record(over)
  return {
    expectation,
    inserted: await world.store.write(({ expectations }) => expectations.insert(expectation)),
  }
}
const read = () => world.store.read.expectations

describe('expectations', () => {
  it('come back as they were kept, oldest first', async () => {
    const { expectation: first } = await insert()
    const key = world.toolbox.ids.next('key')
    const { expectation: second } = await insert({
      subjectKind: 'api_key',
      subjectId: key,
      passed: false,
      decidedBy: null,
      code: null,
    })
    await insert({ organizationId: away.id })
    expect(await read().list({ organizationId: home.id, limit: 10 })).toEqual([first, second])
    expect(await read().list({ organizationId: home.id, limit: 1 })).toEqual([first])
    expect(await read().get(second.id)).toEqual(second)
    expect(await read().count(home.id)).toBe(2)
  })

  it('are one for each subject, action and place', async () => {
    const occasion = await world.occasion(home.id)
    const { expectation } = await insert()
    const { subjectId } = expectation
    topics.length = 0
    expect((await insert({ subjectId, expected: 'allowed' })).inserted).toBe(false)
    expect(topics).toEqual([])
    expect((await insert({ subjectId, occasionId: occasion.id })).inserted).toBe(true)
    expect((await insert({ subjectId, action: 'hub.open' })).inserted).toBe(true)
    expect(topics).toEqual(['expectations', 'expectations'])
    expect(await read().get(expectation.id)).toMatchObject({ expected: 'refused' })
  })

  it('are deleted, and only the one that is named', async () => {
    const { expectation } = await insert()
    const { expectation: other } = await insert()
    await world.store.write(({ expectations }) => expectations.delete(expectation.id))
    expect(await read().get(expectation.id)).toBeNull()
    expect(await read().list({ organizationId: home.id, limit: 10 })).toEqual([other])
  })

  it('keep what a run found, and that all of their organization ran', async () => {
    const { expectation: stays } = await insert()
    const { expectation: turns } = await insert()
    const { expectation: elsewhere } = await insert({ organizationId: away.id })
    const found = {
      subjectName: 'Maximilian',
      passed: false,
      decidedBy: null,
      code: null,
      fact: 'every gate passes',
    }
    const results = [turns, elsewhere].map(({ id }) => ({ id, ...found }))
    await world.store.write(({ expectations }) => expectations.recordRun(home.id, startMs + 5, results))
    expect(await read().get(stays.id)).toEqual({ ...stays, lastRunAt: startMs + 5 })
    expect(await read().get(turns.id)).toEqual({ ...turns, ...found, lastRunAt: startMs + 5 })
    expect(await read().get(elsewhere.id)).toEqual(elsewhere)
  })

  it('are counted and listed where they fail', async () => {
    await insert()
    const { expectation: first } = await insert({ passed: false })
    const { expectation: second } = await insert({ passed: false })
    await insert({ passed: false, organizationId: away.id })
    expect(await read().countFailing(home.id)).toBe(2)
    expect(await read().listFailing({ organizationId: home.id, limit: 10 })).toEqual([first, second])
    expect(await read().listFailing({ organizationId: home.id, limit: 1 })).toEqual([first])
  })

  it('name the organizations that have any, step by step', async () => {
    await world.organization()
    for (const organizationId of [away.id, home.id, home.id]) await insert({ organizationId })
    const [first = '', second = ''] = [home.id, away.id].toSorted()
    expect(await read().listOrganizationIds({ limit: 10 })).toEqual([first, second])
    expect(await read().listOrganizationIds({ limit: 1 })).toEqual([first])
    expect(await read().listOrganizationIds({ afterId: first, limit: 10 })).toEqual([second])
    expect(await read().listOrganizationIds({ afterId: second, limit: 10 })).toEqual([])
  })

  it('are found by searches of an index', async () => {
    const database = plannedDatabase()
    const reader = expectationReader(database.context)
    const plans = await database.plansOf(async () => {
      await reader.list({ organizationId: 'org', limit: 10 })
      await reader.listFailing({ organizationId: 'org', limit: 10 })
      await reader.count('org')
      await reader.countFailing('org')
      await reader.listOrganizationIds({ limit: 10 })
    })
    for (const plan of plans) {
      expect(plan).toMatch(
        /^SEARCH expectations USING (COVERING )?INDEX expectations_by_\w+ \(organization_id[=>]\?\)$/,
      )
    }
    database.close()
  })
})
