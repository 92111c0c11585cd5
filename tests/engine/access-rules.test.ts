import { describe, expect, it } from 'vitest'
import { type Action, actions, ruleOf } from '#contract/actions.ts'
import {
  type Capability,
  type KillSwitch,
  type OrganizationRole,
  organizationRoles,
  type WorkspaceRole,
  workspaceRoles,
} from '#contract/vocabulary.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Facts } from '#main/engine/access/facts.ts'
import {
  ada,
  factsOfAda,
  here,
  key,
  off,
  on,
  onFreePlan,
  operator,
  pat,
  platformWide,
} from './access-fixture.ts'

/** A row of the table of the access rules, written out here a second time on purpose. */
interface Row {
  readonly actions: readonly Action[]
  readonly killSwitch?: KillSwitch
  readonly workspace: readonly WorkspaceRole[]
  readonly capability?: Capability
  readonly membership?: true
  readonly organization?: readonly OrganizationRole[]
}

const table: readonly Row[] = [
  { actions: ['hub.open'], workspace: ['admin', 'manager'] },
  { actions: ['connections.view'], workspace: ['admin', 'manager'] },
  {
    actions: ['connections.manage'],
    killSwitch: 'integrations',
    workspace: ['admin', 'manager'],
    capability: 'api_access',
    membership: true,
  },
  { actions: ['api_keys.view'], workspace: ['admin'], capability: 'api_access', membership: true },
  {
    actions: ['api_keys.manage'],
    killSwitch: 'api_access',
    workspace: ['admin'],
    capability: 'api_access',
    membership: true,
    organization: ['owner', 'admin'],
  },
  { actions: ['webhooks.view', 'events.view', 'deliveries.view'], workspace: ['admin', 'manager'] },
  {
    actions: ['webhooks.manage', 'deliveries.resend', 'deliveries.recover', 'deliveries.release'],
    killSwitch: 'webhooks',
    workspace: ['admin', 'manager'],
    capability: 'webhooks',
    membership: true,
    organization: ['owner', 'admin', 'manager'],
  },
  { actions: ['receivers.use', 'signatures.verify', 'routes.view'], workspace: ['admin', 'manager'] },
  {
    actions: ['routes.manage', 'routes.prove', 'secrets.manage', 'users.manage', 'settings.manage'],
    workspace: ['admin'],
    membership: true,
    organization: ['owner', 'admin'],
  },
  { actions: ['secrets.view', 'audit.view'], workspace: ['admin'], membership: true },
  { actions: ['access.explain', 'users.view', 'subscription.view'], workspace: ['admin', 'manager'] },
  { actions: ['subscription.change'], workspace: ['admin'], membership: true, organization: ['owner'] },
]

const platformActions = [
  'platform.integrations.view',
  'platform.webhooks.view',
  'platform.webhooks.manage',
  'platform.flags.manage',
  'platform.capabilities.manage',
] as const satisfies readonly Action[]

/** Not in the document: sending as a person, and reading what the documented screens need. */
const additions = [
  'events.send',
  'occasions.view',
  'occasions.manage',
  'settings.view',
] as const satisfies readonly Action[]

interface Person {
  readonly workspaceRole: WorkspaceRole
  readonly organizationRole: OrganizationRole
  readonly member: boolean
  readonly capable: boolean
  readonly switchedOn: boolean
}

const people: readonly Person[] = workspaceRoles.flatMap((workspaceRole) =>
  organizationRoles.flatMap((organizationRole) =>
    [true, false].flatMap((member) =>
      [true, false].flatMap((capable) =>
        [true, false].map((switchedOn) => ({
          workspaceRole,
          organizationRole,
          member,
          capable,
          switchedOn,
        })),
      ),
    ),
  ),
)

/** The code that the table demands, gate by gate in its order. */
const expectedCode = (row: Row, person: Person) => {
  if (row.killSwitch && !person.switchedOn) return 'switched_off'
  if (!row.workspace.includes(person.workspaceRole)) return 'role_not_allowed'
  if (row.capability && !person.capable) return 'capability_missing'
  if (row.membership && !person.member) return 'membership_required'
  if (row.organization && !row.organization.includes(person.organizationRole)) {
    return 'organization_role_not_allowed'
  }
  return null
}

const factsOf = ({ workspaceRole, organizationRole, member, capable, switchedOn }: Person): Facts => {
  const state = { platform: switchedOn ? on : off, organization: on }
  const roles = { workspaceRole, organizationRole }
  return {
    ...(capable ? factsOfAda : onFreePlan),
    switches: { integrations: state, api_access: state, webhooks: state, delivery: state },
    membership: member ? roles : null,
    claim: member ? null : roles,
  }
}

describe('the table of the access rules', () => {
  it('names every action once, apart from the known additions', () => {
    const named = [...table.flatMap((row) => row.actions), ...platformActions, ...additions]
    expect(named.toSorted()).toEqual([...actions].toSorted())
  })

  for (const row of table) {
    it.each(row.actions)('%s: every role, membership, capability and switch', (action) => {
      for (const person of people) {
        const decision = decide(ada, action, here, factsOf(person))
        expect(decisionCode(decision), JSON.stringify(person)).toBe(expectedCode(row, person))
      }
    })
  }

  it.each(platformActions)('%s: platform admins and the operator only', (action) => {
    expect(decide(pat, action, platformWide, factsOfAda).allowed).toBe(true)
    expect(decide(operator, action, platformWide, factsOfAda).allowed).toBe(true)
    expect(decisionCode(decide(ada, action, platformWide, factsOfAda))).toBe('not_platform_admin')
    expect(decisionCode(decide(key, action, here, factsOfAda))).toBe('not_platform_admin')
    expect(decisionCode(decide({ kind: 'anonymous' }, action, platformWide, factsOfAda))).toBe(
      'not_signed_in',
    )
  })

  it('never lets an organization role stand that only sign-in metadata claims', () => {
    for (const action of actions) {
      const { organizationRoles: needed, membership } = ruleOf(action)
      if (needed !== undefined) expect(membership, action).toBe(true)
    }
  })
})

describe('API keys', () => {
  const scopes: Partial<Record<Action, 'api' | 'admin'>> = {
    'events.send': 'api',
    'events.view': 'api',
    'deliveries.view': 'api',
    'webhooks.view': 'admin',
    'webhooks.manage': 'admin',
    'deliveries.release': 'admin',
    'api_keys.view': 'admin',
    'api_keys.manage': 'admin',
  }

  it.each(actions.filter((action) => !ruleOf(action).platform))(
    '%s: the scope and no other, or never',
    (action) => {
      const needed = scopes[action]
      for (const scope of ['api', 'admin'] as const) {
        const decision = decide({ ...key, scopes: [scope] }, action, here, factsOfAda)
        expect(decisionCode(decision)).toBe(scope === needed ? null : 'scope_missing')
      }
      expect(decisionCode(decide({ ...key, scopes: [] }, action, here, factsOfAda))).toBe('scope_missing')
    },
  )

  it.each(actions.filter((action) => action in scopes))(
    '%s needs the switch and capability api_access',
    (action) => {
      const { api_access: _, ...rest } = factsOfAda.switches
      const switchedOff = {
        ...factsOfAda,
        switches: { ...rest, api_access: { platform: on, organization: off } },
      }
      expect(decisionCode(decide(key, action, here, switchedOff))).toBe('switched_off')
      const withoutAccess = { ...factsOfAda, planGrants: ['webhooks' as const] }
      expect(decisionCode(decide(key, action, here, withoutAccess))).toBe('capability_missing')
    },
  )

  it('manages webhooks only with the switch and the capability webhooks too', () => {
    const { webhooks: _, ...rest } = factsOfAda.switches
    const switches = { ...rest, webhooks: { platform: off, organization: on } }
    const withoutWebhooks = { ...factsOfAda, planGrants: ['api_access' as const] }
    expect(decisionCode(decide(key, 'webhooks.manage', here, { ...factsOfAda, switches }))).toBe(
      'switched_off',
    )
    expect(decisionCode(decide(key, 'webhooks.manage', here, withoutWebhooks))).toBe('capability_missing')
    expect(decide(key, 'webhooks.view', here, { ...withoutWebhooks, switches }).allowed).toBe(true)
  })

  it('asks no key for roles or a membership', () => {
    const decision = decide(key, 'api_keys.manage', here, { ...factsOfAda, membership: null })
    expect(decision.allowed).toBe(true)
    expect(decision.gates.find(({ gate }) => gate === 'organization_role')?.fact).toBe(
      'an API key has scopes instead of roles',
    )
  })

  it('does not find the organization of another key', () => {
    const stranger = { ...key, organizationId: 'org_01kjz0000000000000000000bb' }
    expect(decisionCode(decide(stranger, 'events.view', here, factsOfAda))).toBe('not_found')
  })
})

describe('support', () => {
  const asSupport: Facts = { ...factsOfAda, membership: null }

  it('manages the webhooks of an organization or occasion that has the capability', () => {
    const decision = decide(pat, 'webhooks.manage', here, asSupport)
    expect(decision.allowed).toBe(true)
    for (const gate of ['workspace_role', 'membership', 'organization_role']) {
      expect(decision.gates.find((one) => one.gate === gate)?.fact).toBe('a platform admin acts as support')
    }
    const withoutCapability = { ...onFreePlan, membership: null }
    expect(decisionCode(decide(pat, 'webhooks.manage', here, withoutCapability))).toBe('capability_missing')
  })

  it.each(actions.filter((action) => action !== 'webhooks.manage' && !ruleOf(action).platform))(
    'has no role for %s',
    (action) => {
      expect(decisionCode(decide(pat, action, here, asSupport))).toBe('role_not_allowed')
    },
  )

  it('acts with the roles of a membership where there is one', () => {
    const decision = decide(pat, 'webhooks.manage', here, factsOfAda)
    expect(decision.gates.find(({ gate }) => gate === 'workspace_role')?.fact).toBe(
      'workspace role is admin, from membership',
    )
  })
})

describe('the operator', () => {
  const facts: Facts = { ...factsOfAda, membership: null }

  it.each(actions.filter((action) => !ruleOf(action).platform))('does %s without any role', (action) => {
    expect(decide(operator, action, here, facts).allowed).toBe(true)
  })

  it('is held by switches, capabilities, scope and validation', () => {
    const state = { platform: off, organization: on }
    const switches = { integrations: state, api_access: state, webhooks: state, delivery: state }
    const code = (changed: Partial<Facts>, resource = here) =>
      decisionCode(decide(operator, 'webhooks.manage', resource, { ...facts, ...changed }))
    expect(code({ switches })).toBe('switched_off')
    expect(code({ planGrants: [] })).toBe('capability_missing')
    expect(code({ organization: null })).toBe('not_found')
    expect(code({}, { ...here, kind: 'webhook', id: 'whk_1', ownerOrganizationId: null })).toBe('not_found')
    expect(code({ fieldErrors: [{ path: '/url', message: 'is blocked' }] })).toBe('invalid')
  })
})

describe('the role of a person', () => {
  it('is that of the membership, whatever the sign-in metadata claims', () => {
    const facts: Facts = {
      ...factsOfAda,
      membership: { workspaceRole: 'staff', organizationRole: 'member' },
      claim: { workspaceRole: 'admin', organizationRole: 'owner' },
    }
    expect(decisionCode(decide(ada, 'hub.open', here, facts))).toBe('role_not_allowed')
  })

  it('does not reach into another organization', () => {
    const elsewhere = { ...here, organizationId: 'org_01kjz0000000000000000000bb' }
    expect(decisionCode(decide(ada, 'hub.open', elsewhere, factsOfAda))).toBe('not_found')
  })
})
