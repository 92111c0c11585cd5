import { describe, expect, it } from 'vitest'
import type { Action } from '#contract/actions.ts'
import { decisionSchema } from '#contract/decision.ts'
import { decide, decisionCode, explainLine } from '#main/engine/access/decide.ts'
import type { Facts, Principal, Resource } from '#main/engine/access/facts.ts'
import {
  ada,
  factsOfAda,
  here,
  hour,
  key,
  now,
  occasionId,
  off,
  on,
  onFreePlan,
  onOccasion,
  organizationId,
  otherOrganizationId,
  platformWide,
} from './access-fixture.ts'

interface Case {
  readonly code: string
  readonly gate: string
  readonly fact: string
  readonly remedy: { readonly change: string; readonly by: string }
  readonly principal?: Principal
  readonly action?: Action
  readonly resource?: Resource
  readonly facts?: Partial<Facts>
}

const deny = { effect: 'deny', endsAt: null, note: 'unpaid since May' } as const
const endedTrial = { effect: 'grant', endsAt: now, note: 'trial' } as const
const only = (webhooks: Facts['organizationOverride']['webhooks']) => ({ api_access: null, webhooks })
const free: Partial<Facts> = { organization: onFreePlan.organization, planGrants: [] }
const checkTheId = { change: 'check the id, and the organization and occasion it is asked for in', by: 'you' }

/** One case or more for each code of the table of gates. The action is webhooks.manage unless named. */
const cases: readonly Case[] = [
  {
    code: 'not_signed_in',
    gate: 'session',
    principal: { kind: 'anonymous' },
    fact: 'nobody is signed in',
    remedy: { change: 'sign in', by: 'you' },
  },
  {
    code: 'account_disabled',
    gate: 'session',
    principal: { ...ada, status: 'disabled' },
    fact: 'the account is disabled',
    remedy: { change: 'enable the account', by: 'organization_admin' },
  },
  {
    code: 'key_unknown',
    gate: 'session',
    principal: { kind: 'unknown_key' },
    fact: 'no key has this secret',
    remedy: { change: 'send the secret of a key that exists', by: 'you' },
  },
  {
    code: 'key_revoked',
    gate: 'session',
    principal: { ...key, revokedAt: now - hour, disabledAt: now - hour, expiresAt: now - hour },
    fact: 'the key was revoked 2026-11-20 09:00 UTC',
    remedy: { change: 'create a new key', by: 'organization_admin' },
  },
  {
    code: 'key_disabled',
    gate: 'session',
    principal: { ...key, disabledAt: now - hour, expiresAt: now - hour },
    fact: 'the key was disabled 2026-11-20 09:00 UTC',
    remedy: { change: 'enable the key', by: 'organization_admin' },
  },
  {
    code: 'key_not_yet_valid',
    gate: 'session',
    principal: { ...key, notBefore: now + 1 },
    fact: 'the key is valid from 2026-11-20 10:00 UTC',
    remedy: { change: 'wait until 2026-11-20 10:00 UTC', by: 'you' },
  },
  {
    code: 'key_expired',
    gate: 'session',
    principal: { ...key, expiresAt: now },
    fact: 'the key expired 2026-11-20 10:00 UTC',
    remedy: { change: 'give the key a later end, or create a new one', by: 'organization_admin' },
  },
  {
    code: 'key_address_not_allowed',
    gate: 'session',
    principal: { ...key, addressAllowed: false, withinRateLimit: false },
    fact: 'the key does not allow the address of the caller',
    remedy: { change: 'allow this address on the key', by: 'organization_admin' },
  },
  {
    code: 'key_rate_limited',
    gate: 'session',
    principal: { ...key, withinRateLimit: false },
    fact: 'the key is over its rate limit',
    remedy: { change: 'wait a moment, and call less often', by: 'you' },
  },
  {
    code: 'switched_off',
    gate: 'kill_switch',
    facts: { switches: { ...factsOfAda.switches, webhooks: { platform: off, organization: on } } },
    fact: 'switch webhooks is off for everybody since 2026-11-20 09:00 UTC by Pat: incident 42',
    remedy: { change: 'switch on webhooks for everybody', by: 'platform_admin' },
  },
  {
    code: 'switched_off',
    gate: 'kill_switch',
    facts: { switches: { ...factsOfAda.switches, webhooks: { platform: on, organization: off } } },
    fact: 'switch webhooks is off for this organization since 2026-11-20 09:00 UTC by Pat: incident 42',
    remedy: { change: 'switch on webhooks for this organization', by: 'platform_admin' },
  },
  {
    code: 'role_not_allowed',
    gate: 'workspace_role',
    action: 'api_keys.view',
    facts: { membership: { workspaceRole: 'manager', organizationRole: 'manager' } },
    fact: 'workspace role is manager; needs admin',
    remedy: { change: 'set the workspace role to admin', by: 'organization_admin' },
  },
  {
    code: 'not_platform_admin',
    gate: 'workspace_role',
    action: 'platform.flags.manage',
    resource: platformWide,
    fact: 'is no platform admin',
    remedy: { change: 'make this person a platform admin', by: 'operator' },
  },
  {
    code: 'capability_missing',
    gate: 'capability',
    facts: free,
    fact: 'plan free grants no webhooks',
    remedy: { change: 'change the plan to enterprise', by: 'owner' },
  },
  {
    code: 'capability_missing',
    gate: 'capability',
    facts: { ...free, plansGranting: { api_access: [], webhooks: [] } },
    fact: 'plan free grants no webhooks',
    remedy: { change: 'add an override that grants webhooks', by: 'platform_admin' },
  },
  {
    code: 'capability_denied',
    gate: 'capability',
    facts: { organizationOverride: only(deny) },
    fact: 'an override on the organization denies webhooks',
    remedy: { change: 'remove the override on the organization that denies webhooks', by: 'platform_admin' },
  },
  {
    code: 'capability_denied',
    gate: 'capability',
    resource: onOccasion,
    facts: { ...free, occasionOverride: only({ ...deny, endsAt: now + hour }) },
    fact: 'an override on the occasion denies webhooks until 2026-11-20 11:00 UTC',
    remedy: {
      change: 'replace the override on the occasion that denies webhooks with one that grants it',
      by: 'platform_admin',
    },
  },
  {
    code: 'trial_ended',
    gate: 'capability',
    facts: { ...free, organizationOverride: only(endedTrial) },
    fact: 'plan free grants no webhooks; the trial ended 2026-11-20 10:00 UTC',
    remedy: { change: 'change the plan to enterprise', by: 'owner' },
  },
  {
    code: 'trial_ended',
    gate: 'capability',
    facts: {
      ...free,
      organizationOverride: only(endedTrial),
      plansGranting: { api_access: [], webhooks: [] },
    },
    fact: 'plan free grants no webhooks; the trial ended 2026-11-20 10:00 UTC',
    remedy: { change: 'extend the override that grants webhooks', by: 'platform_admin' },
  },
  {
    code: 'membership_required',
    gate: 'membership',
    facts: { membership: null, claim: { workspaceRole: 'manager', organizationRole: null } },
    fact: 'the role comes from sign-in metadata alone',
    remedy: {
      change:
        'add a membership with workspace role admin or manager and organization role owner, admin or manager',
      by: 'organization_admin',
    },
  },
  {
    code: 'organization_role_not_allowed',
    gate: 'organization_role',
    facts: { membership: { workspaceRole: 'admin', organizationRole: 'member' } },
    fact: 'organization role is member; needs owner, admin or manager',
    remedy: { change: 'set the organization role to owner, admin or manager', by: 'organization_admin' },
  },
  {
    code: 'organization_role_not_allowed',
    gate: 'organization_role',
    action: 'subscription.change',
    facts: { membership: { workspaceRole: 'admin', organizationRole: 'admin' } },
    fact: 'organization role is admin; needs owner',
    remedy: { change: 'set the organization role to owner', by: 'owner' },
  },
  {
    code: 'not_found',
    gate: 'scope',
    resource: { ...here, kind: 'webhook', id: 'whk_1', ownerOrganizationId: otherOrganizationId },
    fact: 'there is no such webhook here',
    remedy: checkTheId,
  },
  {
    code: 'not_found',
    gate: 'scope',
    resource: { ...here, kind: 'webhook', id: 'whk_1', ownerOrganizationId: null },
    fact: 'there is no such webhook here',
    remedy: checkTheId,
  },
  {
    code: 'not_found',
    gate: 'scope',
    resource: onOccasion,
    facts: { occasion: { id: occasionId, organizationId: otherOrganizationId } },
    fact: 'there is no such occasion here',
    remedy: checkTheId,
  },
  {
    code: 'not_found',
    gate: 'scope',
    facts: { membership: null },
    fact: 'there is no such organization here',
    remedy: checkTheId,
  },
  {
    code: 'scope_missing',
    gate: 'scope',
    principal: { ...key, scopes: ['api'] },
    fact: 'the key has no scope admin',
    remedy: { change: 'give the key the scope admin', by: 'organization_admin' },
  },
  {
    code: 'scope_missing',
    gate: 'scope',
    principal: key,
    action: 'users.manage',
    fact: 'no API key can do users.manage',
    remedy: { change: 'none: a person has to do this', by: 'nobody' },
  },
  {
    code: 'grant_missing',
    gate: 'scope',
    action: 'connections.manage',
    facts: { grantMissing: 'create_invoice' },
    fact: 'the connection has no grant create_invoice',
    remedy: { change: 'give the connection the grant create_invoice', by: 'workspace_admin' },
  },
  {
    code: 'invalid',
    gate: 'validation',
    facts: {
      fieldErrors: ['/url', '/url', '', '/a', '/b', '/c', '/d'].map((path) => ({
        path,
        message: 'is wrong',
      })),
    },
    fact: 'not valid: /url, the whole input, /a, /b, /c and 1 more',
    remedy: { change: 'correct the fields', by: 'you' },
  },
]

const codesOfTheRules = [
  ...['not_signed_in', 'account_disabled', 'key_unknown', 'key_revoked', 'key_disabled', 'key_not_yet_valid'],
  ...['key_expired', 'key_address_not_allowed', 'key_rate_limited', 'switched_off', 'role_not_allowed'],
  ...['not_platform_admin', 'capability_missing', 'capability_denied', 'trial_ended', 'membership_required'],
  ...['organization_role_not_allowed', 'not_found', 'scope_missing', 'grant_missing', 'invalid'],
]

const decideCase = ({ principal = ada, action = 'webhooks.manage', resource = here, facts }: Case) =>
  decide(principal, action, resource, { ...factsOfAda, ...facts })

describe('refusals', () => {
  it('has a case for every code of the rules', () => {
    expect([...new Set(cases.map(({ code }) => code))].toSorted()).toEqual(codesOfTheRules.toSorted())
  })

  it.each(cases)('$code at $gate: $fact', (one) => {
    const decision = decideCase(one)
    expect(decision).toMatchObject({ allowed: false, decidedBy: one.gate, remedy: one.remedy })
    expect(decision.gates.find(({ gate }) => gate === one.gate)).toEqual({
      gate: one.gate,
      passed: false,
      code: one.code,
      fact: one.fact,
    })
    expect(decisionCode(decision)).toBe(one.code)
    expect(decisionSchema.parse(decision)).toEqual(decision)
  })

  it('puts the first of several failing gates first: no upgrade for what is switched off or above the role', () => {
    const facts: Facts = {
      ...onFreePlan,
      switches: { ...factsOfAda.switches, webhooks: { platform: off, organization: on } },
      membership: { workspaceRole: 'staff', organizationRole: 'member' },
    }
    const failing = (changed: Facts) =>
      decide(ada, 'webhooks.manage', here, changed).gates.flatMap(({ passed, gate }) =>
        passed ? [] : [gate],
      )
    expect(failing(facts)).toEqual(['kill_switch', 'workspace_role', 'capability', 'organization_role'])
    expect(failing({ ...facts, switches: factsOfAda.switches })[0]).toBe('workspace_role')
  })
})

describe('an allowed decision', () => {
  it('says what every gate read', () => {
    expect(
      decide(ada, 'webhooks.manage', { ...onOccasion, kind: 'webhook', id: 'whk_1' }, factsOfAda),
    ).toEqual({
      allowed: true,
      action: 'webhooks.manage',
      principal: { kind: 'user', id: ada.id, name: 'Ada' },
      resource: { organizationId, occasionId, kind: 'webhook', id: 'whk_1' },
      decidedBy: null,
      gates: [
        { gate: 'session', passed: true, fact: 'signed in, and the account is active' },
        { gate: 'kill_switch', passed: true, fact: 'switch webhooks is on' },
        { gate: 'workspace_role', passed: true, fact: 'workspace role is admin, from membership' },
        { gate: 'capability', passed: true, fact: 'plan enterprise grants webhooks' },
        { gate: 'membership', passed: true, fact: 'the role comes from a membership' },
        { gate: 'organization_role', passed: true, fact: 'organization role is owner, from membership' },
        { gate: 'scope', passed: true, fact: 'belongs to this organization' },
        { gate: 'validation', passed: true, fact: 'no field is known to be wrong' },
      ],
    })
  })

  it('has gates that do not apply pass, and say so', () => {
    expect(decide(ada, 'hub.open', here, factsOfAda).gates.map(({ fact }) => fact)).toEqual([
      'signed in, and the account is active',
      'hub.open has no kill switch',
      'workspace role is admin, from membership',
      'hub.open needs no capability',
      'hub.open needs no membership',
      'hub.open needs no organization role',
      'belongs to this organization',
      'no field is known to be wrong',
    ])
  })
})

describe('explainLine', () => {
  it('is one sentence, and the remedy when refused', () => {
    expect(explainLine(decide(ada, 'hub.open', here, factsOfAda))).toBe('Ada may do hub.open.')
    expect(explainLine(decide(ada, 'webhooks.manage', here, onFreePlan))).toBe(
      'Ada may not do webhooks.manage: plan free grants no webhooks (capability_missing). ' +
        'Remedy: change the plan to enterprise (by an owner of the organization).',
    )
  })
})
