import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actions, ruleOf } from '#contract/actions.ts'
import { type Decision, decisionSchema } from '#contract/decision.ts'
import { gates, type OrganizationRole, type WorkspaceRole } from '#contract/vocabulary.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Principal } from '#main/engine/access/facts.ts'
import {
  action,
  apiKey,
  failing,
  forAll,
  maybe,
  openFacts,
  organizationIds,
  organizationRole,
  override,
  overrides,
  principal,
  resource,
  someFacts,
  workspaceRole,
} from './access-arbitraries.ts'
import { ada, here, key, organizationId, otherOrganizationId } from './access-fixture.ts'

const scopeOf = ({ gates: results }: Decision) => results.find(({ gate }) => gate === 'scope')

describe('decide, whatever it is asked', () => {
  it('answers, with all gates in their order, decided by the first that fails', () => {
    forAll([principal, action, resource, someFacts], (who, what, where, facts) => {
      const decision = decide(who, what, where, facts)
      expect(decisionSchema.parse(decision)).toEqual(decision)
      expect(decision.gates.map(({ gate }) => gate)).toEqual(gates)
      for (const { passed, code } of decision.gates) expect(code === undefined).toBe(passed)
      const first = failing(decision)[0]
      expect(decision.decidedBy).toBe(first?.gate ?? null)
      expect(decisionCode(decision)).toBe(first?.code ?? null)
      expect(decision.allowed).toBe(first === undefined)
      expect(decision.remedy === undefined).toBe(decision.allowed)
    })
  })

  it('answers the same again', () => {
    forAll([principal, action, resource, someFacts], (who, what, where, facts) => {
      const copy = structuredClone({ who, where, facts })
      expect(decide(who, what, where, facts)).toEqual(decide(copy.who, what, copy.where, copy.facts))
    })
  })

  it('allows nothing to nobody, to an unknown key and to a disabled account', () => {
    const refused = fc.constantFrom<Principal>(
      { kind: 'anonymous' },
      { kind: 'unknown_key' },
      { ...ada, status: 'disabled', platformAdmin: true },
    )
    forAll([refused, action, resource, someFacts], (who, what, where, facts) => {
      expect(decide(who, what, where, facts).decidedBy).toBe('session')
    })
  })

  it('lets no key do what keys are not for', () => {
    forAll([apiKey, action, resource, someFacts], (who, what, where, facts) => {
      if (ruleOf(what).keyScope === undefined) expect(decide(who, what, where, facts).allowed).toBe(false)
    })
  })
})

describe('capabilities', () => {
  const deny = fc.record({
    effect: fc.constant('deny' as const),
    endsAt: fc.constant(null),
    note: fc.string(),
  })
  const denyable = fc.constantFrom(...actions.filter((one) => ruleOf(one).capability !== undefined))

  it('are never there against a denying override of the occasion', () => {
    const where = { ...here, occasionId: 'occ_a' }
    forAll(
      [principal, denyable, openFacts, overrides, deny],
      (who, what, facts, organizationOverride, denial) => {
        const decision = decide(who, what, where, {
          ...facts,
          occasion: { id: 'occ_a', organizationId },
          organizationOverride,
          occasionOverride: { api_access: denial, webhooks: denial },
        })
        expect(decision.allowed).toBe(false)
      },
    )
  })

  it('are never there against a denying override of the organization that no override of the occasion tops', () => {
    forAll([principal, denyable, openFacts, deny], (who, what, facts, denial) => {
      const organizationOverride = { api_access: denial, webhooks: denial }
      expect(decide(who, what, here, { ...facts, organizationOverride }).allowed).toBe(false)
    })
  })

  it('do not depend on an override whose end has come', () => {
    forAll([principal, action, openFacts, override, fc.boolean()], (who, what, facts, ended, granted) => {
      if (ended === null) return
      const past = { ...ended, endsAt: facts.now }
      const planned = { ...facts, planGrants: granted ? facts.planGrants : [] }
      const without = decide(who, what, here, planned)
      const withPast = decide(who, what, here, {
        ...planned,
        organizationOverride: { api_access: past, webhooks: past },
      })
      expect(withPast.allowed).toBe(without.allowed)
      expect(withPast.decidedBy).toBe(without.decidedBy)
    })
  })
})

describe('roles', () => {
  const rank = { staff: 0, manager: 1, admin: 2 } as const satisfies Record<WorkspaceRole, number>
  const organizationRank = {
    member: 0,
    manager: 1,
    admin: 2,
    owner: 3,
  } as const satisfies Record<OrganizationRole, number>

  it('never lose an allowed action when one is added or raised', () => {
    const roles = maybe(fc.record({ organizationRole, workspaceRole }))
    forAll(
      [action, openFacts, roles, fc.record({ organizationRole, workspaceRole })],
      (what, facts, had, has) => {
        const isRaise =
          had === null ||
          (rank[has.workspaceRole] >= rank[had.workspaceRole] &&
            organizationRank[has.organizationRole] >= organizationRank[had.organizationRole])
        if (!isRaise) return
        const before = decide(ada, what, here, { ...facts, claim: null, membership: had })
        const after = decide(ada, what, here, { ...facts, claim: null, membership: has })
        if (before.allowed) expect(after.allowed).toBe(true)
      },
    )
  })

  it('are not lost when a membership confirms what the sign-in metadata claims', () => {
    forAll([action, openFacts, fc.record({ organizationRole, workspaceRole })], (what, facts, roles) => {
      const claimed = decide(ada, what, here, { ...facts, membership: null, claim: roles })
      const confirmed = decide(ada, what, here, { ...facts, membership: roles, claim: roles })
      if (claimed.allowed) expect(confirmed.allowed).toBe(true)
    })
  })

  it('that only sign-in metadata claims are no membership', () => {
    forAll([action, openFacts, fc.record({ organizationRole, workspaceRole })], (what, facts, claim) => {
      const decision = decide(ada, what, here, { ...facts, membership: null, claim })
      if (ruleOf(what).membership) expect(decision.allowed).toBe(false)
    })
  })
})

describe('what belongs to others', () => {
  it('is answered like what does not exist', () => {
    forAll([principal, action, resource, someFacts], (who, what, where, facts) => {
      if (where.organizationId === null) return
      const other = organizationIds.find((id) => id !== where.organizationId)
      const foreign = decide(who, what, { ...where, ownerOrganizationId: other }, facts)
      const missing = decide(who, what, { ...where, ownerOrganizationId: null }, facts)
      expect(foreign).toEqual(missing)
      expect(foreign.allowed).toBe(false)
      expect(['not_found', 'scope_missing']).toContain(scopeOf(foreign)?.code)
    })
  })

  it('is never reached without an organization that exists', () => {
    forAll([principal, action, resource, someFacts], (who, what, where, facts) => {
      if (ruleOf(what).platform) return
      const unnamed = decide(who, what, { ...where, organizationId: null }, facts)
      const unknown = decide(who, what, where, { ...facts, organization: null })
      for (const decision of [unnamed, unknown]) {
        expect(scopeOf(decision)).toMatchObject({
          code: 'not_found',
          fact: 'there is no such organization here',
        })
      }
    })
  })

  it('is not found by those who may do everything else', () => {
    forAll([action, openFacts], (what, facts) => {
      const membership = { organizationRole: 'owner', workspaceRole: 'admin' } as const
      const decision = decide(
        { ...ada, platformAdmin: true },
        what,
        { ...here, ownerOrganizationId: otherOrganizationId },
        { ...facts, membership },
      )
      expect(decisionCode(decision)).toBe('not_found')
    })
  })

  it('does not show in the answer to strangers that there is such an organization', () => {
    const stranger = fc.constantFrom<Principal>(
      ada,
      { ...key, organizationId: otherOrganizationId },
      { kind: 'anonymous' },
      { kind: 'unknown_key' },
    )
    const where = resource.map((one) => ({ ...one, organizationId }))
    forAll([stranger, action, where, someFacts, someFacts], (who, what, asked, facts, otherFacts) => {
      // A time, a role and a finding are of the stranger, all else is of the organization.
      const { now, fieldErrors } = facts
      const own = { now, fieldErrors, membership: null, claim: null, grantMissing: undefined }
      const existing = { id: organizationId, name: 'Secret Guild', plan: 'pro' } as const
      const there = decide(who, what, asked, { ...facts, ...own, organization: existing })
      const nowhere = decide(who, what, asked, { ...otherFacts, ...own, organization: null })
      expect(there).toEqual(nowhere)
      expect(there.allowed).toBe(false)
      const signedIn = who.kind === 'user' || who.kind === 'api_key'
      if (signedIn && !ruleOf(what).platform) expect(decisionCode(there)).toBe('not_found')
    })
  })
})
