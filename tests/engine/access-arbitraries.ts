import fc from 'fast-check'
import { type Action, actions } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { capabilities, organizationRoles, plans, workspaceRoles } from '#contract/vocabulary.ts'
import type { Facts, Principal, Resource } from '#main/engine/access/facts.ts'
import { bothOn, noOverrides, organizationId, otherOrganizationId } from './access-fixture.ts'

export const organizationIds = [organizationId, otherOrganizationId]
const occasionIds = ['occ_a', 'occ_b']

/** Times near each other so that bounds are crossed, and some that are no dates. */
const time = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double(), fc.maxSafeInteger())
export const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 3 })

export const override = maybe(
  fc.record({ effect: fc.constantFrom('grant', 'deny'), endsAt: maybe(time), note: fc.string() }),
)
export const overrides = fc.record({ api_access: override, webhooks: override })
const switchFact = fc.record({
  on: fc.boolean(),
  reason: maybe(fc.string()),
  by: maybe(fc.string()),
  at: maybe(time),
})
const switches = fc.record({ platform: switchFact, organization: switchFact })
export const workspaceRole = fc.constantFrom(...workspaceRoles)
export const organizationRole = fc.constantFrom(...organizationRoles)
const planList = fc.subarray([...plans])

export const someFacts: fc.Arbitrary<Facts> = fc.record(
  {
    now: time,
    organization: maybe(
      fc.record({
        id: fc.constantFrom(...organizationIds),
        name: fc.string(),
        plan: fc.constantFrom(...plans),
      }),
    ),
    planGrants: fc.subarray([...capabilities]),
    plansGranting: fc.record({ api_access: planList, webhooks: planList }),
    organizationOverride: overrides,
    occasionOverride: overrides,
    occasion: maybe(
      fc.record({
        id: fc.constantFrom(...occasionIds),
        organizationId: fc.constantFrom(...organizationIds),
      }),
    ),
    switches: fc.record({
      integrations: switches,
      api_access: switches,
      webhooks: switches,
      delivery: switches,
    }),
    membership: maybe(fc.record({ organizationRole, workspaceRole })),
    claim: maybe(fc.record({ organizationRole: maybe(organizationRole), workspaceRole })),
    fieldErrors: fc.array(fc.record({ path: fc.string(), message: fc.string() })),
    grantMissing: fc.string(),
  },
  {
    requiredKeys: [
      ...(['now', 'organization', 'planGrants', 'plansGranting', 'organizationOverride'] as const),
      ...(['occasionOverride', 'occasion', 'switches', 'membership', 'claim'] as const),
    ],
  },
)

const user: fc.Arbitrary<Principal> = fc.record({
  kind: fc.constant('user'),
  id: fc.string(),
  name: fc.string(),
  status: fc.constantFrom('active', 'disabled'),
  platformAdmin: fc.boolean(),
})
export const apiKey: fc.Arbitrary<Principal> = fc.record({
  kind: fc.constant('api_key'),
  id: fc.string(),
  name: fc.string(),
  organizationId: fc.constantFrom(...organizationIds),
  scopes: fc.subarray(['api', 'admin']),
  revokedAt: maybe(time),
  disabledAt: maybe(time),
  notBefore: maybe(time),
  expiresAt: maybe(time),
  addressAllowed: fc.boolean(),
  withinRateLimit: fc.boolean(),
})
export const principal: fc.Arbitrary<Principal> = fc.oneof(
  user,
  apiKey,
  fc.constantFrom<Principal>(
    { kind: 'anonymous' },
    { kind: 'unknown_key' },
    { kind: 'operator', name: 'root' },
  ),
)
export const resource: fc.Arbitrary<Resource> = fc.record(
  {
    organizationId: maybe(fc.constantFrom(...organizationIds)),
    occasionId: maybe(fc.constantFrom(...occasionIds)),
    kind: maybe(fc.string()),
    id: maybe(fc.string()),
    ownerOrganizationId: maybe(fc.constantFrom(...organizationIds)),
    ownerOccasionId: maybe(fc.constantFrom(...occasionIds)),
  },
  { requiredKeys: ['organizationId', 'occasionId', 'kind', 'id'] },
)
export const action: fc.Arbitrary<Action> = fc.constantFrom(...actions)

/** Facts in which every gate of every action passes for Ada and for a valid key, to be spoiled in one place. */
export const openFacts: fc.Arbitrary<Facts> = fc
  .record({ facts: someFacts, organizationRole, workspaceRole })
  .map(({ facts, ...roles }) => {
    return {
      ...facts,
      organization: { id: organizationId, name: 'Harbour Hall', plan: 'enterprise' },
      planGrants: [...capabilities],
      organizationOverride: noOverrides,
      occasionOverride: noOverrides,
      switches: { integrations: bothOn, api_access: bothOn, webhooks: bothOn, delivery: bothOn },
      membership: roles,
      fieldErrors: [],
      grantMissing: undefined,
    }
  })

export const forAll = <Ts extends [unknown, ...unknown[]]>(
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  predicate: (...values: Ts) => void,
  parameters: { seed?: number; numRuns?: number } = {},
) => fc.assert(fc.property(...arbitraries, predicate), { numRuns: 2000, ...parameters })

export const failing = ({ gates: results }: Decision) => results.filter(({ passed }) => !passed)
