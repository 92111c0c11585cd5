import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { TrialChange } from '#contract/access.ts'
import { type Action, actions, ruleOf } from '#contract/actions.ts'
import type { Decision } from '#contract/decision.ts'
import { planOfferSchema } from '#contract/organizations.ts'
import { capabilities, gates, killSwitches } from '#contract/vocabulary.ts'
import { decide, decisionCode } from '#main/engine/access/decide.ts'
import type { Facts, Principal } from '#main/engine/access/facts.ts'
import { outcomeOf } from '#main/engine/access/outcome.ts'
import { applyChanges, whatIf } from '#main/engine/access/what-if.ts'
import type { Caller } from '#main/engine/operation.ts'
import type { OccasionRecord, OrganizationRecord } from '#main/store/interface.ts'
import planData from '#resources/plans.json' with { type: 'json' }
import { type EngineFixture, engineFixture } from '../support/engine.ts'
import type { Person } from '../support/makers.ts'
import { refusedWith } from '../support/refused.ts'
import { action, forAll, principal, someFacts } from './access-arbitraries.ts'
import { ada, factsOfAda, key, now, onFreePlan, onOccasion, organizationId } from './access-fixture.ts'

const plans = z.array(planOfferSchema).parse(planData)
const positionOf = ({ decidedBy }: Decision) => (decidedBy === null ? gates.length : gates.indexOf(decidedBy))
const factOf = ({ gates: results, decidedBy }: Decision) =>
  results.find(({ gate }) => gate === decidedBy)?.fact

/** The facts of the place of `onOccasion`, whatever else is arbitrary. */
const placed = (facts: Facts): Facts => ({
  ...facts,
  organization: { id: organizationId, name: 'Harbour Hall', plan: facts.organization?.plan ?? 'pro' },
  occasion: { id: 'occ_a', organizationId },
})
const place = { ...onOccasion, occasionId: 'occ_a' }
const sandbox = (who: Principal, facts: Facts) => ({ principal: who, place, facts, plans })

const change: fc.Arbitrary<TrialChange> = fc.oneof(
  fc.record({ kind: fc.constant('set_plan'), plan: fc.constantFrom(...plans.map(({ plan }) => plan)) }),
  fc.record({
    kind: fc.constant('add_membership'),
    source: fc.constantFrom('membership', 'metadata'),
    workspaceRole: fc.constantFrom('admin', 'manager', 'staff'),
    organizationRole: fc.constantFrom('owner', 'member'),
  }),
  fc.record({
    kind: fc.constant('remove_membership'),
    source: fc.constantFrom('membership', 'metadata'),
  }),
  fc.record({
    kind: fc.constant('set_override'),
    level: fc.constantFrom('organization', 'occasion'),
    capability: fc.constantFrom(...capabilities),
    effect: fc.constantFrom('grant', 'deny'),
    ended: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('remove_override'),
    level: fc.constantFrom('organization', 'occasion'),
    capability: fc.constantFrom(...capabilities),
  }),
  fc.record({
    kind: fc.constant('set_switch'),
    level: fc.constantFrom('platform', 'organization'),
    name: fc.constantFrom(...killSwitches),
    on: fc.boolean(),
  }),
)

const person: fc.Arbitrary<Principal> = fc.record({
  kind: fc.constant('user'),
  id: fc.constant(ada.id),
  name: fc.string(),
  status: fc.constant('active'),
  platformAdmin: fc.boolean(),
})

describe('a what-if', () => {
  test('without changes has nothing different after it', () => {
    forAll([principal, action, someFacts], (who, what, facts) => {
      const { outcomes, decisions } = whatIf(sandbox(who, placed(facts)), [], what)
      expect(outcomes.map((one) => one.action)).toEqual(actions)
      for (const { before, after, flipped } of outcomes) {
        expect(after).toEqual(before)
        expect(flipped).toBe(false)
      }
      expect(decisions?.after).toEqual(decisions?.before)
      expect(decisions?.before).toEqual(decide(who, what, place, placed(facts)))
    })
  })

  test('decides on the changed facts, tells what flipped, and leaves the facts as they are', () => {
    forAll([person, action, someFacts, fc.array(change, { maxLength: 4 })], (who, what, facts, changes) => {
      const before = placed(facts)
      const kept = structuredClone(before)
      const changed = applyChanges(sandbox(who, before), changes)
      const { outcomes, decisions } = whatIf(sandbox(who, before), changes, what)
      expect(before).toEqual(kept)
      expect(decisions?.after).toEqual(decide(who, what, place, changed))
      for (const outcome of outcomes) {
        const full = decide(who, outcome.action, place, changed)
        expect(outcome.after).toEqual(outcomeOf(full))
        expect(outcome.flipped).toBe(outcome.before.allowed !== outcome.after.allowed)
      }
    })
  })

  /** The remedy as changes to try; null where it is none of those that can be tried. */
  const remedied = (what: Action, decision: Decision): TrialChange[] | null => {
    const rule = ruleOf(what)
    const {
      workspaceRoles: [workspaceRole = 'admin'] = [],
      organizationRoles: [organizationRole = 'member'] = [],
    } = rule
    const roles = { workspaceRole, organizationRole }
    const text = decision.remedy?.change ?? ''
    switch (decisionCode(decision)) {
      case 'switched_off':
        return killSwitches.flatMap((name) =>
          (['platform', 'organization'] as const).map(
            (level) => ({ kind: 'set_switch', level, name, on: true }) as const,
          ),
        )
      case 'role_not_allowed':
        return text.startsWith('add')
          ? [{ kind: 'add_membership', source: 'membership', ...roles }]
          : [{ kind: 'set_workspace_role', workspaceRole }]
      case 'membership_required':
        return [{ kind: 'add_membership', source: 'membership', ...roles }]
      case 'organization_role_not_allowed':
        return [{ kind: 'set_organization_role', organizationRole }]
      case 'capability_missing':
      case 'trial_ended':
        return [{ kind: 'set_plan', plan: 'enterprise' }]
      case 'capability_denied': {
        const level = text.includes('on the occasion') ? 'occasion' : 'organization'
        const capability = text.includes('webhooks') ? 'webhooks' : 'api_access'
        return text.startsWith('remove')
          ? [{ kind: 'remove_override', level, capability }]
          : [{ kind: 'set_override', level, capability, effect: 'grant', ended: false }]
      }
      default:
        return null
    }
  }

  test('with the change of a remedy moves the decision on', () => {
    const moved = new Set<string>()
    forAll(
      [principal, action, someFacts],
      (who, what, facts) => {
        const given = placed(facts)
        const before = decide(who, what, place, given)
        const changes = remedied(what, before)
        if (changes === null) return
        const { decisions } = whatIf(sandbox(who, given), changes, what)
        if (decisions === null) throw new Error('The named action was not decided.')
        moved.add(decisionCode(before) ?? '')
        expect(positionOf(decisions.after)).toBeGreaterThanOrEqual(positionOf(before))
        // A key needs two capabilities, which can be missing one after the other.
        if (positionOf(decisions.after) === positionOf(before)) {
          expect(factOf(decisions.after)).not.toBe(factOf(before))
        }
        // A fixed seed: which codes are met is asserted below, and chance would miss a rare one now and then.
      },
      { seed: 20_261_121, numRuns: 6_000 },
    )
    expect([...moved].toSorted()).toEqual([
      'capability_denied',
      'capability_missing',
      'membership_required',
      'organization_role_not_allowed',
      'role_not_allowed',
      'switched_off',
      'trial_ended',
    ])
  })
})

describe('a change', () => {
  const tried = (changes: TrialChange[], facts = factsOfAda, who: Principal = ada) =>
    applyChanges({ principal: who, place: onOccasion, facts, plans }, changes)

  test('of the plan brings what the plan grants', () => {
    expect(tried([{ kind: 'set_plan', plan: 'enterprise' }], onFreePlan)).toMatchObject({
      organization: { plan: 'enterprise' },
      planGrants: ['api_access', 'webhooks'],
    })
    expect(tried([{ kind: 'set_plan', plan: 'pro' }]).planGrants).toEqual([])
  })

  test('of a role changes the roles that count', () => {
    const role = { kind: 'set_workspace_role', workspaceRole: 'staff' } as const
    const claim = { workspaceRole: 'manager', organizationRole: null } as const
    expect(tried([role], { ...factsOfAda, claim })).toMatchObject({
      membership: { workspaceRole: 'staff', organizationRole: 'owner' },
      claim,
    })
    expect(tried([role], { ...factsOfAda, membership: null, claim })).toMatchObject({
      membership: null,
      claim: { workspaceRole: 'staff', organizationRole: null },
    })
  })

  test('of an override can be one that has ended', () => {
    const override = {
      kind: 'set_override',
      level: 'organization',
      capability: 'webhooks',
      effect: 'grant',
    } as const
    const { outcomes } = whatIf(
      { principal: ada, place: onOccasion, facts: onFreePlan, plans },
      [{ ...override, ended: true }],
      null,
    )
    const after = outcomes.find((one) => one.action === 'webhooks.manage')?.after
    expect(after).toEqual({ allowed: false, decidedBy: 'capability', code: 'trial_ended' })
    expect(tried([{ ...override, ended: true }], onFreePlan).organizationOverride.webhooks?.endsAt).toBe(now)
  })

  test('of a switch that is as it is wanted keeps who switched it off', () => {
    const off = { on: false, reason: 'incident 42', by: 'Pat', at: now }
    const switches = {
      ...factsOfAda.switches,
      webhooks: { ...factsOfAda.switches.webhooks, platform: off },
    }
    const again = { kind: 'set_switch', level: 'platform', name: 'webhooks', on: false } as const
    expect(tried([again], { ...factsOfAda, switches }).switches).toEqual(switches)
    expect(tried([{ ...again, on: true }], { ...factsOfAda, switches }).switches).toEqual(factsOfAda.switches)
  })

  test('is refused, by its place in the list, where it has nothing to change', async () => {
    const nobody = { ...factsOfAda, membership: null }
    const role = { kind: 'set_organization_role', organizationRole: 'admin' } as const
    const add = {
      kind: 'add_membership',
      source: 'membership',
      workspaceRole: 'staff',
      organizationRole: 'member',
    } as const
    const remove = { kind: 'remove_membership', source: 'membership' } as const
    const onOne = { kind: 'remove_override', level: 'occasion', capability: 'webhooks' } as const
    const refused = async (at: string, work: () => unknown) => {
      const error = await refusedWith('invalid', (async () => work())())
      expect(error.fields).toEqual([{ path: at, message: expect.any(String) }])
    }
    await refused('/changes/0', () => tried([role], nobody))
    await refused('/changes/1', () => tried([remove, role]))
    expect(tried([add, role], nobody).membership).toEqual({
      workspaceRole: 'staff',
      organizationRole: 'admin',
    })
    for (const one of [role, add, remove]) await refused('/changes/0', () => tried([one], factsOfAda, key))
    const place = { ...onOccasion, occasionId: null }
    await refused('/changes/0', () =>
      applyChanges({ principal: ada, place, facts: factsOfAda, plans }, [onOne]),
    )
    expect(tried([onOne])).toEqual(factsOfAda)
  })
})

describe('access.whatIf', () => {
  let world: EngineFixture
  let home: OrganizationRecord
  let occasion: OccasionRecord
  let owner: Person
  let max: Person

  beforeEach(async () => {
    world = engineFixture()
    home = await world.organization({ plan: 'pro' })
    occasion = await world.occasion(home.id)
    owner = await world.person(home.id, { name: 'Ada' })
    max = await world.person(home.id, { name: 'Max', workspaceRole: 'manager', organizationRole: 'member' })
  })
  afterEach(() => world.close())

  const ask = (
    changes: TrialChange[],
    { caller = owner, ...over }: { caller?: Caller; occasionId?: string } = {},
  ) =>
    world.engine.operations.access.whatIf(caller, {
      organizationId: home.id,
      subject: { kind: 'user', userId: max.id },
      changes,
      action: 'webhooks.manage',
      ...over,
    })

  test('answers about a person with the facts as they are, and saves nothing', async () => {
    const topics: string[] = []
    world.store.onChange((changed) => topics.push(...changed))
    const granted = { kind: 'set_override', capability: 'webhooks', effect: 'grant', ended: false } as const
    const role = { kind: 'set_organization_role', organizationRole: 'manager' } as const
    const here = await ask([{ ...granted, level: 'occasion' }, role], { occasionId: occasion.id })
    expect(here.decisions).toMatchObject({
      before: { allowed: false, decidedBy: 'capability', principal: { name: 'Max' } },
      after: { allowed: true, resource: { occasionId: occasion.id } },
    })
    const flipped = here.outcomes.filter((one) => one.flipped).map((one) => one.action)
    expect(flipped).toEqual([
      'webhooks.manage',
      'deliveries.resend',
      'deliveries.recover',
      'deliveries.release',
    ])
    const only = await ask([{ ...granted, level: 'organization' }])
    expect(only.decisions?.after).toMatchObject({ allowed: false, decidedBy: 'organization_role' })
    expect(topics).toEqual([])
    expect(await ask([])).toMatchObject({ decisions: { before: { decidedBy: 'capability' } } })
  })

  test('is for those who may ask here, about those of whom they may know', async () => {
    const away = await world.organization()
    await refusedWith('not_found', ask([], { caller: await world.person(away.id) }))
    await refusedWith(
      'role_not_allowed',
      ask([], { caller: await world.person(home.id, { workspaceRole: 'staff' }) }),
    )
    await refusedWith('not_found', ask([], { occasionId: (await world.occasion(away.id)).id }))
    max = await world.person(away.id)
    await refusedWith('not_found', ask([]))
  })
})
