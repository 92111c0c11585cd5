import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAction } from '#contract/actions.ts'
import { killSwitches } from '#contract/vocabulary.ts'
import { checkMine, findWrong, inOrder, pairsOf, storeVisitor, type Visitor } from './access-checks.ts'
import {
  mixedGrounds,
  type Standing,
  type StoredGround,
  storeGround,
  switchedGrounds,
  switchOff,
} from './access-combinations.ts'
import { inputWith, procedures } from './contract-walk.ts'
import { missingId } from './harmless-calls.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'

/** Those whom no role stops: what stops them are powers, and what their own account is. */
const owner: Standing = {
  workspaceRole: 'admin',
  source: 'membership',
  organizationRole: 'owner',
  platformAdmin: false,
}
const support: Standing = { ...owner, source: 'none', platformAdmin: true }

let host: SeededHost
let mixed: StoredGround[]
let switched: StoredGround[]
let people: Visitor[]

beforeAll(async () => {
  host = await startSeededHost()
  await host.together(async () => {
    mixed = await inOrder(mixedGrounds, (ground) => storeGround(host, ground))
    switched = await inOrder(switchedGrounds, (ground) => storeGround(host, ground))
    const places = [...mixed, ...switched]
    people = await inOrder([owner, support], (standing) => storeVisitor(host, standing, places))
  })
}, 60_000)
afterAll(() => host?.stop())

test('each capability is resolved by itself: on the occasion, else the organization, else the plan', async () => {
  expect(await findWrong(pairsOf(people, mixed), checkMine(host))).toEqual([])
})

test('a switch that is off for an organization stops what it is for, there', async () => {
  expect(await findWrong(pairsOf(people, switched), checkMine(host))).toEqual([])
})

test.each(killSwitches)('the switch %s stops everybody from the moment at which it is off', async (name) => {
  const { store } = host.world
  await store.write((writer) => switchOff(writer, name, null))
  expect(await findWrong(pairsOf(people, switched), checkMine(host, [{ name, level: 'platform' }]))).toEqual(
    [],
  )
  await store.write((writer) => writer.killSwitches.switchOn(name, null))
  expect(await findWrong(pairsOf(people, switched), checkMine(host))).toEqual([])
})

/** Everything but what works before sign-in. */
const guarded = procedures.filter(({ access }) => access !== 'public')

describe('nothing but what works before sign-in is answered', () => {
  const callAll = (cookie: string) =>
    inOrder(guarded, async (procedure) => {
      const { organizationId = missingId('org') } = mixed[0] ?? {}
      const input = inputWith(procedure, (prefix) => (prefix === 'org' ? organizationId : missingId(prefix)))
      const answer = await host.wire.console(cookie, procedure.where, input)
      return `${procedure.where} ${answer.answered ? 'answered' : answer.problem.code}`
    })
  const allWith = (code: string) => guarded.map(({ where }) => `${where} ${code}`)

  test('without a session', async () => {
    expect(guarded.filter(({ access }) => isAction(access)).length).toBeGreaterThan(50)
    expect(await callAll('')).toEqual(allWith('not_signed_in'))
    expect(await callAll(`patchbay_session=${'x'.repeat(43)}`)).toEqual(allWith('not_signed_in'))
  })

  test('in a session that is locked', async () => {
    const { id } = await host.world.person(mixed[0]?.organizationId ?? '')
    const cookie = await host.signIn(id)
    await host.world.store.write(async ({ sessions }) => {
      for (const session of await sessions.listOfUser(id, host.world.parts.clock.now())) {
        await sessions.setLocked(session.id, host.world.parts.clock.now())
      }
    })
    expect(await callAll(cookie)).toEqual(allWith('session_locked'))
  })

  test('for an account that is disabled', async () => {
    const { id } = await host.world.person(mixed[0]?.organizationId ?? '', { status: 'disabled' })
    expect(await callAll(await host.signIn(id))).toEqual(allWith('account_disabled'))
  })
})
