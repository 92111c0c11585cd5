import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isAction } from '#contract/actions.ts'
import { problemSchema } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import { type IdPrefix, platformOrganizationId } from '#contract/ids.ts'
import {
  type Endpoint,
  type IdPlace,
  idPlacesOf,
  inputWith,
  type Procedure,
  procedures,
  type Route,
  routes,
} from './contract-walk.ts'
import { readingOf, recordReadings } from './readings.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'
import { createThings, openSession, type Things } from './things.ts'
import { createWire, type Wire } from './wire.ts'

let host: SeededHost
let wire: Wire
let things: Things
let organizationId: string
let otherOrganizationId: string
let ownerId: string
let ownerCookie: string
let platformAdminCookie: string
let secret: string

beforeAll(async () => {
  recordReadings()
  host = await startSeededHost()
  wire = createWire(host.url, { fresh: true })
  things = createThings(host)
  const { world } = host
  ;({ id: organizationId } = await world.organization())
  ;({ id: otherOrganizationId } = await world.organization())
  ;({ id: ownerId } = await world.person(organizationId))
  ownerCookie = await host.signIn(ownerId)
  const { id } = await world.person(organizationId, { platformAdmin: true })
  platformAdminCookie = await host.signIn(id)
  ;({ secret } = await world.key(organizationId))
  // The first call of a session notes that it is used.
  for (const cookie of [ownerCookie, platformAdminCookie]) await wire.console(cookie, 'session.list', {})
})
afterAll(async () => {
  await wire?.close()
  await host?.stop()
})

// What the caller may do must not depend on what a call before this one changed.
beforeEach(() =>
  host.world.store.write((writer) => writer.organizations.setPlan(organizationId, 'enterprise')),
)

const isOfPlatform = ({ access }: Endpoint): boolean => isAction(access) && access.startsWith('platform.')

/** The organization whose things an endpoint is for. */
const homeOf = (endpoint: Endpoint): string =>
  endpoint.where.startsWith('operationalWebhooks.') ? platformOrganizationId : organizationId

interface Answer {
  readonly code: ErrorCode | 'answered'
  readonly body: string
}

const callConsole = async (
  procedure: Procedure,
  input: Record<string, unknown>,
  cookie = isOfPlatform(procedure) ? platformAdminCookie : ownerCookie,
): Promise<Answer> => {
  const answer = await wire.console(cookie, procedure.where, input)
  return { code: answer.answered ? 'answered' : answer.problem.code, body: JSON.stringify(answer) }
}

const callTenant = async (route: Route, input: Record<string, unknown>): Promise<Answer> => {
  const { status, body } = await wire.tenant(secret, route, input)
  const text = JSON.stringify({ status, body })
  if (status < 400) return { code: 'answered', body: text }
  return { code: problemSchema.parse(body).code, body: text }
}

/** A place of an id in what somebody calls, with what of it is called. */
interface Case {
  readonly name: string
  readonly endpoint: Endpoint
  readonly place: IdPlace
  call(input: Record<string, unknown>): Promise<Answer>
}

const casesOf = <One extends Endpoint>(
  endpoint: One,
  call: (endpoint: One, input: Record<string, unknown>) => Promise<Answer>,
): Case[] =>
  idPlacesOf(endpoint)
    // Whoever works across organizations has something to do with each of them.
    .filter(({ prefix }) => prefix !== 'org' || !isOfPlatform(endpoint))
    .map((place) => ({
      name: `${endpoint.where} ${place.way.join('.')}`,
      endpoint,
      place,
      call: (input) => call(endpoint, input),
    }))

const cases: readonly Case[] = [
  ...procedures.flatMap((procedure) => casesOf(procedure, callConsole)),
  ...routes.flatMap((route) => casesOf(route, callTenant)),
]

const makeThing = async (prefix: IdPrefix, of: string): Promise<string> => {
  const make = things[prefix]
  if (make === undefined) throw new Error(`Nothing makes a thing whose id begins with ${prefix}.`)
  return make(of)
}

/** A thing that the caller may do everything with. */
const makeOwn = (prefix: IdPrefix, endpoint: Endpoint): Promise<string> =>
  prefix === 'ses' ? openSession(host, ownerId) : makeThing(prefix, homeOf(endpoint))

/** How the input is made for an id in the place; every other id in it names a thing of the caller's own. */
const inputFor = async ({ endpoint, place }: Case) => {
  const others = new Set<IdPrefix>()
  inputWith(
    endpoint,
    (prefix, isPlace) => {
      if (!isPlace) others.add(prefix)
      return `${prefix}_${'0'.repeat(26)}`
    },
    place,
  )
  const own = new Map<IdPrefix, string>()
  for (const prefix of others) own.set(prefix, await makeOwn(prefix, endpoint))
  return (id: string) =>
    inputWith(endpoint, (prefix, isPlace) => (isPlace ? id : own.get(prefix)) ?? '', place)
}

/** Places that are answered otherwise than by `not_found`: those of both kinds of ids alike. */
const answeredOtherwise: Readonly<Record<string, Answer['code']>> = {
  // Nobody signs in like this outside of the demo workspace.
  'session.signInAs userId': 'demo_only',
  // They narrow a list, of which nothing is left.
  'deliveries.list webhookId': 'answered',
  'deliveries.list eventId': 'answered',
  'deliveries.list recoveryId': 'answered',
  'operationalWebhooks.deliveries webhookId': 'answered',
  'GET /v1/deliveries webhookId': 'answered',
  'GET /v1/deliveries eventId': 'answered',
  'GET /v1/deliveries recoveryId': 'answered',
}
const expectedOf = ({ name }: Case): Answer['code'] => {
  // A decision is asked for, and the decision says so.
  if (name.startsWith('access.explain resource.')) return 'answered'
  return answeredOtherwise[name] ?? 'not_found'
}

/** A row may be found and not told of, but nothing large is read that is not told. */
const rowLengthMax = 2_048

const keyRoute = { method: 'GET', path: '/v1/me' }
const writes = /^\s*(insert|update|delete|replace)\b/i

/** Calls with an id. @returns the answer without the id, and what was read for it. */
const ask = async ({ call }: Case, inputWithId: (id: string) => Record<string, unknown>, id: string) => {
  // A key that was seen a moment ago is not looked up again.
  await wire.tenant(secret, keyRoute, {})
  const { result, statements, rowsLength } = await readingOf(() => call(inputWithId(id)))
  const answer = { code: result.code, body: result.body.replaceAll(id, 'it') }
  return { answer: { ...answer, statements }, ...answer, statements, rowsLength }
}

describe("another organization's id is answered as one that nothing has, at the same cost", () => {
  test.each(cases)('$name', async (one) => {
    const { prefix } = one.place
    const inputWithId = await inputFor(one)
    const foreign = await ask(one, inputWithId, await makeThing(prefix, otherOrganizationId))
    const missing = await ask(one, inputWithId, host.world.toolbox.ids.next(prefix))
    expect(foreign.answer).toEqual(missing.answer)
    expect(foreign.code).toBe(expectedOf(one))
    expect(foreign.rowsLength - missing.rowsLength).toBeLessThan(rowLengthMax)
    expect(foreign.statements.filter((text) => writes.test(text))).toEqual([])
    if (foreign.code === 'demo_only') return
    // What is the caller's own is there: it was this id that was refused, and nothing else of the call.
    const own = await ask(one, inputWithId, await makeOwn(prefix, one.endpoint))
    expect(own.code).not.toBe('not_found')
    expect(own.body).not.toBe(foreign.body)
  })
})

describe("another organization's id among the caller's own changes nothing", () => {
  const lists = cases.filter(({ place: { way } }) => way.length === 2 && way[1] === '[]')

  test.each(lists)('$name', async (one) => {
    const { prefix, way } = one.place
    const inputWithId = await inputFor(one)
    const own = await makeOwn(prefix, one.endpoint)
    const both = (id: string) => ({ ...inputWithId(id), [String(way[0])]: [own, id] })
    const foreign = await ask(one, both, await makeThing(prefix, otherOrganizationId))
    const missing = await ask(one, both, host.world.toolbox.ids.next(prefix))
    expect(foreign.answer).toEqual(missing.answer)
    expect(foreign.code).toBe(expectedOf(one))
    expect(foreign.statements.filter((text) => writes.test(text))).toEqual([])
  })
})

describe('the organization of the platform is there for nobody, not even for a platform admin', () => {
  const inOrganizations = cases.filter(({ place: { prefix } }) => prefix === 'org')
  const asked = procedures.flatMap((procedure) =>
    inOrganizations.filter(({ endpoint }) => endpoint === procedure).map((one) => ({ ...one, procedure })),
  )

  test.each(asked)('$name', async ({ procedure, ...one }) => {
    const asPlatformAdmin = {
      ...one,
      call: (input: Record<string, unknown>) => callConsole(procedure, input, platformAdminCookie),
    }
    const inputWithId = await inputFor(one)
    const ofPlatform = await ask(asPlatformAdmin, inputWithId, platformOrganizationId)
    const missing = await ask(asPlatformAdmin, inputWithId, host.world.toolbox.ids.next('org'))
    expect(ofPlatform.answer).toEqual(missing.answer)
    expect(ofPlatform.code).toBe('not_found')
  })
})
