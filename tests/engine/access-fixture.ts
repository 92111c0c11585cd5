import type { Facts, Principal, Resource, SwitchFact, SwitchFacts } from '#main/engine/access/facts.ts'

/** Everything that the access tests start from: Harbour Hall on enterprise, and Ada who may do all there. */
export const now = Date.UTC(2026, 10, 20, 10)
export const hour = 3_600_000
export const organizationId = 'org_01kjz0000000000000000000aa'
export const otherOrganizationId = 'org_01kjz0000000000000000000bb'
export const occasionId = 'occ_01kjz0000000000000000000aa'

export const on: SwitchFact = { on: true, reason: null, by: null, at: null }
export const off: SwitchFact = { on: false, reason: 'incident 42', by: 'Pat', at: now - hour }
export const bothOn: SwitchFacts = { platform: on, organization: on }

export const ada = {
  kind: 'user',
  id: 'usr_01kjz0000000000000000000aa',
  name: 'Ada',
  status: 'active',
  platformAdmin: false,
} as const satisfies Principal

export const pat = { ...ada, name: 'Pat', platformAdmin: true } as const satisfies Principal

export const key = {
  kind: 'api_key',
  id: 'key_01kjz0000000000000000000aa',
  name: 'ci',
  organizationId,
  scopes: ['api', 'admin'],
  revokedAt: null,
  disabledAt: null,
  notBefore: null,
  expiresAt: null,
  addressAllowed: true,
  withinRateLimit: true,
} as const satisfies Principal

export const operator = { kind: 'operator', name: 'root' } as const satisfies Principal

export const here: Resource = { organizationId, occasionId: null, kind: null, id: null }
export const onOccasion: Resource = { ...here, occasionId }
export const platformWide: Resource = { ...here, organizationId: null }

export const noOverrides = { api_access: null, webhooks: null } as const

export const factsOfAda: Facts = {
  now,
  organization: { id: organizationId, name: 'Harbour Hall', plan: 'enterprise' },
  planGrants: ['api_access', 'webhooks'],
  plansGranting: { api_access: ['enterprise'], webhooks: ['enterprise'] },
  organizationOverride: noOverrides,
  occasionOverride: noOverrides,
  occasion: { id: occasionId, organizationId },
  switches: { integrations: bothOn, api_access: bothOn, webhooks: bothOn, delivery: bothOn },
  membership: { organizationRole: 'owner', workspaceRole: 'admin' },
  claim: null,
}

export const onFreePlan: Facts = {
  ...factsOfAda,
  organization: { id: organizationId, name: 'Old Mill Studio', plan: 'free' },
  planGrants: [],
}
