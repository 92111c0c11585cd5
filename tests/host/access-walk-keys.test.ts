import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Action, actions, isAction, ruleOf } from '#contract/actions.ts'
import { problemSchema } from '#contract/decision.ts'
import type { ErrorCode } from '#contract/errors.ts'
import type { ApiKeyScope } from '#contract/vocabulary.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { ApiKeyPrincipal, Resource } from '#main/engine/access/facts.ts'
import type { ApiKeyRecord } from '#main/store/interface.ts'
import { startMs } from '../support/engine.ts'
import { codesOf, findWrong, inOrder } from './access-checks.ts'
import {
  factsOf,
  grounds,
  mixedGrounds,
  type StoredGround,
  storeGround,
  switchedGrounds,
} from './access-combinations.ts'
import { inputWith, type Route, routes } from './contract-walk.ts'
import { missingId } from './harmless-calls.ts'
import { type SeededHost, startSeededHost } from './seeded-host.ts'

const hourMs = 3_600_000
const bounds = { revokedAt: null, disabledAt: null, notBefore: null, expiresAt: null }

/** What may keep a key from being used: how it is stored, and what is true of a call with it. */
interface KeyState {
  readonly stored: Partial<ApiKeyRecord>
  readonly limits?: Partial<Pick<ApiKeyPrincipal, 'addressAllowed' | 'withinRateLimit'>>
}
const states: Readonly<Record<string, KeyState>> = {
  active: { stored: { notBefore: startMs, expiresAt: startMs + 1 } },
  revoked: { stored: { revokedAt: startMs - hourMs } },
  disabled: { stored: { disabledAt: startMs - hourMs } },
  not_yet_valid: { stored: { notBefore: startMs + 1 } },
  expired: { stored: { expiresAt: startMs } },
  elsewhere: { stored: { allowedAddresses: ['203.0.113.0/24'] }, limits: { addressAllowed: false } },
  /** The clock stands still, so that nothing refills after the first call. */
  limited: { stored: { rateLimitPerMinute: 1 }, limits: { withinRateLimit: false } },
}

const scopeSets: readonly (readonly ApiKeyScope[])[] = [['api'], ['admin'], ['api', 'admin'], []]

interface StoredKey {
  readonly place: StoredGround
  readonly secret: string
  readonly principal: ApiKeyPrincipal
}

const storeKey = async (
  { world }: SeededHost,
  place: StoredGround,
  { scopes, state: { stored, limits } }: { scopes: readonly ApiKeyScope[]; state: KeyState },
): Promise<StoredKey> => {
  const { organizationId } = place
  const name = JSON.stringify({ scopes, ...stored })
  const { id, secret } = await world.key(organizationId, { name, scopes: [...scopes], ...stored })
  const { revokedAt, disabledAt, notBefore, expiresAt } = { ...bounds, ...stored }
  const times = { revokedAt, disabledAt, notBefore, expiresAt }
  const allowed = { addressAllowed: true, withinRateLimit: true, ...limits }
  return {
    place,
    secret,
    principal: { kind: 'api_key', id, name, organizationId, scopes, ...times, ...allowed },
  }
}

let host: SeededHost
let keys: StoredKey[]
/** Of valid keys, where each capability has its own override, or one switch is off. */
let keysOfPowers: StoredKey[]

beforeAll(async () => {
  host = await startSeededHost()
  const kinds = scopeSets.flatMap((scopes) => Object.values(states).map((state) => ({ scopes, state })))
  const whole: Parameters<typeof storeKey>[2] = { scopes: ['api', 'admin'], state: { stored: {} } }
  const powers = mixedGrounds.filter(({ occasionOverrides }) => occasionOverrides === null)
  await host.together(async () => {
    const places = await inOrder(grounds, (ground) => storeGround(host, ground))
    keys = (await inOrder(places, (place) => inOrder(kinds, (kind) => storeKey(host, place, kind)))).flat()
    const others = await inOrder([...powers, ...switchedGrounds], (ground) => storeGround(host, ground))
    keysOfPowers = await inOrder(others, (place) => storeKey(host, place, whole))
  })
  const limited = keys.filter(({ principal }) => !principal.withinRateLimit)
  await inOrder(limited, ({ secret }) => host.wire.tenant(secret, me, {}))
}, 60_000)
afterAll(() => host?.stop())

const findMe = (): Route => {
  const found = routes.find(({ access }) => access === 'any_key')
  if (found === undefined) throw new Error('There is no route for every key.')
  return found
}
const me = findMe()

/** Over the smallest input that fits, for routes that would change something: how they end past the gates. */
const rows: Readonly<Record<string, { input: Record<string, unknown>; ends: ErrorCode }>> = {
  'POST /v1/events': { input: { type: 'nobody.knows' }, ends: 'invalid' },
  'POST /v1/events/batch': { input: { events: [{ type: 'nobody.knows', data: {} }] }, ends: 'invalid' },
  'POST /v1/webhooks': { input: { events: ['nobody.knows'] }, ends: 'invalid' },
}

const inputOf = (route: Route): Record<string, unknown> => ({
  ...inputWith(route, missingId),
  ...rows[route.where]?.input,
})

const describeKey = ({ principal, place: { plan, overrides, off } }: StoredKey): string =>
  JSON.stringify([principal.name, { plan, overrides, off }])

const decideFor = ({ principal, place }: StoredKey, action: Action, about: Partial<Resource>) => {
  const { organizationId } = place
  const resource = { organizationId, occasionId: null, kind: null, id: null, ...about }
  return decide(principal, action, resource, factsOf(null, place, []))
}

const checkRoute = (route: Route, action: Action) => async (key: StoredKey) => {
  const { status, body } = await host.wire.tenant(key.secret, route, inputOf(route))
  const problem = status < 400 ? null : problemSchema.parse(body)
  const { kind = null, id = null } = problem?.decision?.resource ?? {}
  // A key that may not be used is refused before anything of the request is read.
  const isEarly = problem?.decision?.decidedBy === 'session' && kind === null
  const namesNothing = route.path.includes('{') && !isEarly
  const expected = decideFor(key, action, { kind, id, ...(namesNothing && { ownerOrganizationId: null }) })
  const code = decisionCode(expected)
  const told = problem?.code ?? null
  const isRight =
    code === null
      ? told === (rows[route.where]?.ends ?? null)
      : told === code && isDeepStrictEqual(problem?.decision, JSON.parse(JSON.stringify(expected)))
  return isRight
    ? null
    : `${describeKey(key)}: ${JSON.stringify([told, codesOf(problem?.decision), codesOf(expected)])}`
}

describe('a route of the tenant API goes by decide() for every key', () => {
  test.each(routes)(
    '$where',
    async (route) => {
      const { access } = route
      if (!isAction(access)) return
      expect(keys).toHaveLength(4 * 4 * 2 * 4 * 7)
      expect(await findWrong([...keys, ...keysOfPowers], checkRoute(route, access))).toEqual([])
    },
    60_000,
  )
})

const meSchema = z.object({ decisions: z.array(z.unknown()) })

test('GET /v1/me tells a valid key what decide() says of everything that keys may do at all', async () => {
  const askable = actions.filter((action) => ruleOf(action).keyScope !== undefined)
  const check = async (key: StoredKey) => {
    const { status, body } = await host.wire.tenant(key.secret, me, {})
    const session = decideFor(key, 'hub.open', {}).gates.find(({ gate }) => gate === 'session')
    const expected = askable.map((action) => decideFor(key, action, {}))
    const isRight = session?.passed
      ? status === 200 &&
        isDeepStrictEqual(meSchema.parse(body).decisions, JSON.parse(JSON.stringify(expected)))
      : problemSchema.parse(body).code === session?.code
    return isRight ? null : `${describeKey(key)}: ${JSON.stringify({ status, body })}`
  }
  expect(await findWrong([...keys, ...keysOfPowers], check)).toEqual([])
}, 60_000)

test('without a key that is known, every route says so', async () => {
  for (const [secret, code] of [
    ['', 'key_unknown'],
    ['pb_prod_nonsense', 'key_unknown'],
  ] as const) {
    const told = await inOrder(routes, async (route) => {
      const { body } = await host.wire.tenant(secret, route, inputOf(route))
      return `${route.where} ${problemSchema.parse(body).code}`
    })
    expect(told).toEqual(routes.map(({ where }) => `${where} ${code}`))
  }
})
