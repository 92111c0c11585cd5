import { describe, expect, it } from 'vitest'
import { type Action, ruleOf } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { capabilities, gates } from '#contract/vocabulary.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Facts, Principal, Resource } from '#main/engine/access/facts.ts'
import { action, failing, forAll, principal, someFacts } from './access-arbitraries.ts'
import { bothOn, here, organizationId } from './access-fixture.ts'

const positionOf = ({ decidedBy }: Decision) => (decidedBy === null ? gates.length : gates.indexOf(decidedBy))

describe('remedies', () => {
  /** The question with the change of its remedy made; null where no single fact can be changed. */
  const applied = (
    who: Principal,
    what: Action,
    facts: Facts,
    decision: Decision,
  ): [Principal, Facts] | null => {
    const rule = ruleOf(what)
    const highest = {
      workspaceRole: rule.workspaceRoles?.[0] ?? 'admin',
      organizationRole: rule.organizationRoles?.[0] ?? 'member',
    } as const
    const remedy = decision.remedy?.change ?? ''
    switch (decisionCode(decision)) {
      case 'account_disabled':
        return who.kind === 'user' ? [{ ...who, status: 'active' }, facts] : null
      case 'key_revoked':
        return who.kind === 'api_key' ? [{ ...who, revokedAt: null }, facts] : null
      case 'key_disabled':
        return who.kind === 'api_key' ? [{ ...who, disabledAt: null }, facts] : null
      case 'key_not_yet_valid':
        return who.kind === 'api_key' ? [who, { ...facts, now: who.notBefore ?? 0 }] : null
      case 'key_expired':
        return who.kind === 'api_key' ? [{ ...who, expiresAt: null }, facts] : null
      case 'key_address_not_allowed':
        return who.kind === 'api_key' ? [{ ...who, addressAllowed: true }, facts] : null
      case 'key_rate_limited':
        return who.kind === 'api_key' ? [{ ...who, withinRateLimit: true }, facts] : null
      case 'switched_off':
        return [
          who,
          {
            ...facts,
            switches: { integrations: bothOn, api_access: bothOn, webhooks: bothOn, delivery: bothOn },
          },
        ]
      case 'role_not_allowed': {
        const { workspaceRole: role } = highest
        const membership = facts.membership
          ? { ...facts.membership, workspaceRole: role }
          : facts.claim
            ? null
            : highest
        return [who, { ...facts, membership, claim: facts.claim && { ...facts.claim, workspaceRole: role } }]
      }
      case 'not_platform_admin':
        return who.kind === 'user' ? [{ ...who, platformAdmin: true }, facts] : null
      case 'capability_missing':
      case 'trial_ended':
        return [who, { ...facts, planGrants: capabilities }]
      case 'capability_denied': {
        const changed = remedy.startsWith('remove')
          ? null
          : { effect: 'grant' as const, endsAt: null, note: '' }
        const field = remedy.includes('occasion') ? 'occasionOverride' : 'organizationOverride'
        const name = remedy.includes('webhooks') ? 'webhooks' : 'api_access'
        return [who, { ...facts, [field]: { ...facts[field], [name]: changed } }]
      }
      case 'membership_required':
        return [who, { ...facts, membership: highest }]
      case 'organization_role_not_allowed': {
        const { membership } = facts
        return [who, { ...facts, membership: membership && { ...membership, ...highest } }]
      }
      case 'scope_missing':
        return who.kind === 'api_key' && rule.keyScope
          ? [{ ...who, scopes: [...who.scopes, rule.keyScope] }, facts]
          : null
      case 'grant_missing':
        return [who, { ...facts, grantMissing: undefined }]
      case 'invalid':
        return [who, { ...facts, fieldErrors: [] }]
      default:
        return null
    }
  }

  it('flip the answer or move the decision on when they are made', () => {
    const where: Resource = { ...here, occasionId: 'occ_a' }
    const whole = { organization: { id: organizationId, name: 'Harbour Hall', plan: 'pro' } } as const
    const moved = new Set<string>()
    const strange = [null, 'not_signed_in', 'key_unknown', 'not_found']
    forAll([principal, action, someFacts], (who, what, facts) => {
      const before = { ...facts, ...whole, occasion: { id: 'occ_a', organizationId } }
      const decision = decide(who, what, where, before)
      const code = decisionCode(decision)
      const change = applied(who, what, before, decision)
      if (change === null) {
        const hopeless = decision.remedy?.by === 'nobody'
        expect(hopeless || strange.includes(code)).toBe(true)
        return
      }
      const after = decide(change[0], what, where, change[1])
      if (code !== null) moved.add(code)
      if (after.allowed) return
      const [at, then] = [positionOf(decision), positionOf(after)]
      expect(then).toBeGreaterThanOrEqual(at)
      // A key can fail its session, and its two capabilities, more than once.
      if (then === at) expect(failing(after)[0]?.fact).not.toBe(failing(decision)[0]?.fact)
    })
    expect(moved.size).toBeGreaterThan(10)
  })
})
