import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { MatrixFilter, MatrixRow } from '#contract/access.ts'
import { actions } from '#contract/actions.ts'
import type { Page } from '#contract/paging.ts'
import { organizationRoles, workspaceRoles } from '#contract/vocabulary.ts'
import { outcomeOf } from '#main/engine/access/outcome.ts'
import { principalOf } from '#main/engine/sessions/session.ts'
import type { OrganizationRecord } from '#main/store/interface.ts'
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person, PersonOptions } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'

let world: EngineFixture
let home: OrganizationRecord
let owner: Person

beforeEach(async () => {
  world = engineFixture()
  home = await world.organization()
  owner = await world.person(home.id, { name: 'Ada' })
})
afterEach(() => world.close())

interface Asked extends MatrixFilter {
  readonly occasionId?: string
  readonly cursor?: string
  readonly limit?: number
}
const matrix = (asked: Asked = {}, caller: Person = owner): Promise<Page<MatrixRow>> =>
  world.engine.operations.access.matrix(caller, { organizationId: home.id, limit: 50, ...asked })

const names = ({ items }: Page<MatrixRow>) => items.map(({ user }) => user.name)

/** All pages, one after the other. */
const walk = async (asked: Asked): Promise<MatrixRow[]> => {
  const rows: MatrixRow[] = []
  let cursor: string | undefined
  do {
    const page = await matrix({ ...asked, cursor })
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return rows
}

/** Inserts many people at once. */
const crowd = async (organizationId: string, people: readonly PersonOptions[]): Promise<void> => {
  await world.store.write(async ({ users }) => {
    for (const [index, person] of people.entries()) {
      const { status = 'active', platformAdmin = false, source = 'membership' } = person
      const { workspaceRole = 'manager', organizationRole = 'member' } = person
      const id = world.toolbox.ids.next('usr')
      const name = person.name ?? `Person ${String(index).padStart(5, '0')}`
      const account = { id, name, email: `${id}@people.example`, passwordHash: null }
      await users.insert({ ...account, status, platformAdmin, createdAt: 1, lastSignInAt: null })
      const roles = { workspaceRole, organizationRole }
      if (source === 'metadata') await users.insertClaim(id, organizationId, roles)
      else await users.insertMembership(id, organizationId, { ...roles, createdAt: 1 })
    }
  })
}

const someone: fc.Arbitrary<PersonOptions> = fc.record({
  workspaceRole: fc.constantFrom(...workspaceRoles),
  organizationRole: fc.constantFrom(...organizationRoles),
  source: fc.constantFrom('membership', 'metadata'),
  status: fc.constantFrom('active', 'active', 'disabled'),
  platformAdmin: fc.boolean(),
})

describe('the matrix', () => {
  test('says of everybody and every action what decide() says', async () => {
    const occasion = await world.occasion(home.id)
    await crowd(home.id, fc.sample(someone, { numRuns: 150, seed: 3 }))
    await world.store.write(async ({ capabilities, killSwitches }) => {
      const override = { organizationId: home.id, endsAt: null, note: '', createdAt: 1, createdBy: 'Pat' }
      const denied = { ...override, occasionId: occasion.id, effect: 'deny' as const }
      await capabilities.insertOverride({ ...denied, id: 'ovr_1', capability: 'webhooks' })
      const off = { reason: 'incident', by: 'Pat', at: 1 }
      await killSwitches.switchOff({ name: 'integrations', organizationId: home.id, ...off })
    })
    for (const occasionId of [undefined, occasion.id]) {
      const rows = await walk({ occasionId, limit: 40 })
      expect(rows).toHaveLength(151)
      for (const { user, outcomes } of rows) {
        expect(outcomes.map(({ action }) => action)).toEqual(actions)
        const record = await world.store.read.users.get(user.id)
        if (record === null) throw new Error(`There is no ${user.id}.`)
        const principal = principalOf(record)
        for (const { action, ...outcome } of outcomes) {
          const target = { organizationId: home.id, occasionId: occasionId ?? null }
          const decision = await world.toolbox.access.decide(principal, action, target)
          expect(outcome).toEqual(outcomeOf(decision))
        }
      }
    }
  })

  test('tells where the roles come from, and nothing of accounts', async () => {
    await crowd(home.id, [{ name: 'Meta', source: 'metadata', workspaceRole: 'staff' }])
    const { items } = await matrix()
    expect(items.map(({ user }) => user)).toMatchObject([
      { name: 'Ada', workspaceRole: 'admin', organizationRole: 'owner', membershipSource: 'membership' },
      { name: 'Meta', workspaceRole: 'staff', organizationRole: 'member', membershipSource: 'metadata' },
    ])
    expect(Object.keys(items[0]?.user ?? {}).toSorted()).toEqual(
      ['email', 'id', 'membershipSource', 'name', 'organizationRole', 'status', 'workspaceRole'].toSorted(),
    )
  })

  test('shows the people of this organization only', async () => {
    const away = await world.organization()
    await world.person(away.id, { name: 'Rita' })
    expect(names(await matrix())).toEqual(['Ada'])
  })

  test('goes on where a page ended, with and without a filter', async () => {
    await crowd(
      home.id,
      Array.from({ length: 30 }, (_, n) => ({ workspaceRole: n % 3 === 0 ? 'admin' : 'manager' }) as const),
    )
    for (const asked of [{}, { workspaceRole: 'admin' }, { search: 'person' }] as const) {
      const whole = await matrix({ ...asked, limit: 200 })
      expect(whole.nextCursor).toBeNull()
      expect(whole.items.length).toBeGreaterThan(9)
      expect(await walk({ ...asked, limit: 4 })).toEqual(whole.items)
    }
    await refusedWith('malformed', matrix({ cursor: 'Im5vIg' }))
  })

  test('is narrowed by name, role, action, outcome and deciding gate', async () => {
    await crowd(home.id, [
      { name: 'Bo', workspaceRole: 'manager', organizationRole: 'member' },
      { name: 'Cy', workspaceRole: 'admin', organizationRole: 'member', source: 'metadata' },
      { name: 'Di', workspaceRole: 'staff', organizationRole: 'admin' },
    ])
    expect(names(await matrix({ search: 'bO' }))).toEqual(['Bo'])
    expect(names(await matrix({ workspaceRole: 'admin' }))).toEqual(['Ada', 'Cy'])
    expect(names(await matrix({ organizationRole: 'admin' }))).toEqual(['Di'])
    expect(names(await matrix({ workspaceRole: 'admin', organizationRole: 'owner' }))).toEqual(['Ada'])

    const keys = await matrix({ action: 'api_keys.manage' })
    expect(keys.items.map(({ user, outcomes }) => [user.name, outcomes])).toEqual([
      ['Ada', [{ action: 'api_keys.manage', allowed: true, decidedBy: null, code: null }]],
      ['Bo', [expect.objectContaining({ allowed: false, code: 'role_not_allowed' })]],
      ['Cy', [expect.objectContaining({ allowed: false, code: 'membership_required' })]],
      ['Di', [expect.objectContaining({ allowed: false, code: 'role_not_allowed' })]],
    ])
    const about = { action: 'api_keys.manage' } as const
    expect(names(await matrix({ ...about, outcome: 'allowed' }))).toEqual(['Ada'])
    expect(names(await matrix({ ...about, outcome: 'refused' }))).toEqual(['Bo', 'Cy', 'Di'])
    expect(names(await matrix({ ...about, gate: 'membership' }))).toEqual(['Cy'])
    expect(names(await matrix({ ...about, gate: 'capability' }))).toEqual([])
    // Without an action: one of all the columns is enough.
    expect(names(await matrix({ gate: 'organization_role' }))).toEqual(['Bo'])
    expect(names(await matrix({ outcome: 'allowed', gate: 'membership' }))).toEqual([])
  })

  test('ends a call whose filter leaves out nearly everybody, and goes on from there', async () => {
    await crowd(
      home.id,
      Array.from({ length: 10_500 }, () => ({}) as const),
    )
    await crowd(home.id, [{ name: 'Zoe', workspaceRole: 'staff' }])
    const first = await matrix({ workspaceRole: 'staff' })
    expect(first.items).toEqual([])
    expect(first.nextCursor).not.toBeNull()
    const second = await matrix({ workspaceRole: 'staff', cursor: first.nextCursor ?? undefined })
    expect(names(second)).toEqual(['Zoe'])
    expect(second.nextCursor).toBeNull()
  })

  test('answers a page of 50 of 2,000 people in less than 50 ms', async () => {
    await crowd(home.id, fc.sample(someone, { numRuns: 2_000, seed: 4 }))
    const timed = async (asked: Asked): Promise<number> => {
      const started = performance.now()
      expect((await matrix(asked)).items).toHaveLength(50)
      return performance.now() - started
    }
    for (const asked of [{}, { action: 'webhooks.manage', outcome: 'allowed' }] as const) {
      // The quickest of a few: the machine may be busy with something else.
      const times: number[] = []
      for (let round = 0; round < 5; round += 1) times.push(await timed(asked))
      expect(Math.min(...times)).toBeLessThan(50)
    }
  })

  test('is for those who may ask for explanations here', async () => {
    await refusedWith('role_not_allowed', matrix({}, await world.person(home.id, { workspaceRole: 'staff' })))
    const away = await world.organization()
    await refusedWith('not_found', matrix({}, await world.person(away.id)))
    const foreign = await world.occasion(away.id)
    await refusedWith('not_found', matrix({ occasionId: foreign.id }))
  })
})
