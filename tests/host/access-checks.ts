import { isDeepStrictEqual } from 'node:util'
import { actions, ruleOf } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Resource } from '#main/engine/access/facts.ts'
import {
  factsOf,
  isKnown,
  type Off,
  type Standing,
  type StoredGround,
  type StoredPerson,
  storePerson,
} from './access-combinations.ts'
import type { HarmlessCall } from './harmless-calls.ts'
import type { SeededHost } from './seeded-host.ts'
import type { ConsoleAnswer } from './wire.ts'

/** A person with a session. */
export interface Visitor extends StoredPerson {
  readonly cookie: string
}

/** A person who asks about an organization. */
export interface Pair {
  readonly person: Visitor
  readonly place: StoredGround
}

export const pairsOf = (people: readonly Visitor[], places: readonly StoredGround[]): Pair[] =>
  people.flatMap((person) => places.map((place) => ({ person, place })))

/** One after the other, because what is stored gets its ids in this order. */
export const inOrder = async <T, U>(items: readonly T[], one: (item: T) => Promise<U>): Promise<U[]> => {
  const done: U[] = []
  for (const item of items) done.push(await one(item))
  return done
}

export const storeVisitor = async (
  host: SeededHost,
  standing: Standing,
  places: readonly StoredGround[],
): Promise<Visitor> => {
  const person = await storePerson(host, standing, places)
  return { ...person, cookie: await host.signIn(person.principal.id) }
}

const callersAtOnce = 8
const wrongToldMax = 3

/** Checks all of them, a few at a time. @returns what is wrong with the first that are not as they should be. */
export const findWrong = async <T>(
  all: readonly T[],
  check: (one: T) => Promise<string | null>,
): Promise<string[]> => {
  const wrong: string[] = []
  const left = all.values()
  const work = async () => {
    for (const one of left) {
      const told = await check(one)
      if (told !== null) wrong.push(told)
    }
  }
  await Promise.all(Array.from({ length: callersAtOnce }, work))
  return wrong.slice(0, wrongToldMax)
}

const describePair = ({ person, place }: Pair): string => {
  const { workspaceRole, source, organizationRole, platformAdmin } = person
  const { plan, overrides, occasionOverrides, off } = place
  return JSON.stringify([
    { workspaceRole, source, organizationRole, platformAdmin },
    { plan, overrides, occasionOverrides, off },
  ])
}

/** The codes of the gates, which are all that differs in most of what is wrong. */
export const codesOf = (decision: Decision | undefined): unknown =>
  decision && [decision.action, decision.resource.kind, ...decision.gates.map(({ code }) => code ?? '')]

/** As it comes over HTTP. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Compares what `access.mine` tells with what decide() says. `off`: the switches that are off for everybody. */
export const checkMine =
  ({ wire }: SeededHost, off: readonly Off[] = []) =>
  async (pair: Pair): Promise<string | null> => {
    const { person, place } = pair
    const { organizationId, occasionId } = place
    const answer = await wire.console(person.cookie, 'access.mine', { organizationId, occasionId })
    if (!isKnown(person)) {
      const isRefused = !answer.answered && answer.problem.code === 'not_found'
      return isRefused ? null : `${describePair(pair)}: answered a stranger`
    }
    const facts = factsOf(person, place, off)
    const about: Resource = { organizationId, occasionId, kind: null, id: null }
    const expected = actions.map((action) => decide(person.principal, action, about, facts))
    if (answer.answered && isDeepStrictEqual(answer.value, sent(expected))) return null
    return `${describePair(pair)}: ${JSON.stringify(answer)}`
  }

/** A call as it was made, and what the refusal, if any, says that it was about. */
interface Called extends Pair {
  readonly input: Readonly<Record<string, unknown>>
  readonly told: Decision['resource'] | undefined
}

/** What decide() says of a call: where the input asks, about the kind of thing that the host says that it is. */
const expectedOf = (
  { action, namesNothing }: HarmlessCall,
  { person, place, input, told }: Called,
): Decision => {
  // An action of the platform may be about all organizations at once; everything else is asked in one.
  const named = input.organizationId === undefined ? null : String(input.organizationId)
  const isWide = ruleOf(action).platform === true && told?.organizationId === null
  const organizationId = isWide ? null : named
  const isHere = organizationId === place.organizationId
  const about: Resource = {
    organizationId,
    occasionId: told?.occasionId ?? null,
    kind: told?.kind ?? null,
    id: told?.id ?? null,
    ...(namesNothing && { ownerOrganizationId: null }),
  }
  return decide(person.principal, action, about, factsOf(isHere ? person : null, isHere ? place : null, []))
}

const isAsDecided = (call: HarmlessCall, answer: ConsoleAnswer, expected: Decision): boolean => {
  const code = decisionCode(expected)
  if (code === null) return (answer.answered ? 'answered' : answer.problem.code) === call.ends
  if (answer.answered || answer.problem.code !== code) return false
  return isDeepStrictEqual(answer.problem.decision, sent(expected))
}

/** Compares how a call ends with what decide() says: refused with its code and all of its gates, or past them. */
export const checkCall =
  ({ wire }: SeededHost, call: HarmlessCall) =>
  async (pair: Pair): Promise<string | null> => {
    const { person, place } = pair
    const input = call.inputAt(place)
    const answer = await wire.console(person.cookie, call.where, input)
    const told = answer.answered ? undefined : answer.problem.decision?.resource
    const expected = expectedOf(call, { person, place, input, told })
    if (isAsDecided(call, answer, expected)) return null
    const came = answer.answered ? 'answered' : [answer.problem.code, codesOf(answer.problem.decision)]
    return `${describePair(pair)}: ${JSON.stringify({ came, expected: codesOf(expected) })}`
  }
