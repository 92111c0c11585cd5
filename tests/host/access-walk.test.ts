import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ruleOf } from '#contract/actions.ts'
import {
  checkCall,
  checkMine,
  findWrong,
  inOrder,
  pairsOf,
  storeVisitor,
  type Visitor,
} from './access-checks.ts'
import {
  distinctBy,
  grounds,
  readOfGround,
  readOfPerson,
  type StoredGround,
  standings,
  storeGround,
} from './access-combinations.ts'
import { type HarmlessCall, harmlessCalls } from './harmless-calls.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'

let host: SeededHost
let places: StoredGround[]
let people: Visitor[]

beforeAll(async () => {
  host = await startSeededHost()
  await host.together(async () => {
    places = await inOrder(grounds, (ground) => storeGround(host, ground))
    people = await inOrder(standings, (standing) => storeVisitor(host, standing, places))
  })
}, 60_000)
afterAll(() => host?.stop())

// A call that somebody can pass with shows more than one that names nothing. The whole matrix takes ten times as long
// as any other: it is walked like all of them below, and another of its action stands for it before.
const rank = ({ namesNothing, where }: HarmlessCall) => Number(namesNothing || where === 'access.matrix')
const calls = harmlessCalls().toSorted((one, other) => rank(one) - rank(other))

/** Everything that could be read, for people like all. */
const combinations = 4 * 4 * 3 * 4 * 4 * 2

test('access.mine tells every person in every organization what decide() says of every action', async () => {
  const pairs = pairsOf(people, places)
  expect(pairs).toHaveLength(2 * combinations)
  expect(await findWrong(pairs, checkMine(host))).toEqual([])
}, 120_000)

describe('a procedure of each action goes by decide() for every combination', () => {
  test.each(distinctBy(calls, ({ action }) => action))(
    '$action: $where',
    async (call) => {
      const pairs = pairsOf(
        people.filter(({ platformAdmin }) => !platformAdmin),
        places,
      )
      expect(pairs).toHaveLength(combinations)
      expect(await findWrong(pairs, checkCall(host, call))).toEqual([])
    },
    60_000,
  )
})

describe('every procedure goes by decide() for every combination of what its action reads', () => {
  test.each(calls)(
    '$where: $action',
    async (call) => {
      const rule = ruleOf(call.action)
      const pairs = pairsOf(
        distinctBy(people, (person) => readOfPerson(rule, person)),
        distinctBy(places, (place) => readOfGround(rule, place)),
      )
      expect(await findWrong(pairs, checkCall(host, call))).toEqual([])
    },
    60_000,
  )
})
