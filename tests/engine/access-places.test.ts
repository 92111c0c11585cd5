import { describe, expect, it } from 'vitest'
import type { Action } from '#contract/actions.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Facts, Resource } from '#main/engine/access/facts.ts'
import {
  ada,
  factsOfAda,
  here,
  occasionId,
  onFreePlan,
  onOccasion,
  organizationId,
  otherOrganizationId,
  pat,
  platformWide,
} from './access-fixture.ts'

const grant = { effect: 'grant', endsAt: null, note: '' } as const
const deny = { effect: 'deny', endsAt: null, note: 'unpaid since May' } as const
const only = (webhooks: Facts['organizationOverride']['webhooks']) => ({ api_access: null, webhooks })
const free: Partial<Facts> = { organization: onFreePlan.organization, planGrants: [] }

describe('a thing of the platform', () => {
  const code = (resource: Resource) =>
    decisionCode(decide(pat, 'platform.webhooks.manage', resource, factsOfAda))

  it('is found wherever it belongs, and not found when it does not exist', () => {
    expect(code({ ...platformWide, kind: 'webhook', id: 'whk_1' })).toBeNull()
    expect(code({ ...platformWide, ownerOrganizationId: otherOrganizationId })).toBeNull()
    expect(code({ ...platformWide, ownerOrganizationId: null })).toBe('not_found')
    expect(code({ ...here, ownerOrganizationId: otherOrganizationId })).toBe('not_found')
  })
})

describe('a thing of an occasion', () => {
  const webhook: Resource = {
    ...onOccasion,
    kind: 'webhook',
    id: 'whk_1',
    ownerOrganizationId: organizationId,
    ownerOccasionId: occasionId,
  }
  const code = (action: Action, resource: Resource, facts: Partial<Facts> = {}) =>
    decisionCode(decide(ada, action, resource, { ...factsOfAda, ...facts }))

  it('is read with the organization, and managed under its own occasion only', () => {
    expect(code('webhooks.manage', webhook)).toBeNull()
    expect(code('webhooks.view', { ...webhook, occasionId: null })).toBeNull()
    expect(code('webhooks.manage', { ...webhook, occasionId: null })).toBe('not_found')
    expect(code('webhooks.manage', { ...webhook, ownerOccasionId: null })).toBe('not_found')
    expect(code('webhooks.view', { ...webhook, ownerOccasionId: 'occ_other' })).toBe('not_found')
  })

  it('has the capability of its occasion before that of the organization', () => {
    const trial: Partial<Facts> = { ...free, occasionOverride: only(grant), organizationOverride: only(deny) }
    expect(code('webhooks.manage', webhook, trial)).toBeNull()
    expect(code('webhooks.manage', here, trial)).toBe('capability_denied')
  })

  it('gets nothing from the override of an occasion that is not of the organization', () => {
    const occasion = { id: occasionId, organizationId: otherOrganizationId }
    const decision = decide(ada, 'webhooks.manage', onOccasion, {
      ...factsOfAda,
      ...free,
      occasion,
      occasionOverride: only(grant),
    })
    expect(decision.gates.flatMap(({ code: failed }) => failed ?? [])).toEqual([
      'capability_missing',
      'not_found',
    ])
  })
})
